"""Loads a history of orders: stories are lived through by some processes, and copied by one
connection in one transaction, so that all of them are there or none."""

import gc
import io
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Final, NamedTuple, TypeAlias

import psycopg2.extensions as pg
from sqlalchemy import make_url

from marketplace.domain.shared.ids import OfferId
from marketplace.infrastructure.seeding.bulk import Scaffold, connect
from marketplace.infrastructure.seeding.orders import journal
from marketplace.infrastructure.seeding.orders.goods import on_sale, read_goods
from marketplace.infrastructure.seeding.orders.market import Market, NothingToOrder
from marketplace.infrastructure.seeding.orders.rhythm import Hour, hours
from marketplace.infrastructure.seeding.orders.rows import BOOKS, TABLES, Lines
from marketplace.infrastructure.seeding.orders.shoppers import make_shoppers, user_rows
from marketplace.infrastructure.seeding.orders.story import SETTLED_WITHIN, Story

YEAR: Final = timedelta(days=365)
CHUNK: Final = 1_000
"""Orders, or a few more, that are made up and loaded at a time."""

MANY: Final = 20_000
"""So many orders are made up by a process for each core; where there were none, they are loaded
without indexes, which are made afterwards."""

_QUIET: Final = timedelta(minutes=1)
_BLOCK: Final = 65_536

Progress: TypeAlias = Callable[[str, int], None]
"""Is told of a stage (orders, stock, indexes, statistics), and how many more orders there are."""

Copies: TypeAlias = dict[str, tuple[str, bytes]]
"""Columns and lines by table."""


def seed_orders(
    url: str,
    *,
    orders: int,
    seed: int,
    now: datetime,
    span: timedelta = YEAR,
    progress: Progress = lambda stage, more: None,
) -> None:
    """Load a history of so many orders from `now - span` to `now`, an hour at least, of what is on
    sale.

    It is what the application would have written, but told to nobody: no events, no mails. As much
    is available of everything as before, and new orders are numbered after these. It depends on
    the seed, the times, what is on sale and the number of the last order. Meanwhile nobody else may
    order. Raises NothingToOrder.
    """
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    until = now - _QUIET
    plan = hours(orders, now - span, until - SETTLED_WITHIN)
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        offers = on_sale(cursor, seed)
        if not offers:
            raise NothingToOrder
        many = orders >= MANY
        at_once = len(os.sched_getaffinity(0)) if many else 1
        first = _take_numbers(cursor, orders)
        shoppers = range(first, first + min(orders, 24 + orders // 40))
        known = Known(url, seed, offers, shoppers, first, until)
        whole = many and _is_empty(cursor)
        indexes = _without_indexes(dsn, at_once, progress) if whole else nullcontext()
        with indexes, _transaction(cursor):
            journal.begin(cursor)
            _copy(cursor, _accounts(seed, shoppers, now - span))
            for copies, made in _stories(known, plan, at_once):
                _copy(cursor, copies)
                progress("orders", made)
            progress("stock", 0)
            journal.write(cursor, first, until)
        progress("statistics", 0)
        # Those whose indexes were put up have theirs.
        written = () if whole else (*TABLES, *BOOKS)
        cursor.execute(
            f"ANALYZE {', '.join(('users', 'stock_items', 'stock_movements', *written))}"
        )


def _is_empty(cursor: pg.cursor) -> bool:
    cursor.execute("SELECT NOT EXISTS (SELECT FROM orders)")
    [(empty,)] = cursor.fetchall()
    return bool(empty)


def _take_numbers(cursor: pg.cursor, orders: int) -> int:
    """The first of so many numbers of orders, which nobody else is given."""
    cursor.execute("SELECT setval('order_numbers', nextval('order_numbers') + %s)", (orders - 1,))
    [(last,)] = cursor.fetchall()
    return int(last) - orders + 1


@contextmanager
def _transaction(cursor: pg.cursor) -> Iterator[None]:
    cursor.execute("BEGIN")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")


@contextmanager
def _without_indexes(dsn: str, at_once: int, progress: Progress) -> Iterator[None]:
    scaffold = Scaffold(dsn, [*TABLES, *BOOKS])
    try:
        scaffold.take_down()
        yield
    finally:
        progress("indexes", 0)
        scaffold.put_up(at_once)


def _accounts(seed: int, numbers: range, opened_at: datetime) -> Copies:
    lines = Lines()
    for row in user_rows(make_shoppers(seed, numbers), opened_at):
        lines.add("users", row)
    return _copies(lines)


def _copies(lines: Lines) -> Copies:
    return {
        name: (columns, "\n".join(rows).encode()) for name, (columns, rows) in lines.tables.items()
    }


def _copy(cursor: pg.cursor, copies: Copies) -> None:
    # A story tells of nothing before what it belongs to.
    for table, (columns, lines) in copies.items():
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN", io.BytesIO(lines), _BLOCK)


class Known(NamedTuple):
    """What whoever tells stories has to know: where to look up what is ordered and by whom, and
    the number of the first order."""

    url: str
    seed: int
    offers: Sequence[OfferId]
    shoppers: range
    first: int
    until: datetime


def _stories(known: Known, plan: Sequence[Hour], at_once: int) -> Iterator[tuple[Copies, int]]:
    chunks = _chunks(plan)
    if at_once == 1:
        teller = Teller(known)
        yield from map(teller.tell, chunks)
        return
    # Forking would copy the connections of this process.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(at_once, spawn, initializer=_begin, initargs=(known,)) as pool:
        try:
            # No more than can be copied soon, in the order of time.
            waiting: deque[Future[tuple[Copies, int]]] = deque(
                pool.submit(_tell, chunk) for chunk in islice(chunks, 2 * at_once)
            )
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(_tell, chunk) for chunk in islice(chunks, 1))
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _chunks(plan: Sequence[Hour]) -> Iterator[list[Hour]]:
    chunk: list[Hour] = []
    for hour in plan:
        chunk.append(hour)
        if sum(each.orders for each in chunk) >= CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


class Teller:
    """Makes up what happened to the orders of some hours."""

    def __init__(self, known: Known) -> None:
        goods = read_goods(known.url, known.offers)
        shoppers = make_shoppers(known.seed, known.shoppers)
        self._market = Market(known.seed, goods, shoppers, known.until)
        self._first = known.first

    def tell(self, chunk: Sequence[Hour]) -> tuple[Copies, int]:
        """Lines of all tables, and how many orders they are of."""
        lines = Lines()
        for hour in chunk:
            number = self._first + hour.first
            random = Random(f"{self._market.seed}/{number}").random  # noqa: S311  plausible, not secret
            length = hour.end - hour.start
            for offset in sorted(random() for _ in range(hour.orders)):
                lines.tell(Story(self._market, number, hour.start + length * offset, random))
                number += 1
        return _copies(lines), sum(hour.orders for hour in chunk)


class _Here:
    """What a process of the pool has for all its chunks."""

    teller: Teller


def _begin(known: Known) -> None:
    _Here.teller = Teller(known)
    # There are no circles in what is made here, and all that is on sale is much to look through.
    gc.disable()


def _tell(chunk: Sequence[Hour]) -> tuple[Copies, int]:
    return _Here.teller.tell(chunk)
