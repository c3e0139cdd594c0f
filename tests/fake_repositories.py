"""What the repositories of `tests.fakes` have in common, each over a dictionary of the state; and
those that are of no area."""

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from marketplace.application.idempotency import LEASE
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import OrderId
from marketplace.domain.shared.slug import numbered
from tests.fake_state import State, StoredEffect

Aggregate = TypeVar("Aggregate")


class Keeper(Generic[Aggregate]):
    """Aggregates by id; what is handed out is the stored one, as with an identity map."""

    what = "object"

    def __init__(self, kept: dict[Any, Aggregate], seen: list[Any]) -> None:
        self._kept = kept
        self._seen = seen

    def add(self, aggregate: Any) -> None:
        self._kept[aggregate.id] = aggregate
        self._see(aggregate)

    def _see(self, aggregate: Any) -> None:
        if not any(each is aggregate for each in self._seen):
            self._seen.append(aggregate)

    def _found(self, key: object, found: Aggregate | None) -> Aggregate:
        if found is None:
            raise NotFound(self.what, key)
        self._see(found)
        return found


class Slugged(Keeper[Aggregate]):
    def get(self, key: UUID | str) -> Aggregate:
        everything: Any = self._kept.values()
        return self._found(
            key, next((each for each in everything if key in (each.id, each.slug)), None)
        )

    def free_slug(self, slug: str) -> str:
        everything: Any = self._kept.values()
        return first_free(slug, {each.slug for each in everything})


def first_free(slug: str, taken: Set[str]) -> str:
    candidate, number = slug, 1
    while candidate in taken:
        number += 1
        candidate = numbered(slug, number)
    return candidate


class FakeSalesSummaries:
    """Counts how often each order was counted."""

    def __init__(self, state: State) -> None:
        self._state = state

    def refresh(self, order_id: OrderId) -> None:
        self._state.summarised[order_id] = self._state.summarised.get(order_id, 0) + 1

    def rebuild(self) -> int:
        return 0

    def differences(self) -> Sequence[str]:
        return []


class FakeLeases:
    def __init__(self, effects: dict[tuple[str, str], StoredEffect], now: datetime) -> None:
        self._effects = effects
        self._now = now

    def take_over(self, makes: UUID) -> bool:
        found = next((each for each in self._effects.values() if each.makes == makes), None)
        if found is None:
            return True
        if found.lease_until > self._now:
            return False
        found.lease_until = self._now + LEASE
        return True

    def give_back(self, makes: UUID) -> None:
        for effect in self._effects.values():
            if effect.makes == makes:
                effect.lease_until = self._now


class FakeHandledEvents:
    def __init__(self, handled: dict[tuple[str, UUID], bool]) -> None:
        self._handled = handled

    def contains(self, handler: str, event_id: UUID) -> bool:
        return (handler, event_id) in self._handled

    def add(self, handler: str, event_id: UUID) -> None:
        self._handled[handler, event_id] = True
