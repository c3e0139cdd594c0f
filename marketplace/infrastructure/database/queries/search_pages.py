"""Pages by relevance: first what is ranked, then the rest of the matches.

A cursor keeps the scope of the first page: the horizon, which is the number of the last listing
that was ranked, and whether the last word was taken for a beginning. What is ranked therefore stays
the same however many products are listed meanwhile, and an item keeps its place as long as nobody
edits it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import text

from marketplace.application.catalogue.queries import ProductSummaryView
from marketplace.application.catalogue.search import SearchPage
from marketplace.application.paging import InvalidCursor, PageRequest
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.queries.paging import decode, encode
from marketplace.infrastructure.database.queries.product_views import summary_view
from marketplace.infrastructure.database.queries.search_facets import FacetQuery
from marketplace.infrastructure.database.queries.search_statements import (
    ENOUGH,
    LAST_NUMBER,
    MOST_RANKED,
    ranked,
    unranked,
)
from marketplace.infrastructure.database.queries.search_text import QuerySql

_NAME: Final = "listings"
_ORDER: Final = "relevance"
_BEYOND: Final = -1
"""The score of what is not ranked."""

_LEAST, _MOST = _BEYOND, 2**43
"""What the numbers of a cursor lie between; listings will not be as many."""

_UNBOUNDED: Final = 1_000_000

_LAST: Final = text(LAST_NUMBER)


@dataclass(frozen=True)
class Search:
    """A text query and filters, as SQL."""

    query: QuerySql
    conditions: tuple[str, ...]
    parameters: Mapping[str, Any]
    facets: FacetQuery | None = None


def fetch_by_relevance(
    read: ReadConnection, request: PageRequest, search: Search, scope: str
) -> SearchPage:
    """A page, the first one with its facets if they are asked for and anything was found.

    One statement; two where a page reaches from what is ranked into what is not, one more where
    there is nothing left. Cursors are good for the same `scope` only.

    Raises:
        InvalidCursor: it was not made by this list in this order.
    """
    name = _NAME + scope
    seek = decode(request.cursor, name, _ORDER, (int, int, int))
    if seek.values is not None and not all(_LEAST <= each < _MOST for each in seek.values):
        raise InvalidCursor
    wanted = request.limit + 1
    fetch = _backwards if seek.backwards else _forwards
    rows = fetch(read, search, seek.values, wanted)
    if seek.values is not None:
        last = rows[0][-4] if rows else read.execute(_LAST).scalar_one()
        if max(seek.values[0] >> 1, seek.values[2]) > last:
            raise InvalidCursor
    more = len(rows) > request.limit
    del rows[request.limit :]
    if seek.backwards:
        rows.reverse()

    def cursor(row: AnyRow, backwards: bool) -> str:
        return encode(name, _ORDER, backwards, row[-3:])

    has_next = seek.backwards or more
    has_previous = more if seek.backwards else seek.values is not None
    items: list[ProductSummaryView] = [summary_view([row]) for row in rows]
    facets = rows[0][-4] if rows and seek.values is None else None
    return SearchPage(
        items=items,
        next=cursor(rows[-1], False) if rows and has_next else None,
        previous=cursor(rows[0], True) if rows and has_previous else None,
        limit=request.limit,
        facets=search.facets.facets(map(_fields, facets)) if search.facets and facets else None,
    )


def _forwards(
    read: ReadConnection, search: Search, seek: Sequence[int] | None, wanted: int
) -> list[AnyRow]:
    rows: list[AnyRow] = []
    if seek is None or seek[1] != _BEYOND:
        rows = _ranked(read, search, seek, wanted, backwards=False)
    if len(rows) == wanted:
        return rows
    scope = seek[0] if seek else (rows[-1][-3] if rows else 0)
    horizon = scope >> 1
    if horizon:
        below = seek[2] if seek and seek[1] == _BEYOND else horizon
        rows += _unranked(read, search, scope, below, wanted - len(rows), backwards=False)
    return rows


def _backwards(
    read: ReadConnection, search: Search, seek: Sequence[int] | None, wanted: int
) -> list[AnyRow]:
    if seek is None:
        return []
    if seek[1] != _BEYOND:
        return _ranked(read, search, seek, wanted, backwards=True)
    rows = _unranked(read, search, seek[0], seek[2], wanted, backwards=True)
    if len(rows) < wanted:
        start = (seek[0], None, None)
        rows += _ranked(read, search, start, wanted - len(rows), backwards=True)
    return rows


def _ranked(
    read: ReadConnection,
    search: Search,
    seek: Sequence[int | None] | None,
    wanted: int,
    *,
    backwards: bool,
) -> list[AnyRow]:
    parameters = {**search.parameters, "top": None, "bottom": 0, "rows_wanted": wanted}
    query = search.query
    facets = None
    if seek is None:
        parameters |= {"most": MOST_RANKED, "enough": ENOUGH}
        if search.facets is not None:
            facets = search.facets.sql
            parameters = {**search.facets.parameters, **parameters}
    else:
        scope, score, number = seek[0] or 0, seek[1], seek[2]
        query = _decided(query, scope)
        parameters |= {
            "scope": scope,
            "horizon": scope >> 1,
            "bottom": scope >> 1,
            "most": _UNBOUNDED,
            "seek_score": score,
            "seek_number": number,
        }
    statement = ranked(
        query,
        search.conditions,
        facets,
        seeking=seek is not None and seek[1] is not None,
        backwards=backwards,
        open_ended=seek is None,
    )
    return read.fetch(statement, parameters)


def _fields(row: Mapping[str, Any]) -> Sequence[Any]:
    """A row that travelled as a JSON object, whose keys are in no order."""
    names = ("facet", "value", "number", "label", "least", "most", "sampled", "selected")
    return [row[name] for name in names]


def _unranked(
    read: ReadConnection, search: Search, scope: int, seek: int, wanted: int, *, backwards: bool
) -> list[AnyRow]:
    parameters = {
        **search.parameters,
        "top": min(scope >> 1, seek),
        "bottom": 0,
        "scope": scope,
        "horizon": scope >> 1,
        "seek_number": seek,
        "rows_wanted": wanted,
    }
    query = _decided(search.query, scope)
    statement = unranked(query, search.conditions, backwards=backwards)
    return read.fetch(statement, parameters)


def _decided(query: QuerySql, scope: int) -> QuerySql:
    """The query as the first page took it."""
    return QuerySql(query.widest if scope & 1 else query.whole, None)
