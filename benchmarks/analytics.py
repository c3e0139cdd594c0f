"""What is counted of a product, at a million order lines, against reading the product."""

import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import click
import httpx

from benchmarks import cpu
from benchmarks.databases import Database
from benchmarks.load import wrk
from benchmarks.parts import Cost, Effort, summary, tell
from benchmarks.servers import APPLICATION, Server, settings_for, started
from tests.processes import CLI, environment, run

PRODUCTS: Final = 50
"""So many of each kind are asked for in turn."""

_LOGIN: Final = ("bench-admin@example.com", "bench-admin-pass")
_BUSY: Final = """
    SELECT products.slug FROM products JOIN (
        SELECT product_id FROM sales_facts GROUP BY product_id ORDER BY count(*) DESC LIMIT %s
    ) AS busy ON busy.product_id = products.id
"""
_ANY: Final = """
    SELECT products.slug FROM products
    WHERE id IN (SELECT product_id FROM sales_facts) ORDER BY md5(slug) LIMIT %s
"""
# Neither end is that of a day.
_RAGGED: Final = (
    "SELECT to_char(min(placed_at) + interval '40 days 7 hours', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
    " to_char(max(placed_at) - interval '3 hours', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
    " FROM sales_facts"
)


def analytics(database: Database, effort: Effort) -> dict[str, Any]:
    """Both answers about products, and products themselves, in rounds that take turns; of the
    product that was sold most, and of any."""
    kinds = {
        "busiest": [slug for (slug,) in database.ask(_BUSY, (1,))],
        "any": [slug for (slug,) in database.ask(_ANY, (PRODUCTS,))],
    }
    rounds: dict[tuple[str, str], list[Cost]] = defaultdict(list)
    with _served(database) as (server, token):
        for number in range(effort.rounds):
            for kind, slugs in kinds.items():
                for part, paths in _paths(database, slugs).items():
                    cost = _measure(server, database, paths, token, effort.seconds)
                    rounds[kind, part].append(cost)
                    tell(f"round {number + 1}: {part} of {kind}", cost)
    [(lines,)] = database.ask("SELECT count(*) FROM order_lines")
    [(most,)] = database.ask(
        "SELECT count(*) FROM sales_facts GROUP BY product_id ORDER BY 1 DESC LIMIT 1"
    )
    return {
        "lines": lines,
        "most": most,
        "kinds": {
            kind: {
                part: {**summary(costs), "toProduct": _ratio(costs, rounds[kind, "product"])}
                for (of, part), costs in rounds.items()
                if of == kind
            }
            for kind in kinds
        },
    }


def worst(found: Mapping[str, Any]) -> float:
    """How many times as long as a product the slowest answer took."""
    return max(
        float(cost["toProduct"])
        for parts in found["kinds"].values()
        for part, cost in parts.items()
        if part != "product"
    )


def _paths(database: Database, slugs: Sequence[str]) -> dict[str, list[str]]:
    [(start, end)] = database.ask(_RAGGED)
    base = "/api/v1/analytics/products/{}"
    asked = {
        "product": "/api/v1/products/{}",
        "orders": f"{base}/orders",
        "orders of a range": f"{base}/orders?from={start}&to={end}",
        "shipping": f"{base}/shipping?status=inProgress",
    }
    return {part: [path.format(slug) for slug in slugs] for part, path in asked.items()}


def _measure(
    server: Server, database: Database, paths: Sequence[str], token: str, seconds: float
) -> Cost:
    # Products are public, and cost less without a token.
    extra = {} if paths[0].startswith("/api/v1/products/") else {"BENCH_TOKEN": token}
    wrk(server.base, paths, 1, extra=extra)
    meter = cpu.Meter(server.workers, database.backends)
    load = wrk(server.base, paths, seconds, extra=extra)
    spent = meter.read()
    return Cost(
        worker=spent.worker / load.requests * 1000,
        database=spent.database / load.requests * 1000,
        rate=load.requests / load.seconds,
        p50=load.p50,
        p99=load.p99,
    )


def _ratio(costs: Sequence[Cost], products: Sequence[Cost]) -> float:
    return statistics.median(
        cost.p50 / product.p50 for cost, product in zip(costs, products, strict=True)
    )


@contextmanager
def _served(database: Database) -> Iterator[tuple[Server, str]]:
    """The application, and the token of an administrator."""
    email, password = _LOGIN
    made = run(
        *CLI, "users", "create-admin", email, "--password", password, env=environment(database.url)
    )
    if made.returncode:
        raise click.ClickException(made.stderr)
    settings = settings_for(database.url, database.dsn, None)
    with started(APPLICATION, settings, "/health/ready") as server:
        answer = httpx.post(
            f"{server.base}/api/v1/auth/token", json={"login": email, "password": password}
        ).raise_for_status()
        yield server, answer.json()["result"]["access"]
