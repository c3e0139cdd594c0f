"""Loads seeded catalogues: some processes make up products, each with a connection of its own."""

import io
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from dataclasses import dataclass
from typing import Final

import psycopg2.extensions as pg
from sqlalchemy import make_url

from marketplace.infrastructure.seeding import support
from marketplace.infrastructure.seeding.bulk import Scaffold, connect
from marketplace.infrastructure.seeding.plan import Plan
from marketplace.infrastructure.seeding.products import COLUMNS, ProductMaker
from marketplace.infrastructure.seeding.tree import Node

CHUNK: Final = 5_000
"""Products that are made up and loaded at a time."""

_BLOCK: Final = 65_536

Progress = Callable[[str, int], None]
"""Is told of a stage (products, indexes), and how many more products there are."""


class NotEmpty(Exception):
    """The database holds a catalogue already."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How much to make up, out of which seed; `append` adds it to what there is."""

    products: int
    sellers: int
    seed: int
    append: bool = False


def load(
    url: str, language: str, wanted: Wanted, nodes: Sequence[Node], progress: Progress
) -> None:
    """Load a catalogue. An empty database gets its indexes and foreign keys after the rows.

    If that is broken off, what was loaded is removed again and the indexes are made. A process
    that is killed cannot do so, and leaves a database to be dropped. Raises NotEmpty.
    """
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    at_once = len(os.sched_getaffinity(0))
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        _speak(cursor, language)
        products, sellers = _counts(cursor)
        if (products or sellers) and not wanted.append:
            raise NotEmpty
        scaffold = Scaffold(dsn, list(COLUMNS))
        try:
            if not wanted.append:
                scaffold.take_down()
            plan = support.add_support(cursor, wanted.seed, wanted.sellers, sellers, nodes)
            _add_products(dsn, plan, range(products, products + wanted.products), at_once, progress)
        except BaseException:
            if not wanted.append:
                _remove(cursor)
            raise
        finally:
            progress("indexes", 0)
            scaffold.put_up(at_once)
        support.learn_words(cursor, plan)
        # Listings that are added later come after these.
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('product_listings', 'number'), max(number))"
            " FROM product_listings"
        )
        cursor.execute(f"ANALYZE {', '.join((*support.TABLES, 'catalogue_words'))}")


def _speak(cursor: pg.cursor, language: str) -> None:
    setting = f"pg_catalog.{language}"
    cursor.execute("SELECT set_config('default_text_search_config', %s, false)", (setting,))


def _counts(cursor: pg.cursor) -> tuple[int, int]:
    """From which number on products and sellers are free."""
    cursor.execute(
        "SELECT greatest("
        " (SELECT count(*) FROM products), (SELECT max(number) FROM product_listings)"
        "), (SELECT count(*) FROM sellers)"
    )
    products, sellers = cursor.fetchone() or (0, 0)
    return products, sellers


def _add_products(dsn: str, plan: Plan, numbers: range, at_once: int, progress: Progress) -> None:
    # Forking would copy the connections of this process.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(at_once, spawn, initializer=_begin, initargs=(dsn, plan)) as pool:
        chunks = [
            pool.submit(_load_chunk, numbers[start : start + CHUNK])
            for start in range(0, len(numbers), CHUNK)
        ]
        try:
            for done in as_completed(chunks):
                progress("products", done.result())
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


class _Here:
    """What a process of the pool has for all its chunks."""

    connection: pg.connection
    plan: Plan


def _begin(dsn: str, plan: Plan) -> None:
    _Here.connection, _Here.plan = connect(dsn), plan


def _load_chunk(numbers: range) -> int:
    maker = ProductMaker(_Here.plan, numbers)
    with _Here.connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for table, columns in COLUMNS.items():
            lines = io.BytesIO("\n".join(maker.lines[table]).encode())
            cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", lines, _BLOCK)
        cursor.execute("COMMIT")
    return len(numbers)


def _remove(cursor: pg.cursor) -> None:
    if cursor.connection.status != pg.STATUS_READY:
        cursor.execute("ROLLBACK")
    cursor.execute(f"TRUNCATE {', '.join(COLUMNS)} CASCADE")
    support.remove_support(cursor)
