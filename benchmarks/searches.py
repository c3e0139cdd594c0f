"""Searches by how common their words are, against ranking all matches."""

import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from typing import Any, Final
from urllib.parse import quote

import click
import psycopg2

from benchmarks import cpu
from benchmarks.databases import Database
from benchmarks.load import wrk
from benchmarks.parts import Catalogue, Effort
from benchmarks.servers import APPLICATION

CLASSES: Final[dict[str, Sequence[str]]] = {
    "in nearly all": ("made",),
    "a tenth": ("book", "table", "handmade", "warranty"),
    "some in a hundred": ("oak", "novel", "walnut", "linen"),
    "some in a thousand": ("steel", "bamboo", "wireless", "headphones"),
    "several words": ("winter gift", "graphic novel", "oak dining table", "handmade linen"),
    "with exclusions": ("table -oak", "gift -book"),
    "beginnings": ("hea", "wal", "ste", "mistr"),
    "one": ("m00000070", "m00000990", "m00000410"),
    "misspelt": ("wirless", "headfones", "turntabel", "wallnut"),
    "nothing": ("zzyzx qwrtp", "xylophon zzz"),
}
"""Words of the seeded catalogue, each class with those that it is measured with."""

_NAIVE: Final = """
    SELECT product_id FROM product_listings, websearch_to_tsquery(%s) AS query
    WHERE search @@ query ORDER BY ts_rank(search, query) DESC LIMIT 20
"""
_MATCHES: Final = "SELECT count(*) FROM product_listings WHERE search @@ websearch_to_tsquery(%s)"
# In one product of ten.
NAIVE_WORD: Final = "handmade"


def searches(catalogue: Catalogue, effort: Effort) -> dict[str, Any]:
    """The first 20 with facets, asked one at a time."""
    server, database = catalogue.server(APPLICATION), catalogue.database
    found: dict[str, Any] = {}
    everything = [path for words in CLASSES.values() for path in _paths(words)]
    wrk(server.base, everything, 2, connections=1)
    for name, words in CLASSES.items():
        paths = _paths(words)
        meter = cpu.Meter(server.workers, database.backends)
        load = wrk(server.base, paths, effort.seconds * effort.rounds / 2, connections=1)
        spent = meter.read()
        found[name] = {
            "p50": load.p50,
            "p99": load.p99,
            "worker": spent.worker / load.requests * 1000,
            "database": spent.database / load.requests * 1000,
            "matches": max(_matches(database, word) for word in words),
        }
        click.echo(f"search, {name}: {found[name]}")
    naive = _naive(database, NAIVE_WORD)
    click.echo(f"naive ts_rank of {NAIVE_WORD}: {naive:.1f} ms")
    worst = max(found, key=lambda name: found[name]["p50"])
    return {
        "classes": found,
        "naive": {"word": NAIVE_WORD, "p50": naive, "matches": _matches(database, NAIVE_WORD)},
        "worst": worst,
        "worstToNaive": found[worst]["p50"] / naive,
        "worstP99": max(each["p99"] for each in found.values()),
    }


def _paths(words: Sequence[str]) -> list[str]:
    return [f"/api/v1/products?q={quote(word)}&include=facets&limit=20" for word in words]


def _matches(database: Database, word: str) -> int:
    [(count,)] = database.ask(_MATCHES, (word,))
    return int(count)


def _naive(database: Database, word: str) -> float:
    """The median of some runs, in milliseconds."""
    times = []
    with closing(psycopg2.connect(database.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for _ in range(5):
            began = time.perf_counter()
            cursor.execute(_NAIVE, (word,))
            cursor.fetchall()
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000
