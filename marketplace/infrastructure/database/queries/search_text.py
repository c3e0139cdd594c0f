"""What a buyer typed, as a text search query and as words that may be misspelt."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import text

from marketplace.infrastructure.database.queries.connection import ReadConnection

_PREFIX_LEAST = 3
"""Shorter beginnings of words match too much to be of use."""

_LAST_WORD = re.compile(r"(?:^|(?<=[\s(]))[^\W_]+$")
_WORD = re.compile(r"[^\W\d_]+")
NO_EXCLUSION = re.compile(r'-(?![\w"])')
_MOST_WORDS = 8
_CLOSEST = 12
# Only words of about the same length are compared, and those with most letter triples in common
# are compared letter by letter.
_ALIKE = text(
    """
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
    """
)


class QuerySql(NamedTuple):
    """Expressions of type tsquery: of the words as they are, and, unless None, with the last one
    being a beginning too."""

    whole: str
    begun: str | None

    @property
    def widest(self) -> str:
        return self.begun or self.whole


@dataclass(frozen=True)
class TextQuery:
    """`head` is in the language of `websearch_to_tsquery`; `last` is a word or its beginning."""

    head: str
    last: str | None

    @property
    def sql(self) -> QuerySql:
        last = "websearch_to_tsquery(:last)"
        if self.last is None:
            return QuerySql("websearch_to_tsquery(:head)", None)
        head = "websearch_to_tsquery(:head) && " if self.head else ""
        return QuerySql(f"({head}{last})", f"({head}({last} || to_tsquery(:last || ':*')))")

    @property
    def parameters(self) -> Mapping[str, str]:
        if self.last is None:
            return {"head": self.head}
        return {"head": self.head, "last": self.last} if self.head else {"last": self.last}


def parse(q: str) -> TextQuery:
    """The last word may be a beginning unless something follows it, it is quoted or excluded.

    A dash excludes what follows it at once. Any other is left out, for the database nests
    exclusions that follow each other, and gives up on more than a few.
    """
    q = NO_EXCLUSION.sub(" ", q)
    found = _LAST_WORD.search(q)
    if found is None or len(found[0]) < _PREFIX_LEAST or q.count('"') % 2:
        return TextQuery(q, None)
    if found[0].lower() == "or":
        return TextQuery(q, None)
    head = q[: found.start()].rstrip()
    # "a or b" binds its last word.
    if re.search(r"\bor$", head, re.IGNORECASE):
        return TextQuery(q, None)
    return TextQuery(head, found[0])


def corrected(read: ReadConnection, q: str) -> str | None:
    """`q` with the words that the catalogue does not know replaced by the nearest that it knows.

    None where there is nothing to replace. Excluded words stay as they are.
    """
    words = list(
        dict.fromkeys(
            found[0].lower()
            for found in _WORD.finditer(q)
            if len(found[0]) >= _PREFIX_LEAST and q[: found.start()][-1:] != "-"
        )
    )[:_MOST_WORDS]
    if not words:
        return None
    candidates: dict[str, list[str]] = {}
    for word, candidate in read.execute(_ALIKE, {"words": words, "closest": _CLOSEST}):
        if candidate is not None:
            candidates.setdefault(word, []).append(candidate)
    nearest = {word: _nearest(word, found) for word, found in candidates.items()}
    better = {word: found for word, found in nearest.items() if found is not None}
    if not better:
        return None
    return _WORD.sub(lambda found: better.get(found[0].lower(), found[0]), q)


def _nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is at most a slip or two away."""
    most = 1 if len(word) < 5 else 2
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
