"""Pages of filtered listings in an order that has an index of its own.

An index tells either what meets the filters or what comes next, and nobody knows beforehand which
of both reads less: books may be a sixth of the catalogue, and stand behind half of it in the order
of prices. So each way is gone a bounded stretch only:

1. The order is walked, and what does not meet the filters left out; farther, if it finds some.
2. What meets the filters is gathered and sorted.
3. If there is more of it, the last one of a page of what was gathered is no nearer than the last
   one of the page that is wanted. What is up to there is found by both indexes together, as
   bitmaps, so that only what meets the filters and stands there is read.

Each of them tells the page exactly or not at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import Boolean, ColumnElement, bindparam, column, text

from marketplace.infrastructure.database.queries.connection import (
    AnyRow,
    AnySelect,
    ReadConnection,
)
from marketplace.infrastructure.database.queries.paging import Seek, Sort, ordered_rows
from marketplace.infrastructure.database.queries.search_statements import LISTING, hits, opening
from marketplace.infrastructure.database.tables import product_listings

WALKED: Final = 1_000
WALKED_BY_TIME: Final = 5_000
"""Rows lie in the order of time, so that many of them are read at once."""

FARTHER: Final = 8
"""So many times as far is walked where that promises to find the page."""

GATHERED: Final = 2_000

_Way: TypeAlias = tuple[Sort, bool, bool]
"""An order, whether a page of it begins somewhere, and whether it descends."""


@dataclass(frozen=True)
class Limits:
    """The conditions of a search, those on prices and those that others imply once more; `in_terms`
    tells that the index of words and terms finds what meets some of them."""

    conditions: tuple[str, ...]
    of_prices: tuple[str, ...]
    implied: tuple[str, ...]
    in_terms: bool

    def of(self, query: str) -> "Limits":
        """The same for what matches a text query, which is looked up once, not stretch by stretch:
        beginnings of words are costly."""
        conditions = (f"search @@ {query}", *self.conditions)
        return replace(self, conditions=conditions, in_terms=False)


def find_rows(
    read: ReadConnection, limits: Limits, sort: Sort, seek: Seek, parameters: Mapping[str, Any]
) -> Sequence[AnyRow]:
    """The rows of `parameters["rows_wanted"]` listings from `seek` on, keys last.

    One statement where walking finds them, at most five.
    """
    way = sort, seek.values is not None, sort.descending is not seek.backwards
    width, wanted = len(sort.columns), parameters["rows_wanted"]
    found = _walked(read, limits, way, parameters)
    if found and not found[0][-width - 1]:
        return found
    asked = {**parameters, "gathered": GATHERED, "top": None, "bottom": 0}
    found = read.fetch(_gather(limits, *way), asked)
    if not (found[0][-width - 1] if found else seek.values is not None):
        return found
    if len(found) == wanted:
        ends = {f"end_{index}": value for index, value in enumerate(found[-1][-width:])}
        found = read.fetch(_between(limits, *way, ending=True), {**parameters, **ends})
        if len(found) == wanted:
            return found
        # Something left since it was gathered.
    return read.fetch(_between(limits, *way, ending=False), parameters)


def _walked(
    read: ReadConnection, limits: Limits, way: _Way, parameters: Mapping[str, Any]
) -> Sequence[AnyRow]:
    sort, walk = way[0], _walk(limits, *way)
    by_time = sort.columns[0] is product_listings.c.created_at
    far = WALKED_BY_TIME if by_time else WALKED
    found = read.fetch(walk, {**parameters, "walked": far})
    cut = found and found[0][-len(sort.columns) - 1]
    if cut and len(found) * FARTHER >= parameters["rows_wanted"]:
        found = read.fetch(walk, {**parameters, "walked": far * FARTHER})
    return found


@lru_cache(maxsize=1000)
def _walk(limits: Limits, sort: Sort, seeking: bool, descending: bool) -> AnySelect:
    """A page, its rows telling whether it is short although the order goes on.

    What passes by is in order, and not sorted again, which would be done after all of it.
    """
    keys = _Keys(sort, descending)
    conditions = [each for each in limits.conditions if each not in limits.implied]
    stretch = [keys.after(keys.columns)] if seeking else []
    if len(keys.columns) > 2:
        # Those of prices.
        stretch += limits.of_prices
    where = f"WHERE {' AND '.join(stretch)}" if stretch else ""
    return _shown(
        keys,
        f"""
        WITH walked AS MATERIALIZED (
            SELECT product_id, {keys.names}
            FROM (
                SELECT *, {keys.named} FROM product_listings {where}
                ORDER BY {keys.order(keys.columns)} LIMIT :walked
            ) AS passed
            WHERE {" AND ".join(conditions)}
            LIMIT :rows_wanted
        )
        SELECT product_id, {keys.names}, (SELECT count(*) FROM walked) < :rows_wanted AND EXISTS (
                SELECT FROM product_listings {where}
                ORDER BY {keys.order(keys.columns)} OFFSET :walked
            ) AS cut
        FROM walked
        """,  # noqa: S608  constants
    )


@lru_cache(maxsize=1000)
def _gather(limits: Limits, sort: Sort, seeking: bool, descending: bool) -> AnySelect:
    """A page of what was gathered, its rows telling whether that was not all."""
    keys = _Keys(sort, descending)
    by_time = sort.columns[0] is product_listings.c.created_at
    # Either finds the ones first that come first in its order of time.
    if limits.in_terms and (descending or not by_time):
        start = opening(None)
        gathered = hits(
            "gathered", keys.named, limits.conditions, most="gathered", with_query=False
        )
    else:
        # Two steps: how much is wanted of it must not change the way in which it is found.
        start = f"""
            WITH meeting AS MATERIALIZED (
                SELECT product_id, {keys.named} FROM product_listings
                WHERE {" AND ".join(limits.conditions)}
            )
        """  # noqa: S608  constants
        gathered = "gathered AS MATERIALIZED (SELECT * FROM meeting LIMIT :gathered)"
    where = f"WHERE {keys.after()}" if seeking else ""
    return _shown(
        keys,
        f"""
        {start}, {gathered}
        SELECT product_id, {keys.names}, (SELECT count(*) FROM gathered) >= :gathered AS cut
        FROM gathered {where} ORDER BY {keys.order()} LIMIT :rows_wanted
        """,  # noqa: S608  constants
    )


@lru_cache(maxsize=1000)
def _between(
    limits: Limits, sort: Sort, seeking: bool, descending: bool, *, ending: bool
) -> AnySelect:
    """A page of what lies between its beginning and `:end_0` and so on, if they are given.

    The order comes afterwards, lest the planner should walk it.
    """
    keys = _Keys(sort, descending)
    conditions = list(limits.conditions)
    if seeking:
        conditions.append(keys.beyond("seek", "<=" if descending else ">="))
    if ending:
        conditions.append(keys.beyond("end", ">=" if descending else "<="))
    where = f"WHERE {keys.after()}" if seeking else ""
    return _shown(
        keys,
        f"""
        WITH between_them AS MATERIALIZED (
            SELECT product_id, {keys.named} FROM product_listings
            WHERE {" AND ".join(conditions)}
        )
        SELECT product_id, {keys.names}, false AS cut
        FROM between_them {where} ORDER BY {keys.order()} LIMIT :rows_wanted
        """,  # noqa: S608  constants
    )


class _Keys:
    """The columns of an order as SQL, and under the names that a page gives them."""

    def __init__(self, sort: Sort, descending: bool) -> None:
        self.kinds = sort.columns
        self.descending = descending
        self.columns = [_sql(each) for each in sort.columns]
        self._names = [f"key_{index}" for index in range(len(self.columns))]
        self.names = ", ".join(self._names)
        self.named = ", ".join(
            f"{each} AS {name}" for each, name in zip(self.columns, self._names, strict=True)
        )

    def order(self, columns: Sequence[str] | None = None) -> str:
        direction = "DESC" if self.descending else "ASC"
        return ", ".join(f"{each} {direction}" for each in columns or self._names)

    def after(self, columns: Sequence[str] | None = None) -> str:
        """What comes after `:seek_0` and so on."""
        seek = ", ".join(f":seek_{index}" for index in range(len(self.columns)))
        return f"({', '.join(columns or self._names)}) {'<' if self.descending else '>'} ({seek})"

    def beyond(self, end: str, sign: str) -> str:
        """What is not on the wrong side of `:{end}_0` and so on, the last key left aside.

        Not by a comparison of rows: the planner looks only at the first columns of it, and takes it
        for true of nothing.
        """
        *leading, nearest = self.columns[:-1]
        compared = f"{nearest} {sign} :{end}_{len(leading)}"
        for index, each in reversed(list(enumerate(leading))):
            value = f":{end}_{index}"
            compared = f"({each} {sign[0]} {value} OR ({each} = {value} AND {compared}))"
        return compared


def _sql(key: ColumnElement[Any]) -> str:
    return str(key).replace(f"{product_listings.name}.", "")


def _shown(keys: _Keys, statement: str) -> AnySelect:
    kinds = {f"key_{i}": each.type for i, each in enumerate(keys.kinds)}
    found = text(statement)
    for index, each in enumerate(keys.kinds):
        for end in ("seek", "end"):
            if f":{end}_{index}" in statement:
                found = found.bindparams(bindparam(f"{end}_{index}", type_=each.type))
    columns = [column(name, kind) for name, kind in kinds.items()]
    page = found.columns(
        column("product_id", product_listings.c.product_id.type), *columns, column("cut", Boolean)
    ).subquery("page")
    assert LISTING.rows is not None and LISTING.shape is not None  # noqa: S101, PT018
    shown = LISTING.rows(page)
    shaped = LISTING.shape(shown).add_columns(shown.c.cut)
    return ordered_rows(shaped, shown, len(columns), keys.descending)
