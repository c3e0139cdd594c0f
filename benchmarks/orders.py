"""Orders: what placing one costs, and how many come through."""

import json
import re
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final

import click
import httpx
import sqlalchemy as sa

from benchmarks import cpu
from benchmarks.databases import Database
from benchmarks.load import pgbench, wrk
from benchmarks.order_capture import PATH, Template, dump
from benchmarks.order_requests import Requests, requests_for
from benchmarks.parts import Cost, Effort, summary, tell
from benchmarks.servers import APPLICATION, ORDER_RUNGS, Server, settings_for, started
from marketplace.infrastructure.database.invariants import violations

CLIENTS: Final = (1, 8, 32)
SPREADS: Final = ("many", "one")
CROWD: Final = 100
"""Buyers of one product at a time."""

_SCRIPT: Final = Path(__file__).with_name("orders.lua")
_WORKERS: Final = 2
_NAIVE_AT: Final = 8
_MADE: Final = re.compile(r"[0-9a-f-]{36}|ORD-\d{4}-\d+|\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)")
# Twelve digits that no other transaction of a run has.
_NUMBERED: Final = """\\set made :made + 1
\\set order_id 100000000000 + :client_id * 1000000000 + :made
"""


class Shop:
    """The servers of all rungs on one copy of the catalogue, whose orders are placed in turn."""

    def __init__(self, database: Database, stack: ExitStack) -> None:
        self._database = database
        self.requests: Requests = requests_for(database)
        self._spreads = {
            "many": self.requests.many,
            "one": self.requests.one,
            "crowd": self.requests.crowd,
        }
        self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        templates = self._folder / "templates"
        templates.write_bytes(dump(self.requests.many))
        for name, bodies in self._spreads.items():
            (self._folder / name).write_bytes(b"\n".join(bodies) + b"\n")
        settings = settings_for(database.url, database.dsn, templates)
        [(slug,)] = database.ask("SELECT slug FROM products WHERE status = 'published' LIMIT 1")
        ready = {APPLICATION: "/health/ready", "bare": "/", "naive": f"/api/v1/products/{slug}"}
        self._servers: dict[str, Server] = {
            rung: stack.enter_context(
                started(rung, settings, ready[rung], workers=_WORKERS, rungs=ORDER_RUNGS)
            )
            for rung in ORDER_RUNGS
        }
        self._check_answers()

    def measure(self, rung: str, spread: str, clients: int, seconds: float) -> Cost:
        server = self._servers[rung]
        meter = cpu.Meter(server.workers, self._database.backends)
        load = wrk(
            server.base,
            [PATH],
            seconds,
            connections=clients,
            script=_SCRIPT,
            extra={
                "BENCH_TOKEN": self.requests.token,
                "BENCH_PATH": PATH,
                "BENCH_BODIES": str(self._folder / spread),
            },
        )
        spent = meter.read()
        return Cost(
            worker=spent.worker / load.requests * 1000,
            database=spent.database / load.requests * 1000,
            rate=load.requests / load.seconds,
            p50=load.p50,
            p99=load.p99,
        )

    def same_statements(self, spread: str, clients: int, seconds: float) -> dict[str, float]:
        return self._pgbench(list(self._spreads[spread].values()), clients, seconds)

    def plain_statements(self, clients: int, seconds: float) -> dict[str, float]:
        """Those of the naive rung: one transaction that locks the stock first."""
        return self._pgbench([self.requests.plain], clients, seconds)

    def _pgbench(
        self, templates: Sequence[Template], clients: int, seconds: float
    ) -> dict[str, float]:
        # Ids go up with time, as those of the application do.
        prefix = f"{time.time_ns() // 1_000_000:012x}"
        dsn = self._database.dsn
        scripts = [_NUMBERED + each.literal(dsn, prefix, ":order_id") for each in templates]
        found = pgbench(self._database, scripts, seconds, clients)
        return {"rate": found.rate, "database": found.database * 1000}

    def check(self) -> None:
        """What always holds of the data has to hold after all this. Raises ClickException."""
        with closing(sa.create_engine(self._database.url).connect()) as connection:
            found = violations(connection, settled=False)
        if found:
            raise click.ClickException(f"Orders left behind what must not be: {found[:5]}")

    def _check_answers(self) -> None:
        """All rungs have to answer as the application does, but for ids and instants."""
        body = next(iter(self.requests.many))
        answers = {rung: self._answer(server, body) for rung, server in self._servers.items()}
        for rung, answer in answers.items():
            if answer != answers[APPLICATION]:
                raise click.ClickException(
                    f"The rung {rung} does not answer as the application:"
                    f" {answer}, not {answers[APPLICATION]}"
                )

    def _answer(self, server: Server, body: bytes) -> Any:
        headers = {
            "Authorization": f"Bearer {self.requests.token}",
            "Idempotency-Key": str(time.time_ns()),
            "Content-Type": "application/json",
        }
        answer = httpx.post(server.base + PATH, content=body, headers=headers).raise_for_status()
        return json.loads(_MADE.sub("-", answer.text))


def orders(database: Database, effort: Effort) -> dict[str, Any]:
    """Orders of two lines, on a copy of the catalogue: of many products and all of the same two, by
    several numbers of clients, on every rung, in rounds that take turns."""
    with database.copied() as copy, ExitStack() as stack:
        shop = Shop(copy, stack)
        costs: dict[tuple[str, int], dict[str, list[Cost]]] = defaultdict(lambda: defaultdict(list))
        same: dict[tuple[str, int], list[dict[str, float]]] = defaultdict(list)
        crowds: list[dict[str, float]] = []
        for rung in ORDER_RUNGS:
            # Connections and caches come up outside of what counts.
            shop.measure(rung, "many", max(CLIENTS), 2)
        for number in range(effort.rounds):
            for spread in SPREADS:
                for clients in CLIENTS:
                    for rung in ORDER_RUNGS:
                        if rung != "naive" or clients == _NAIVE_AT:
                            cost = shop.measure(rung, spread, clients, effort.seconds)
                            costs[spread, clients][rung].append(cost)
                            tell(f"round {number + 1}: {clients} of {spread}, {rung}", cost)
                    found = shop.same_statements(spread, clients, effort.seconds)
                    same[spread, clients].append(found)
            crowds.append(_crowd(shop, effort.seconds))
        shop.check()
    return {
        "statements": {str(lines): count for lines, count in shop.requests.statements.items()},
        "loads": [
            {"spread": spread, "clients": clients, **_load(by_rung, same[spread, clients])}
            for (spread, clients), by_rung in costs.items()
        ],
        "crowd": {
            "clients": CROWD,
            **{name: statistics.median(each[name] for each in crowds) for name in crowds[0]},
        },
    }


def _crowd(shop: Shop, seconds: float) -> dict[str, float]:
    """How many orders of one product come through, where all buy that."""
    ours = shop.same_statements("crowd", CROWD, seconds)["rate"]
    plain = shop.plain_statements(CROWD, seconds)["rate"]
    served = shop.measure(APPLICATION, "crowd", CROWD, seconds).rate
    naive = shop.measure("naive", "crowd", CROWD, seconds).rate
    click.echo(f"{CROWD} of one: {ours:.0f}/s, plain {plain:.0f}/s; {served:.0f}, {naive:.0f}")
    return {
        "statements": ours,
        "plainStatements": plain,
        "ratio": ours / plain,
        "application": served,
        "naive": naive,
        "servedRatio": served / naive,
    }


def _load(by_rung: Mapping[str, list[Cost]], same: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Medians, and medians of the ratios within each round."""
    ours = by_rung[APPLICATION]
    ratios = {
        "toBare": _median(
            _total(a) / _total(b) for a, b in zip(ours, by_rung["bare"], strict=True)
        ),
        "rateToSame": _median(a.rate / b["rate"] for a, b in zip(ours, same, strict=True)),
    }
    if naive := by_rung.get("naive"):
        ratios["naiveToOurs"] = _median(
            _total(a) / _total(b) for a, b in zip(naive, ours, strict=True)
        )
    return {
        "rungs": {rung: summary(costs) for rung, costs in by_rung.items()},
        "sameSql": {name: _median(each[name] for each in same) for name in ("rate", "database")},
        "ratios": ratios,
    }


def _total(cost: Cost) -> float:
    return cost.worker + cost.database


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)
