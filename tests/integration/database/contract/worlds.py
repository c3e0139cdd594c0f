"""What the contract is tried on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.application.idempotency import (
    IdempotencyAnswers,
)
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.orders.timeline import OrderEntry
from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import OrderId
from tests.fakes import FakeClock


@dataclass
class World:
    """One kind of unit of work, the clock that it reads, and what is written down beside: events,
    and the timelines of orders."""

    new_uow: Callable[..., UnitOfWork]
    answers: IdempotencyAnswers
    clock: FakeClock
    events: Callable[[], Sequence[Event]]
    timeline: Callable[[OrderId], Sequence[OrderEntry]]

    def store(self, *stored: tuple[str, object]) -> None:
        with self.new_uow() as uow:
            for repository, aggregate in stored:
                getattr(uow, repository).add(aggregate)
            uow.commit()
