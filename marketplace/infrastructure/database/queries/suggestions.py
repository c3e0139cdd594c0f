"""What somebody who begins to type may want."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import TextClause, text

from marketplace.application.catalogue.search import Suggestion
from marketplace.infrastructure.database.queries.connection import ReadConnection
from marketplace.infrastructure.database.queries.search_statements import hits, opening
from marketplace.infrastructure.database.queries.search_text import NO_EXCLUSION, QuerySql, parse

_LOOKED_AT = 500
_WORDS_TRIED = 50
"""So many words that begin as asked for are held against what is listed, the shortest first."""


def suggest(read: ReadConnection, beginning: str, limit: int) -> Sequence[Suggestion]:
    """Categories of which a word begins so, words that go on from the last one typed, and products
    that match; the best of each in turn. One statement."""
    typed = beginning.strip().lower()
    if not typed:
        return []
    before, _, last = typed.rpartition(" ")
    query = parse(typed)
    parameters = {
        **query.parameters,
        "top": None,
        "bottom": 0,
        "most": _LOOKED_AT,
        "enough": _LOOKED_AT,
        "few": limit,
        "category": f"{_literally(typed)}%",
        "inner": f"% {_literally(typed)}%",
        "before": f"{NO_EXCLUSION.sub(' ', before)} " if before else "",
        "last_word": f"{_literally(last)}%",
    }
    rows = read.execute(_statement(query.sql), parameters)
    return [Suggestion(text=row.text, type=row.type, slug=row.slug) for row in rows]


@cache
def _statement(query: QuerySql) -> TextClause:
    score = "ts_rank(search, asked.query) AS score"
    return text(
        f"""
        {opening(query)}, {hits("hits", score, (), most="most", with_query=True)},
        kinds AS (
            SELECT row_number() OVER (ORDER BY length(path), name, id) AS place, 1 AS rank,
                name AS text, 'category' AS type, slug
            FROM categories
            WHERE lower(name) LIKE :category OR lower(name) LIKE :inner
            ORDER BY 1 LIMIT :few
        ), words AS (
            SELECT row_number() OVER (ORDER BY length(word), word) AS place, 2 AS rank,
                :before || word AS text, 'query' AS type, CAST(NULL AS text) AS slug
            FROM (
                SELECT word, websearch_to_tsquery(:before || word) AS query
                FROM catalogue_words WHERE word LIKE :last_word
                ORDER BY length(word), word LIMIT {_WORDS_TRIED}
            ) AS tried
            -- Words stay when what was called so has gone.
            WHERE EXISTS (
                SELECT FROM stretches
                CROSS JOIN LATERAL (
                    SELECT FROM product_listings
                    WHERE search @@ tried.query AND shelf && stretches.shelves
                    LIMIT 1
                ) AS hit
            )
            ORDER BY 1 LIMIT :few
        ), goods AS (
            SELECT row_number() OVER (ORDER BY score DESC, number DESC) AS place, 3 AS rank,
                products.name AS text, 'product' AS type, products.slug
            FROM hits JOIN products ON products.id = hits.product_id
            ORDER BY 1 LIMIT :few
        )
        SELECT text, type, slug
        FROM (
            SELECT * FROM kinds UNION ALL SELECT * FROM words UNION ALL SELECT * FROM goods
        ) AS found
        ORDER BY place, rank
        LIMIT :few
        """  # noqa: S608  constants
    )


def _literally(typed: str) -> str:
    return typed.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
