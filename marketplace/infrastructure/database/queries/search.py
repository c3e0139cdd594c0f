"""The catalogue's search on PostgreSQL's full text search."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b
from typing import Any

import orjson

from marketplace.application.catalogue.search import (
    MOST_COUNTED,
    ProductSearchFilter,
    SearchPage,
    SearchRequest,
    SearchSort,
    Suggestion,
)
from marketplace.application.paging import InvalidCursor
from marketplace.infrastructure.database.queries.connection import ReadConnection
from marketplace.infrastructure.database.queries.paging import fetch_page
from marketplace.infrastructure.database.queries.product_views import summary_view
from marketplace.infrastructure.database.queries.search_facets import facet_query, fetch_facets
from marketplace.infrastructure.database.queries.search_filters import (
    attribute_condition,
    conditions,
)
from marketplace.infrastructure.database.queries.search_pages import Search, fetch_by_relevance
from marketplace.infrastructure.database.queries.search_retries import retries
from marketplace.infrastructure.database.queries.search_statements import (
    LISTED,
    LISTING,
    LISTING_IN_ONE_CURRENCY,
    counting,
)
from marketplace.infrastructure.database.queries.search_text import TextQuery, parse
from marketplace.infrastructure.database.queries.search_walks import Limits, find_rows
from marketplace.infrastructure.database.queries.suggestions import suggest


class SqlProductSearch:
    """Implements `application.catalogue.search.ProductSearch`.

    A page takes one statement, or a few where filters and order do not go together; facets and
    total take one more each, but facets come along with the first page by relevance. Where nothing
    matches, the catalogue is asked twice at most for other words, which are searched for then.
    """

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def find(self, request: SearchRequest) -> SearchPage:
        """Sorted as `SearchSort` says; by relevance if there is a query, else newest first.

        Raises:
            InvalidCursor: it was not made by this list in this order.
        """
        found, request = self._first(request)
        if request.page.with_total:
            found = replace(found, total=self._total(request.wanted))
        if request.with_facets and found.facets is None:
            found = replace(found, facets=fetch_facets(self._read, facet_query(request.wanted)))
        return found

    def suggest(self, beginning: str, limit: int) -> Sequence[Suggestion]:
        """What a query that begins like this may become."""
        return suggest(self._read, beginning, limit)

    def _first(self, request: SearchRequest) -> tuple[SearchPage, SearchRequest]:
        """What the query finds, else what the first of its retries does that finds anything; and
        what was searched for. A cursor goes on with the one that it was made by."""
        first: SearchPage | None = None
        for tried in self._tries(request):
            try:
                found = self._page(tried)
            except InvalidCursor:
                continue
            if tried is not request:
                found = replace(found, corrected=tried.wanted.q)
            if found.items or request.page.cursor is not None:
                return found, tried
            first = first or found
        if first is None:
            raise InvalidCursor
        return first, request

    def _tries(self, request: SearchRequest) -> Iterator[SearchRequest]:
        yield request
        if request.wanted.q is not None:
            for q in retries(self._read, request.wanted.q):
                yield replace(request, wanted=replace(request.wanted, q=q))

    def _page(self, request: SearchRequest) -> SearchPage:
        """The page, with its facets where they come along."""
        scope = _digest(request.wanted)
        page, wanted = request.page, request.wanted
        sort = page.sort or (SearchSort.RELEVANCE if wanted.q is not None else SearchSort.NEWEST)
        query, limits, parameters = _asked(wanted)
        if sort == SearchSort.RELEVANCE and query is not None:
            facets = facet_query(wanted) if request.with_facets else None
            search = Search(query.sql, limits.conditions, parameters, facets)
            return fetch_by_relevance(self._read, page, search, scope)
        if sort == SearchSort.RELEVANCE:
            sort = SearchSort.NEWEST
        if query is not None:
            limits = limits.of(query.sql.widest)
        found = fetch_page(
            self._read,
            LISTING if wanted.currency is None else LISTING_IN_ONE_CURRENCY,
            replace(page, sort=str(sort), with_total=False),
            LISTED,
            parameters,
            summary_view,
            scope,
            partial(find_rows, self._read, limits) if limits.conditions else None,
        )
        return SearchPage(
            items=found.items, next=found.next, previous=found.previous, limit=found.limit
        )

    def _total(self, wanted: ProductSearchFilter) -> int:
        query, limits, parameters = _asked(wanted)
        widest, in_stretches = query.sql.widest if query else None, bool(limits.implied)
        statement = counting(widest, limits.conditions, in_stretches=in_stretches)
        parameters["most_counted"] = MOST_COUNTED
        if in_stretches:
            parameters |= {"top": None, "bottom": 0}
        total: int = self._read.execute(statement, parameters).scalar_one()
        return total


def _digest(wanted: ProductSearchFilter) -> str:
    """Tells searches apart, so that a cursor of one is refused by another."""
    return ":" + blake2b(orjson.dumps(wanted, default=str), digest_size=6).hexdigest()


def _asked(
    wanted: ProductSearchFilter,
) -> tuple[TextQuery | None, Limits, dict[str, Any]]:
    """The query, the conditions and the parameters of both."""
    query = parse(wanted.q) if wanted.q is not None else None
    filters = conditions(wanted)
    together = attribute_condition(wanted.attributes)
    if together is not None:
        filters.append(together)
    parameters: dict[str, Any] = dict(query.parameters) if query else {}
    for each in filters:
        parameters |= each.parameters
    limits = Limits(
        tuple(each.sql for each in filters),
        tuple(each.sql for each in filters if each.index == "prices"),
        tuple(each.sql for each in filters if each.implied),
        any(each.index == "terms" for each in filters),
    )
    return query, limits, parameters
