"""What is searched for in place of a query that nothing matches."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final

from sqlalchemy import TextClause, text

from marketplace.infrastructure.database.queries.connection import ReadConnection
from marketplace.infrastructure.database.queries.search_statements import opening
from marketplace.infrastructure.database.queries.search_text import WORD_LEAST, parse

_WORD: Final = re.compile(r"[^\W\d_]+")
_OPERATOR: Final = re.compile(r'"|(?:^|\s)(?:-|or(?:\s|$))', re.IGNORECASE)
_MOST_WORDS: Final = 8
_CLOSEST: Final = 12
_LONG: Final = 6
"""From so many letters on a word may have two slips."""

_WEIGHED: Final = 200
"""So many products that have a word tell how much it weighs."""

_ALL_STRETCHES: Final = {"top": None, "bottom": 0}
_MATCHES: Final = """
    SELECT {columns} FROM stretches
    CROSS JOIN LATERAL (
        SELECT search FROM product_listings
        WHERE search @@ {query} AND shelf && stretches.shelves
        LIMIT {most}
    ) AS hit
    LIMIT {most}
"""


def retries(read: ReadConnection, q: str) -> Iterator[str]:
    """Other queries, the nearest one first: each unknown word replaced by one that is known, then
    words left out until what is left is found together."""
    better = corrected(read, q)
    if better is not None:
        yield better
    fewer = loosened(read, better or q)
    if fewer is not None:
        yield fewer


def corrected(read: ReadConnection, q: str) -> str | None:
    """`q` with the words that the catalogue does not know replaced by the nearest that it knows.

    None where there is nothing to replace. Excluded words stay as they are.
    """
    words = list(
        dict.fromkeys(
            found[0].lower()
            for found in _WORD.finditer(q)
            if len(found[0]) >= WORD_LEAST and q[: found.start()][-1:] != "-"
        )
    )[:_MOST_WORDS]
    if not words:
        return None
    candidates: dict[str, list[str]] = {}
    parameters = {"words": words, "closest": _CLOSEST, **_ALL_STRETCHES}
    for word, candidate in read.execute(_alike(), parameters):
        if candidate is not None:
            candidates.setdefault(word, []).append(candidate)
    nearest = {word: _nearest(word, found) for word, found in candidates.items()}
    better = {word: found for word, found in nearest.items() if found is not None}
    if not better:
        return None
    return _WORD.sub(lambda found: better.get(found[0].lower(), found[0]), q)


def loosened(read: ReadConnection, q: str) -> str | None:
    """`q` without the words that keep it from matching anything: beginning with what weighs most
    where it is found, each stays that some product has together with those that stay already.

    None where nothing is left out or nothing stays. Whoever uses quotes, dashes or `or` is taken
    at their word.
    """
    if _OPERATOR.search(q):
        return None
    query = parse(q)
    words = query.head.split()
    if query.last is not None:
        words.append(query.last)
    words = words[:_MOST_WORDS]
    if len(words) < 2:
        return None
    parameters = {"words": words, "last": query.last, **_ALL_STRETCHES}
    places: Sequence[int] | None = read.execute(_together(), parameters).scalar_one()
    if not places or len(places) == len(words):
        return None
    return " ".join(words[place - 1] for place in sorted(places))


# Only words of about the same length are compared, and those with most letter triples in common
# are compared letter by letter. A word of a description is known, though no name has it.
@cache
def _alike() -> TextClause:
    matches = _MATCHES.format(columns="", query="plainto_tsquery(asked.word)", most=1)
    return text(
        f"""
        {opening(None)}
        SELECT asked.word, alike.word AS candidate
        FROM unnest(CAST(:words AS text[])) AS asked (word)
        CROSS JOIN LATERAL (
            SELECT ARRAY(
                SELECT DISTINCT substr('  ' || asked.word || ' ', start, 3)
                FROM generate_series(1, length(asked.word) + 1) AS start
            ) AS trigrams
        ) AS cut
        LEFT JOIN LATERAL (
            SELECT catalogue_words.word
            FROM catalogue_words
            WHERE catalogue_words.trigrams && cut.trigrams
                AND length(catalogue_words.word)
                    BETWEEN length(asked.word) - 2 AND length(asked.word) + 2
            ORDER BY (
                SELECT count(*) FROM unnest(catalogue_words.trigrams) AS trigram
                WHERE trigram = ANY(cut.trigrams)
            ) DESC, catalogue_words.word
            LIMIT :closest
        ) AS alike ON true
        WHERE NOT EXISTS (SELECT FROM catalogue_words WHERE catalogue_words.word = asked.word)
            AND NOT EXISTS ({matches})
        """  # noqa: S608  constants
    )


# What products are called after weighs more than what they are described by.
@cache
def _together() -> TextClause:
    score = "ts_rank(hit.search, asked.query) AS score"
    each = _MATCHES.format(columns=score, query="asked.query", most=_WEIGHED)
    both = _MATCHES.format(columns="", query="tried.query", most=1)
    return text(
        f"""
        {opening(None)}, asked AS MATERIALIZED (
            SELECT place, CASE WHEN word = :last
                    THEN websearch_to_tsquery(word) || to_tsquery(word || ':*')
                    ELSE websearch_to_tsquery(word)
                END AS query
            FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS typed (word, place)
        ), weighed AS MATERIALIZED (
            SELECT place, query, row_number() OVER (ORDER BY weight DESC, place) AS turn
            FROM (
                SELECT *, (SELECT avg(score) FROM ({each}) AS found) AS weight
                FROM asked WHERE numnode(query) > 0
            ) AS known
            WHERE weight IS NOT NULL
        )
        SELECT places
        FROM (
            WITH RECURSIVE kept AS (
                SELECT CAST(0 AS bigint) AS turn, CAST(NULL AS tsquery) AS query,
                    CAST('{{}}' AS bigint[]) AS places
                UNION ALL
                SELECT weighed.turn,
                    CASE WHEN hit.found THEN tried.query ELSE kept.query END,
                    CASE WHEN hit.found THEN kept.places || weighed.place ELSE kept.places END
                FROM kept
                JOIN weighed ON weighed.turn = kept.turn + 1
                CROSS JOIN LATERAL (
                    SELECT coalesce(kept.query && weighed.query, weighed.query) AS query
                ) AS tried
                CROSS JOIN LATERAL (SELECT EXISTS ({both}) AS found) AS hit
            )
            SELECT turn, places FROM kept
        ) AS steps
        ORDER BY turn DESC LIMIT 1
        """  # noqa: S608  constants
    )


def _nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is at most a slip or two away."""
    most = 1 if len(word) < _LONG else 2
    ranked = [(distance(word, each), index, each) for index, each in enumerate(candidates)]
    slips, _, best = min(ranked)
    return best if slips <= most else None


def distance(left: str, right: str) -> int:
    """How many letters have to be put in, left out, replaced or swapped with their neighbour."""
    before: Sequence[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
