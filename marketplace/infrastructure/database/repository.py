"""What all repositories of mapped aggregates have in common."""

import re
from collections.abc import Callable, Iterator, Sequence, Set
from itertools import islice
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Table, select, text

from marketplace.domain.errors import NotFound
from marketplace.domain.shared.slug import numbered
from marketplace.infrastructure.database.transaction import Transaction

Aggregate = TypeVar("Aggregate")

# In one order everywhere, lest two of these wait for each other.
_LOCK = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended(name, 0))
    FROM (SELECT unnest(CAST(:names AS text[])) AS name ORDER BY 1) AS ordered
    """
)
_PROBES = (10, 100, 1_000, 10_000, 100_000)
"""How many numbers of a slug are tried at once, while all were taken."""


class SqlRepository(Generic[Aggregate]):
    """Aggregates of one class. What is added, or found and then changed, is written at the commit.

    Subclasses name the class, its table, and the word for it in messages.
    """

    aggregate: ClassVar[type]
    table: ClassVar[Table[Any]]
    what: ClassVar[str]

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, aggregate: Aggregate) -> None:
        self._transaction.add(aggregate)

    def _find(self, *criteria: ColumnElement[bool], fresh: bool = False) -> Aggregate | None:
        """`fresh` reads the row again although the transaction has loaded it before."""
        return self._transaction.first(
            select(self.aggregate).where(*criteria).execution_options(populate_existing=fresh)
        )

    def _find_for_update(
        self, *criteria: ColumnElement[bool], key_share: bool = False
    ) -> Aggregate | None:
        """`key_share` lets others refer to it meanwhile."""
        # An instance that is loaded already would keep attributes from before the lock.
        return self._transaction.first(
            select(self.aggregate)
            .where(*criteria)
            .with_for_update(key_share=key_share)
            .execution_options(populate_existing=True)
        )

    def _all_for_update(self, *criteria: ColumnElement[bool]) -> Sequence[Aggregate]:
        """In the order of their ids, locked."""
        return self._transaction.all(
            select(self.aggregate)
            .where(*criteria)
            .order_by(self.table.c.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )

    def _found(self, key: object, found: Aggregate | None) -> Aggregate:
        if found is None:
            raise NotFound(self.what, key)
        return found


class SluggedRepository(SqlRepository[Aggregate]):
    """Aggregates that are found by id or slug."""

    def _by_key(self, key: UUID | str) -> Aggregate:
        column = self.table.c.id if isinstance(key, UUID) else self.table.c.slug
        return self._found(key, self._find(column == key))

    def _by_key_for_update(self, key: UUID | str, *, slug: bool) -> Aggregate:
        """Held for a change of the slug, or, if not `slug`, of anything else.

        The latter lets rows that refer to this one be written. A lock that grew with the change
        would wait for those that wait for it.
        """
        column = self.table.c.id if isinstance(key, UUID) else self.table.c.slug
        return self._found(key, self._find_for_update(column == key, key_share=not slug))

    def free_slug(self, slug: str) -> str:
        """`slug`, or its next free numbered form; it stays free for this transaction."""
        return self._first_free(slug, self._taken)

    def _first_free(self, slug: str, taken_of: Callable[[Sequence[str]], Set[str]]) -> str:
        self._hold([slug])
        forms = _forms(slug)
        for probes in _PROBES:
            candidates = list(islice(forms, probes))
            taken = taken_of(candidates)
            for candidate in candidates:
                if candidate not in taken:
                    return candidate
        raise RuntimeError(f"no free slug in sight for {slug}")

    def _all_free(
        self, slugs: Sequence[str], taken_of: Callable[[Sequence[str]], Set[str]]
    ) -> Sequence[str]:
        if not slugs:
            return []
        self._hold(slugs)
        nearest = {slug: list(islice(_forms(slug), _PROBES[0])) for slug in slugs}
        taken = set(taken_of([form for forms in nearest.values() for form in forms]))
        given: list[str] = []
        for slug in slugs:
            free = next((form for form in nearest[slug] if form not in taken), None)
            if free is None:
                free = self._first_free(slug, lambda asked: taken_of(asked) | taken)
            taken.add(free)
            given.append(free)
        return given

    def _hold(self, slugs: Sequence[str]) -> None:
        """Keep others from these slugs, for this transaction."""
        # All numbered forms of a slug share one lock, whichever of them is asked for.
        stems = {re.sub(r"(-\d+)+$", "", slug) for slug in slugs}
        self._transaction.read(_LOCK, {"names": [f"{self.table.name}:{stem}" for stem in stems]})

    def _taken(self, candidates: Sequence[str]) -> Set[str]:
        slugs = self.table.c.slug
        return set(self._transaction.read(select(slugs).where(slugs.in_(candidates))).scalars())


def _forms(slug: str) -> Iterator[str]:
    yield slug
    number = 2
    while True:
        yield numbered(slug, number)
        number += 1
