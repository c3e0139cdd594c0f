"""The statements of a search: built once for each combination of filters.

A query over a million products may match a good part of them, so that neither ranking nor counting
all matches is affordable. Listings stand on shelves in the order in which they were listed, and
`hits` goes through stretches of shelves from the newest one on, each longer than the one
before, until it has enough. One GIN index answers for words, shelf and terms together.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final, NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Integer,
    Subquery,
    TextClause,
    Uuid,
    column,
    select,
    text,
)

from marketplace.infrastructure.database.queries.connection import AnySelect
from marketplace.infrastructure.database.queries.paging import Listing, Sort, ordered_rows
from marketplace.infrastructure.database.queries.product_statements import summaries
from marketplace.infrastructure.database.queries.search_text import QuerySql
from marketplace.infrastructure.database.tables import (
    SHELF,
    SHELVES,
    price_downwards,
    price_upwards,
    product_listings,
    products,
)

MOST_RANKED: Final = 2_000
"""So many matches, the newest, are ranked, and counted by facets; those before them follow, newest
first."""

ENOUGH: Final = 200
"""What matches whole words so often is not searched for words that begin so: that is costly for
common words, and would only push aside what was asked for."""

_NUMBERS: Final = "product_listings_number_seq"
LAST_NUMBER: Final = f"SELECT last_value FROM {_NUMBERS}"  # noqa: S608  constant
"""No listing has a greater number."""

_LAST_NUMBER_AS_JSON: Final = f"(SELECT to_jsonb(last_value) FROM {_NUMBERS})"  # noqa: S608

# Shelves of the room in use and the one before, then rooms; each stretch is a list of either, down
# to the listing `:bottom`. They are of two, two, four, eight and so on: the newest shelf may be all
# but empty, and each stretch is looked up anew.
_STRETCHES = f"""
    SELECT ARRAY(
            SELECT 2 * each + kind FROM generate_series(
                greatest(first - (2 << step) + 1, last), first - ((1 << step) & -2)
            ) AS each
        ) AS shelves
    FROM (
        SELECT least(CAST(:top AS bigint), last_value) AS number FROM {_NUMBERS}
    ) AS top
    CROSS JOIN LATERAL (
        SELECT greatest(number / {SHELF * SHELVES} - 1, 0)::integer AS room
    ) AS used
    CROSS JOIN LATERAL (
        VALUES (0, (number / {SHELF})::integer,
                greatest(room * {SHELVES}, CAST(:bottom AS bigint) / {SHELF})::integer),
            (1, room - 1, (CAST(:bottom AS bigint) / {SHELF * SHELVES})::integer)
    ) AS region (kind, first, last)
    CROSS JOIN generate_series(0, 24) AS step
    WHERE first - ((1 << step) & -2) >= last
    ORDER BY kind, step
"""  # noqa: S608  constants


def hits(name: str, columns: str, conditions: Sequence[str], *, most: str, with_query: bool) -> str:
    """A CTE of the listings that meet `conditions`, newest first, at most `:{most}`.

    Wants the CTEs `asked` (if with a query) and `stretches`.
    """
    asked, matches = "", ""
    if with_query:
        asked, matches = "asked CROSS JOIN", "search @@ asked.query AND"
    filters = "".join(f" AND {each}" for each in conditions)
    return f"""
    {name} AS MATERIALIZED (
        SELECT hit.*
        FROM {asked} stretches
        CROSS JOIN LATERAL (
            SELECT product_id, number, {columns}
            FROM product_listings
            WHERE {matches} shelf && stretches.shelves{filters}
            ORDER BY number DESC
            LIMIT :{most}
        ) AS hit
        LIMIT :{most}
    )
    """  # noqa: S608  constants


def opening(query: QuerySql | None) -> str:
    """The CTEs that `hits` wants. `asked.begun` tells whether the last word may be a beginning,
    which is so unless there are `:enough` matches without."""
    stretches = f"WITH stretches AS MATERIALIZED ({_STRETCHES})"
    if query is None:
        return stretches
    whole, begun = query
    if begun is None:
        return f"{stretches}, asked AS MATERIALIZED (SELECT {whole} AS query, 0 AS begun)"
    return f"""
    {stretches}, asked AS MATERIALIZED (
        SELECT CASE WHEN plenty THEN {whole} ELSE {begun} END AS query,
            CASE WHEN plenty THEN 0 ELSE 1 END AS begun
        FROM (
            SELECT count(*) >= :enough AS plenty
            FROM (
                SELECT FROM stretches
                CROSS JOIN LATERAL (
                    SELECT FROM product_listings
                    WHERE search @@ {whole} AND shelf && stretches.shelves
                ) AS hit
                LIMIT :enough
            ) AS found
        ) AS counted
    )
    """  # noqa: S608  constants


def _rows(page: Subquery) -> Subquery:
    """The products of a page of listings, with whatever else the page has."""
    keys = [each for each in page.c if each.name != "product_id"]
    return (
        select(
            products.c.id,
            products.c.slug,
            products.c.name,
            products.c.status,
            products.c.version,
            products.c.created_at,
            products.c.cover,
            products.c.category_id,
            products.c.seller_id,
            *keys,
        )
        .join(page, page.c.product_id == products.c.id)
        .subquery("shown")
    )


_listed = product_listings.c
_NEWEST = Sort((_listed.created_at, _listed.product_id), descending=True)
_NAME = Sort((_listed.name, _listed.product_id))
_PRICE = Sort((*price_upwards, _listed.product_id))
LISTING = Listing(
    "listings",
    {
        "newest": _NEWEST,
        "-newest": _NEWEST.reverse,
        "name": _NAME,
        "-name": _NAME.reverse,
        "price": _PRICE,
        "-price": Sort((*price_downwards, _listed.product_id), descending=True),
    },
    shape=summaries,
    rows=_rows,
)
LISTING_IN_ONE_CURRENCY = replace(LISTING, sorts={**LISTING.sorts, "-price": _PRICE.reverse})
"""There everything has a price, so that one index serves both ways."""


LISTED: Final = select(_listed.product_id)
"""All that is for sale."""


@lru_cache(maxsize=1000)
def counting(query: str | None, conditions: tuple[str, ...], *, in_stretches: bool) -> TextClause:
    """How many there are, up to `:most_counted`.

    `in_stretches` of all listings, from `:bottom` to `:top`, where an index has to find them, which
    it does for all of a stretch at once.
    """
    matches = [f"search @@ {query}"] if query else []
    where = " AND ".join([*matches, *conditions]) or "true"
    start, found = "", f"SELECT FROM product_listings WHERE {where}"
    if in_stretches:
        start = opening(None)
        found = f"""
            SELECT FROM stretches
            CROSS JOIN LATERAL ({found} AND shelf && stretches.shelves) AS hit
        """
    return text(
        f"{start} SELECT count(*) FROM ({found} LIMIT :most_counted) AS counted"  # noqa: S608
    )


class FacetSql(NamedTuple):
    """CTEs that count what the CTE `hits` found, up to one named `facets`, and the columns that
    `hits` needs to have for them."""

    columns: str
    ctes: str


@lru_cache(maxsize=1000)
def ranked(
    query: QuerySql,
    conditions: tuple[str, ...],
    facets: FacetSql | None,
    *,
    seeking: bool,
    backwards: bool,
    open_ended: bool,
) -> AnySelect:
    """A page by relevance. Rows end in the keys: scope, score and number.

    `open_ended` finds the scope: twice the horizon, which is the number of the last listing that
    is ranked, plus one where the last word was taken for a beginning. Else the horizon is given,
    and nothing before it is looked at. With `facets` the first row has them before the keys; where
    the horizon is given, the number of the last listing stands there.
    """
    limits = list(conditions)
    if not open_ended:
        limits.append("number >= :horizon")
    columns = "round(ts_rank(search, asked.query) * 1000000)::integer AS score"
    ctes, counted = "", "NULL" if open_ended else _LAST_NUMBER_AS_JSON
    if facets is not None:
        columns, ctes = f"{columns}, {facets.columns}", f", {facets.ctes}"
        counted = "(SELECT jsonb_agg(facets ORDER BY facet, number DESC, value) FROM facets)"
    sign, direction = (">", "ASC") if backwards else ("<", "DESC")
    start = f"WHERE (score, number) {sign} (:seek_score, :seek_number)" if seeking else ""
    scope = (
        "(SELECT CASE WHEN count(*) < :most THEN 0 ELSE 2 * min(number) END FROM hits)"
        " + asked.begun"
        if open_ended
        else ":scope"
    )
    statement = f"""
    {opening(query)}, {hits("hits", columns, limits, most="most", with_query=True)}{ctes}
    SELECT product_id, key_0, key_1, key_2,
        CASE WHEN row_number() OVER () = 1 THEN {counted} END AS facets
    FROM (
        SELECT product_id, CAST({scope} AS bigint) AS key_0, score AS key_1, number AS key_2
        FROM hits CROSS JOIN asked {start}
        ORDER BY score {direction}, number {direction}
        LIMIT :rows_wanted
    ) AS page
    """  # noqa: S608  constants
    return _shown(statement, descending=not backwards)


@lru_cache(maxsize=1000)
def unranked(query: QuerySql, conditions: tuple[str, ...], *, backwards: bool) -> AnySelect:
    """A page of what comes after the ranked, by number; the keys are as those of `ranked`."""
    sign, direction = (">", "ASC") if backwards else ("<", "DESC")
    limits = [*conditions, f"number {sign} :seek_number", "number < :horizon"]
    if backwards:
        where = " AND ".join([f"search @@ {query.whole}", *limits])
        found = f"""
        SELECT product_id, number FROM product_listings
        WHERE {where} ORDER BY number LIMIT :rows_wanted
        """  # noqa: S608  constants
        statement = f"WITH hits AS MATERIALIZED ({found})"
    else:
        columns = "0 AS nothing"
        statement = f"""
        {opening(query)}, {hits("hits", columns, limits, most="rows_wanted", with_query=True)}
        """
    statement = f"""
    {statement}
    SELECT product_id, CAST(:scope AS bigint) AS key_0, -1 AS key_1, number AS key_2,
        {_LAST_NUMBER_AS_JSON} AS facets
    FROM hits ORDER BY number {direction}
    """  # noqa: S608  constants
    return _shown(statement, descending=not backwards)


@cache
def _page_columns() -> tuple[object, ...]:
    return (
        column("product_id", Uuid),
        column("key_0", BigInteger),
        column("key_1", Integer),
        column("key_2", BigInteger),
        column("facets", JSON),
    )


def _shown(statement: str, *, descending: bool) -> AnySelect:
    page = text(statement).columns(*_page_columns()).subquery("page")  # type: ignore[arg-type]
    shown = _rows(page)
    return ordered_rows(summaries(shown).add_columns(shown.c.facets), shown, 3, descending)
