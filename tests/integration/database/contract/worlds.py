"""What the contract is tried on."""

from collections.abc import Callable
from dataclasses import dataclass

from marketplace.application.idempotency import (
    IdempotencyAnswers,
)
from marketplace.application.unit_of_work import UnitOfWork
from tests.fakes import FakeClock


@dataclass
class World:
    """One kind of unit of work, and the clock that it reads."""

    new_uow: Callable[..., UnitOfWork]
    answers: IdempotencyAnswers
    clock: FakeClock

    def store(self, *stored: tuple[str, object]) -> None:
        with self.new_uow() as uow:
            for repository, aggregate in stored:
                getattr(uow, repository).add(aggregate)
            uow.commit()
