"""Keyset pages: a page begins after the last item of the one before, wherever that is by now."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    Subquery,
    bindparam,
    func,
    select,
    tuple_,
)

from marketplace.application.paging import InvalidCursor, Page, PageRequest
from marketplace.domain.shared.instants import EARLIEST, LATEST
from marketplace.infrastructure.database.queries.connection import AnyRow, AnySelect, ReadConnection

View = TypeVar("View")
_LONGEST = 4_000
_INT8 = 2**63


@dataclass(frozen=True)
class Sort:
    """An order of a list. The last of `columns` tells any two items apart."""

    columns: tuple[ColumnElement[Any], ...]
    descending: bool = False

    @cached_property
    def kinds(self) -> Sequence[type]:
        """The types of the keys that a page of it begins at."""
        return [column.type.python_type for column in self.columns]

    @property
    def reverse(self) -> "Sort":
        return Sort(self.columns, descending=not self.descending)


@dataclass(frozen=True, eq=False)
class Listing:
    """One list: its orders by name, the first being the default.

    `shape`, if given, makes the rows of a page from the subquery that selects its items, so that
    joins and counts are done for the items of the page only. Its rows keep the columns `key_0`,
    `key_1` and so on, by which they are ordered; rows of one item follow each other. `rows`, if
    given, makes the subquery that `shape` takes, keys included, of the one that found the items.
    """

    name: str
    sorts: Mapping[str, Sort]
    shape: Callable[[Subquery], AnySelect] | None = None
    rows: Callable[[Subquery], Subquery] | None = None


class Seek(NamedTuple):
    """Where a page begins: after (or, backwards, before) `values`; at an end without them."""

    backwards: bool
    values: tuple[Any, ...] | None


Find = Callable[[Sort, Seek, Mapping[str, Any]], Sequence[AnyRow]]
"""Finds `rows_wanted` rows that come after `seek_0` and so on, as the mapping says."""


def fetch_page(
    read: ReadConnection,
    listing: Listing,
    request: PageRequest,
    items: AnySelect,
    parameters: Mapping[str, Any],
    view: Callable[[Sequence[AnyRow]], View],
    scope: str = "",
    find: Find | None = None,
) -> Page[View]:
    """One page of `items`, each made by `view` from its rows.

    Cursors are good for the same `scope` only. `find`, if given, is what finds the rows, with the
    keys last, in the order of the page.

    `items` has to be the same object each time, for what is built of it is kept.

    Raises:
        InvalidCursor: it was not made by this list in this order.
    """
    order = request.sort or next(iter(listing.sorts))
    sort = listing.sorts[order]
    name = listing.name + scope
    seek = decode(request.cursor, name, order, sort.kinds)
    bound = dict(parameters, rows_wanted=request.limit + 1)
    for index, value in enumerate(seek.values or ()):
        bound[f"seek_{index}"] = value
    width = len(sort.columns)
    if find is not None:
        rows = find(sort, seek, bound)
    else:
        statement = _statement(items, listing, sort, seek.backwards, seek.values is not None)
        rows = read.fetch(statement, bound)
    groups = _grouped(rows, width)
    more = len(groups) > request.limit
    del groups[request.limit :]
    if seek.backwards:
        groups.reverse()

    def cursor(group: Sequence[AnyRow], backwards: bool) -> str:
        return encode(name, order, backwards, group[0][-width:])

    has_next = seek.backwards or more
    has_previous = more if seek.backwards else seek.values is not None
    return Page(
        items=[view(rows) for rows in groups],
        next=cursor(groups[-1], False) if groups and has_next else None,
        previous=cursor(groups[0], True) if groups and has_previous else None,
        limit=request.limit,
        total=read.execute(_count(items), parameters).scalar_one() if request.with_total else None,
    )


@cache
def _statement(
    items: AnySelect, listing: Listing, sort: Sort, backwards: bool, seeking: bool
) -> AnySelect:
    columns, descending = sort.columns, sort.descending is not backwards
    statement = items.add_columns(*(each.label(f"key_{i}") for i, each in enumerate(columns)))
    if seeking:
        # A comparison of rows is one condition on an index; spelled out, it is not.
        start = tuple_(*(bindparam(f"seek_{i}", type_=c.type) for i, c in enumerate(columns)))
        here = tuple_(*columns)
        statement = statement.where(here < start if descending else here > start)
    statement = statement.order_by(*_ordered(columns, descending)).limit(bindparam("rows_wanted"))
    if listing.shape is None:
        return statement
    page = statement.subquery("page")
    if listing.rows is not None:
        page = listing.rows(page)
    return ordered_rows(listing.shape(page), page, len(columns), descending)


def ordered_rows(shaped: AnySelect, page: Subquery, width: int, descending: bool) -> AnySelect:
    """The rows of the items of `page` in the order of its keys, which come last in each row."""
    keys = [page.c[f"key_{index}"] for index in range(width)]
    own_order = shaped._order_by_clauses
    return (
        shaped.add_columns(*keys).order_by(None).order_by(*_ordered(keys, descending), *own_order)
    )


def _ordered(columns: Iterable[ColumnElement[Any]], descending: bool) -> list[ColumnElement[Any]]:
    return [column.desc() if descending else column.asc() for column in columns]


@cache
def _count(items: AnySelect) -> AnySelect:
    return select(func.count()).select_from(items.subquery("items"))


def _grouped(rows: Iterable[AnyRow], width: int) -> list[list[AnyRow]]:
    """Rows by their item; the last `width` columns of a row are the keys of its item."""
    return [list(group) for _, group in groupby(rows, key=itemgetter(slice(-width, None)))]


def encode(listing: str, order: str, backwards: bool, values: Iterable[Any]) -> str:
    """A cursor that begins after (backwards: before) the item with these keys."""
    document = [listing, order, backwards, *values]
    return _base64(orjson.dumps(document))


def _base64(document: bytes) -> str:
    return urlsafe_b64encode(document).rstrip(b"=").decode()


def decode(cursor: str | None, listing: str, order: str, kinds: Sequence[type]) -> Seek:
    """The inverse of `encode`, for keys of these kinds. Raises `InvalidCursor`."""
    if cursor is None:
        return Seek(backwards=False, values=None)
    try:
        if len(cursor) > _LONGEST:
            raise ValueError("too long")
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        document = urlsafe_b64decode(padded)
        # The decoder passes over what is not base64, and over bits that stand for nothing.
        if _base64(document) != cursor:
            raise ValueError("not as it was given out")
        found_listing, found_order, backwards, *values = orjson.loads(document)
        if (found_listing, found_order) != (listing, order) or not isinstance(backwards, bool):
            raise ValueError("of another list or order")
        parsed = tuple(_parsed(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, TypeError):
        raise InvalidCursor from None
    return Seek(backwards, parsed)


def _parsed(value: Any, kind: type) -> Any:
    """Raises ValueError or TypeError for what the column could not hold."""
    if kind is int:
        if type(value) is not int or not -_INT8 <= value < _INT8:
            raise TypeError("no bigint")
        return value
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("keys travel as text")
    if kind is UUID:
        return UUID(value)
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if not EARLIEST <= moment < LATEST:
            raise ValueError("out of range")
        return moment
    return value
