"""What is measured. Each part gives plain values for the report."""

import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import click

from benchmarks import cpu
from benchmarks.capture import PAGE, Requests, requests_for
from benchmarks.databases import Database
from benchmarks.load import pgbench, wrk
from benchmarks.servers import APPLICATION, RUNGS, Server, settings_for, started

_READY: Final = "/health/ready"
_LEFT_OUT: Final[dict[str, Any]] = {"reason": None, "pendingChanges": None, "media": []}
"""What the naive rung does not say of a product."""

_PAGE: Final = f"/api/v1/products?limit=1&category=home&currency={PAGE['currency']}&minPrice=1"


@dataclass(frozen=True)
class Effort:
    """How long a round takes in seconds, and how many there are."""

    seconds: float
    rounds: int


@dataclass(frozen=True)
class Cost:
    """Of one request: milliseconds of CPU, and requests a second."""

    worker: float
    database: float
    rate: float
    p50: float
    p99: float


class Catalogue:
    """The servers of all rungs on one database, started once."""

    def __init__(self, database: Database, stack: ExitStack) -> None:
        self.database = database
        self.requests: Requests = requests_for(database)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self._statements = folder / "statements.json"
        self.requests.save(self._statements)
        self._settings = settings_for(database.url, database.dsn, self._statements)
        self._servers: dict[str, Server] = {}
        self._stack = stack

    def server(self, rung: str) -> Server:
        if rung not in self._servers:
            ready = _READY if rung == APPLICATION else self.requests.products[0]
            context = started(rung, self._settings, ready)
            self._servers[rung] = self._stack.enter_context(context)
        return self._servers[rung]

    def measure(self, rung: str, paths: Sequence[str], seconds: float) -> Cost:
        server = self.server(rung)
        # Connections, caches and the processor's clock come up outside of what counts.
        wrk(server.base, paths, 1)
        meter = cpu.Meter(server.workers, self.database.backends)
        load = wrk(server.base, paths, seconds)
        spent = meter.read()
        return Cost(
            worker=spent.worker / load.requests * 1000,
            database=spent.database / load.requests * 1000,
            rate=load.requests / load.seconds,
            p50=load.p50,
            p99=load.p99,
        )


def reads(catalogue: Catalogue, effort: Effort) -> dict[str, Any]:
    """Pages and products on every rung, in rounds that take turns, and pgbench on the same
    statements."""
    requests = catalogue.requests
    paths = {"page": requests.pages, "product": requests.products}
    rounds: dict[str, dict[str, list[Cost]]] = {part: defaultdict(list) for part in paths}
    same: dict[str, list[dict[str, float]]] = defaultdict(list)
    check_answers(catalogue)
    for number in range(effort.rounds):
        for part, asked in paths.items():
            for rung in RUNGS:
                cost = catalogue.measure(rung, asked, effort.seconds)
                rounds[part][rung].append(cost)
                tell(f"round {number + 1}: {part}, {rung}", cost)
            found = pgbench(catalogue.database, requests.literal[part], effort.seconds)
            same[part].append({"rate": found.rate, "database": found.database * 1000})
    return {
        part: {
            "statements": requests.counts[part],
            "rungs": {rung: summary(costs) for rung, costs in by_rung.items()},
            "ratios": _ratios(by_rung),
            "sameSql": {
                key: statistics.median(each[key] for each in same[part])
                for key in ("rate", "database")
            },
        }
        for part, by_rung in rounds.items()
    }


def check_answers(catalogue: Catalogue) -> None:
    """The bare rung has to answer as the application does, and the naive one to show the same but
    for cursors and what it leaves out. Raises ClickException."""
    import httpx

    requests = catalogue.requests
    for path in (*requests.pages, *requests.products[:20]):
        ours, bare, naive = (
            httpx.get(catalogue.server(rung).base + path) for rung in (APPLICATION, "bare", "naive")
        )
        if ours.json() != bare.json():
            raise click.ClickException(f"The bare rung does not answer as the application: {path}")
        shown = json.loads(naive.text.replace("+00:00", "Z"))["result"]
        if isinstance(shown, dict):
            shown = _LEFT_OUT | shown
        if shown != ours.json()["result"]:
            raise click.ClickException(f"The naive rung does not show the same: {path}")


def growth(catalogues: Sequence[Catalogue], effort: Effort) -> list[dict[str, Any]]:
    """The same requests on catalogues of several sizes, in rounds that take turns."""
    rounds: dict[tuple[int, str], list[Cost]] = defaultdict(list)
    for _ in range(effort.rounds):
        for index, catalogue in enumerate(catalogues):
            requests = catalogue.requests
            parts = (
                ("page", requests.pages[::2]),
                ("deep", requests.deep),
                ("product", requests.products),
            )
            for part, paths in parts:
                cost = catalogue.measure(APPLICATION, paths, effort.seconds)
                rounds[index, part].append(cost)
                tell(f"{catalogue.database.name}: {part}", cost)
    return [
        {
            "products": size(catalogue.database),
            **{part: summary(rounds[index, part]) for part in ("page", "deep", "product")},
        }
        for index, catalogue in enumerate(catalogues)
    ]


def memory(database: Database, effort: Effort) -> dict[str, Any]:
    """Of both workers of a server that has answered everything for a while; and how long it took
    to start."""
    requests = requests_for(database)
    settings = settings_for(database.url, database.dsn, None)
    began = time.monotonic()
    with started(APPLICATION, settings, _READY, workers=2) as server:
        everything = [
            *requests.pages,
            *requests.products,
            *(f"/api/v1/products?q={word}&include=facets" for word in ("oak", "lamp", "paper")),
            "/api/v1/categories",
            "/api/v1/sellers",
            "/api/v1/meta",
            "/openapi.json",
        ]
        wrk(server.base, everything, effort.seconds * effort.rounds, connections=8)
        found = [cpu.memory(pid) for pid in server.workers]
        return {
            "rss": max(each.rss for each in found),
            "unique": max(each.unique for each in found),
            "workers": [asdict(each) for each in found],
            "startUp": server.ready_after,
            "measuredFor": time.monotonic() - began,
        }


def summary(costs: Sequence[Cost]) -> dict[str, float]:
    """The medians of all rounds."""
    return {
        name: statistics.median(getattr(cost, name) for cost in costs)
        for name in ("worker", "database", "rate", "p50", "p99")
    }


def _ratios(by_rung: dict[str, list[Cost]]) -> dict[str, float]:
    """Medians of the ratios within each round, which a slower or faster machine leaves alone."""

    def ratio(over: str, under: str, *parts: str) -> float:
        pairs = zip(by_rung[over], by_rung[under], strict=True)
        return statistics.median(_sum(a, parts) / _sum(b, parts) for a, b in pairs)

    return {
        "workerToBare": ratio(APPLICATION, "bare", "worker"),
        "totalToBare": ratio(APPLICATION, "bare", "worker", "database"),
        "naiveToOurs": ratio("naive", APPLICATION, "worker", "database"),
        "bareToConstant": ratio("bare", "constant", "worker"),
    }


def _sum(cost: Cost, parts: Sequence[str]) -> float:
    return float(sum(getattr(cost, part) for part in parts))


def size(database: Database) -> int:
    [(count,)] = database.ask("SELECT count(*) FROM products")
    return int(count)


def tell(what: str, cost: Cost) -> None:
    click.echo(
        f"{what}: worker {cost.worker:.3f} ms, PostgreSQL {cost.database:.3f} ms,"
        f" {cost.rate:.0f}/s, p50 {cost.p50:.1f} ms, p99 {cost.p99:.1f} ms"
    )


def catalogues_of(databases: Sequence[Database], stack: ExitStack) -> Iterator[Catalogue]:
    for database in databases:
        yield Catalogue(database, stack)
