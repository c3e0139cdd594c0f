"""The SQL that counts facets.

A facet ignores what is selected in itself. So there is one branch that meets all conditions, for
the facets in which nothing is selected, and one for each other facet that leaves out its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import TextClause, text

from marketplace.infrastructure.database.queries.search_filters import HIDDEN, RANGED, SHOWN
from marketplace.infrastructure.database.queries.search_statements import (
    FacetSql,
    hits,
    opening,
)
from marketplace.infrastructure.database.queries.search_text import QuerySql
from marketplace.infrastructure.database.terms import name_sql, spelt_sql, term_name_sql

# What is empty or has a line break, no filter takes.
_ASKABLE = "value <> '' AND value !~ E'[\\r\\n]'"
_NUMERIC = "CASE WHEN value ~ '^-?[0-9]+([.][0-9]+)?$' THEN value::numeric END"
_KINDS = f"('{SHOWN}', '{RANGED}', '{HIDDEN}')"


@dataclass(frozen=True)
class Branch:
    """`facet` None counts for all facets but those of `apart`, which have branches of their own.

    `paths` tells that what attributes ask of variants leaves some of these out.
    """

    facet: str | None
    conditions: tuple[str, ...]
    paths: bool


@lru_cache(maxsize=500)
def facet_statement(query: QuerySql | None, branches: tuple[Branch, ...]) -> TextClause:
    with_query = query is not None
    columns, ctes = facet_sql(branches, with_query=with_query)
    found = hits("hits", columns, branches[0].conditions, most="most", with_query=with_query)
    return text(
        f"{opening(query)}, {found}, {ctes}"  # noqa: S608  constants
        " SELECT * FROM facets ORDER BY facet, number DESC, value"
    )


@lru_cache(maxsize=500)
def facet_sql(branches: tuple[Branch, ...], *, with_query: bool) -> FacetSql:
    apart = tuple(each.facet for each in branches if each.facet is not None)
    found = "".join(
        ", "
        + hits(_name(index), _columns(each), each.conditions, most="most", with_query=with_query)
        for index, each in enumerate(branches)
        if index
    )
    terms = " UNION ALL ".join(
        _terms(index, each)
        for index, each in enumerate(branches)
        if each.facet not in ("inStock", "price")
    )
    others = "".join(
        f" UNION ALL {each}"
        for index, branch in enumerate(branches)
        for each in _others(index, branch, apart)
    )
    sizes = " UNION ALL ".join(
        f"SELECT {index} AS branch, count(*) AS size FROM {_name(index)}"  # noqa: S608
        for index in range(len(branches))
    )
    # Splitting is for what is counted, not for each time that it was.
    return FacetSql(
        _columns(branches[0]),
        f"""
        {_name(0)} AS NOT MATERIALIZED (SELECT * FROM hits){found},
        sizes AS MATERIALIZED ({sizes}),
        summed AS MATERIALIZED ({terms}),
        split AS MATERIALIZED (
            SELECT branch, number, kind,
                CASE WHEN kind IN {_KINDS}
                    THEN 'attr:' || {name_sql("name")}
                    ELSE kind
                END AS facet,
                substr(term, length(kind) + 2
                    + CASE WHEN kind IN {_KINDS} THEN length(name) + 1 ELSE 0 END) AS value
            FROM summed
            CROSS JOIN LATERAL (
                SELECT split_part(term, ':', 1) AS kind, split_part(term, ':', 2) AS name
            ) AS parts
        ), headed AS MATERIALIZED (
            SELECT *,
                bool_or(askable) OVER same AS known,
                bool_or(askable AND kind NOT IN ('{RANGED}', '{HIDDEN}')) OVER same AS listed
            FROM (SELECT *, {_ASKABLE} AS askable FROM split) AS terms
            WHERE branch > 0 OR facet <> ALL(CAST(:apart AS text[]))
            WINDOW same AS (PARTITION BY branch, facet)
        ), counted AS (
            SELECT branch, facet, value, sum(number)::bigint AS number,
                CAST(NULL AS numeric) AS least, CAST(NULL AS numeric) AS most
            FROM headed
            WHERE listed AND askable
            GROUP BY branch, facet, value
            UNION ALL
            SELECT branch, facet, NULL, sum(number)::bigint,
                min({_NUMERIC}), max({_NUMERIC})
            FROM headed
            WHERE known AND NOT listed AND kind = '{RANGED}' GROUP BY branch, facet
            {others}
        ), placed AS (
            SELECT *, row_number() OVER (
                    PARTITION BY branch, facet ORDER BY number DESC, value
                ) AS place
            FROM counted
        ), picked AS MATERIALIZED (
            SELECT CAST(:chosen AS text[])
                || ARRAY(
                    SELECT 'category:' || slug FROM categories
                    WHERE id = ANY(CAST(:chosen_ids AS uuid[]))
                )
                || ARRAY(
                    SELECT 'seller:' || slug FROM sellers
                    WHERE id = ANY(CAST(:chosen_ids AS uuid[]))
                ) AS keys
        ), facets AS MATERIALIZED (
            SELECT facet, value, number,
                CASE facet
                    WHEN 'category' THEN (SELECT name FROM categories WHERE slug = value)
                    WHEN 'seller' THEN (SELECT name FROM sellers WHERE slug = value)
                END AS label,
                least::double precision, most::double precision,
                sizes.size >= :most AS sampled,
                coalesce(facet || ':' || value = ANY(picked.keys), false) AS selected
            FROM placed JOIN sizes USING (branch) CROSS JOIN picked
            WHERE place <= :most_values OR facet || ':' || value = ANY(picked.keys)
        )
        """,  # noqa: S608  constants
    )


def _columns(branch: Branch) -> str:
    return "terms, price_amount, price_currency, in_stock" + (", choices" if branch.paths else "")


def _name(index: int) -> str:
    return f"branch_{index}"


def _terms(index: int, branch: Branch) -> str:
    """How many products of a branch have which term. Where attributes are selected, an
    option counts only if a variant that satisfies the selection has it."""
    name = _name(index)
    own = ""
    if branch.facet is not None:
        own = f"WHERE EXISTS (SELECT FROM unnest(:own_{index}) AS own WHERE starts_with(term, own))"
    if not branch.paths:
        return f"""
            SELECT {index} AS branch, term, count(*) AS number
            FROM {name}, unnest(terms) AS term {own} GROUP BY term
        """  # noqa: S608  constants
    option = f"{term_name_sql('option.key')} || ':' || {spelt_sql('option.value')}"
    options = f"array_agg('{SHOWN}:' || {option})"
    return f"""
        SELECT {index} AS branch, held.term, count(*) AS number
        FROM {name}
        CROSS JOIN LATERAL (
            SELECT CASE WHEN jsonb_array_length(choices -> 'v') > 1 THEN choices END AS various
        ) AS kind
        CROSS JOIN LATERAL (
            SELECT {options} AS terms
            FROM jsonb_array_elements(various -> 'v') AS variant
            CROSS JOIN jsonb_each(variant) AS option
        ) AS possible
        CROSS JOIN LATERAL (
            SELECT {options} AS terms
            FROM jsonb_path_query(various, CAST(:path_{index} AS jsonpath)) AS variant
            CROSS JOIN jsonb_each(variant) AS option
        ) AS satisfied
        CROSS JOIN LATERAL (
            SELECT {options} AS terms FROM jsonb_each(various -> 'a') AS option
        ) AS owned
        CROSS JOIN LATERAL (SELECT term FROM unnest({name}.terms) AS term {own}) AS held
        WHERE coalesce(held.term <> ALL(possible.terms), true)
            OR held.term = ANY(satisfied.terms) OR held.term = ANY(owned.terms)
        GROUP BY held.term
    """  # noqa: S608  constants


def _others(index: int, branch: Branch, apart: Sequence[str]) -> Iterator[str]:
    """The SELECTs that count what is in no terms."""
    name = _name(index)
    if branch.facet == "inStock" or (branch.facet is None and "inStock" not in apart):
        yield f"""
            SELECT {index}, 'inStock', in_stock::text, count(*), NULL, NULL
            FROM {name} GROUP BY in_stock
        """  # noqa: S608  constants
    if branch.facet == "price" or (branch.facet is None and "price" not in apart):
        yield f"""
            SELECT {index}, 'price', NULL, sum(number)::bigint,
                CASE WHEN count(*) = 1 THEN min(least) END,
                CASE WHEN count(*) = 1 THEN min(most) END
            FROM (
                SELECT count(*) AS number, min(price_amount) AS least, max(price_amount) AS most
                FROM {name} WHERE price_currency IS NOT NULL GROUP BY price_currency
            ) AS priced HAVING count(*) > 0
        """  # noqa: S608  constants
