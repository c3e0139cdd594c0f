"""What a buyer typed, as a text search query."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

WORD_LEAST: Final = 3
"""Shorter beginnings of words match too much to be of use."""

_LAST_WORD = re.compile(r"(?:^|(?<=[\s(]))[^\W_]+$")
NO_EXCLUSION = re.compile(r'-(?![\w"])')


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
    if found is None or len(found[0]) < WORD_LEAST or q.count('"') % 2:
        return TextQuery(q, None)
    if found[0].lower() == "or":
        return TextQuery(q, None)
    head = q[: found.start()].rstrip()
    # "a or b" binds its last word.
    if re.search(r"\bor$", head, re.IGNORECASE):
        return TextQuery(q, None)
    return TextQuery(head, found[0])
