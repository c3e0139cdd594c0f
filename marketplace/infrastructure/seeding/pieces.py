"""Pieces of text of which products are put together, and what a search finds them by.

PostgreSQL parses each piece once, and the search document of a product is put together of theirs:
parsing the texts of every product would take longer than all the rest of loading it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import psycopg2.extensions as pg

from marketplace.domain.shared.slug import slugify

_MARK: Final = "qzxj"
# The mark after each text tells how many positions it takes, words without meaning included.
_PARSE: Final = f"""
    SELECT piece, lexeme, positions
    FROM unnest(%(pieces)s) AS piece
    CROSS JOIN LATERAL unnest(to_tsvector(piece || ' {_MARK}')) AS found
"""  # noqa: S608  constants


@dataclass(frozen=True, eq=False)
class Piece:
    """`text` is plain, `slug` part of an address; `width` counts its positions, of which `lexemes`
    take some, the first being 1."""

    text: str
    slug: str
    width: int
    lexemes: Sequence[tuple[str, int]]
    _parts: dict[tuple[int, str], str] = field(default_factory=dict, repr=False)

    def at(self, start: int, weight: str) -> str:
        """Its part of a tsvector, from the position after `start` on."""
        part = self._parts.get((start, weight))
        if part is None:
            part = self._parts[start, weight] = " ".join(
                f"'{lexeme}':{start + position}{weight}" for lexeme, position in self.lexemes
            )
        return part


def parse(database: pg.cursor, texts: Iterable[str], longest_slug: int = 80) -> dict[str, Piece]:
    """Have the texts parsed in the language that the connection is set to."""
    wanted = list(dict.fromkeys(texts))
    database.execute(_PARSE, {"pieces": wanted})
    found: dict[str, list[tuple[str, int]]] = {text: [] for text in wanted}
    widths: dict[str, int] = {}
    for text, lexeme, positions in database:
        if lexeme == _MARK:
            widths[text] = positions[0] - 1
            continue
        quoted = lexeme.replace("\\", "\\\\").replace("'", "''")
        found[text] += [(quoted, position) for position in positions]
    return {
        text: Piece(
            text=text,
            slug=slugify(text, fallback="x")[:longest_slug].strip("-"),
            width=widths[text],
            lexemes=tuple(found[text]),
        )
        for text in wanted
    }
