"""What the contract is tried on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketplace.application.idempotency import (
    IdempotencyAnswers,
)
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.shared.events import Event
from tests.fakes import FakeClock


@dataclass
class World:
    """One kind of unit of work, the clock that it reads, and the events that were written down."""

    new_uow: Callable[..., UnitOfWork]
    answers: IdempotencyAnswers
    clock: FakeClock
    events: Callable[[], Sequence[Event]]

    def store(self, *stored: tuple[str, object]) -> None:
        with self.new_uow() as uow:
            for repository, aggregate in stored:
                getattr(uow, repository).add(aggregate)
            uow.commit()
