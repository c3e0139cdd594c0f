"""The sandbox payment provider without a database."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from marketplace.application.ports import Clock, ProviderEvent
from marketplace.infrastructure.payments.charges import (
    ChargeStatus,
    Delivery,
    Notice,
    Opened,
    SandboxCharge,
    SandboxOperation,
)
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks
from tests.fakes import FakeClock

SECRET = b"a secret of the tests, 32 bytes long"
DELAY = timedelta(seconds=2)


@dataclass
class FakeBooks:
    """Implements `SandboxBooks`, for one thread."""

    charges: dict[str, SandboxCharge] = field(default_factory=dict)
    operations: dict[str, SandboxOperation] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def open(self, charge: SandboxCharge, notice: Notice | None) -> Opened:
        if charge.key in self.charges:
            return Opened(self.charges[charge.key], is_new=False)
        self.charges[charge.key] = charge
        self.notices += [notice] if notice else []
        return Opened(charge, is_new=True)

    @contextmanager
    def locked(self, key: str) -> "Iterator[FakeOpenCharge | None]":
        charge = self.charges.get(key)
        yield FakeOpenCharge(self, charge) if charge else None

    def find(self, reference: str) -> SandboxCharge | None:
        return next((each for each in self.charges.values() if each.reference == reference), None)

    def unsettled(self, now: datetime, limit: int) -> Sequence[SandboxCharge]:
        return [
            each
            for each in self.charges.values()
            if each.status is ChargeStatus.PENDING and each.settles_at and each.settles_at <= now
        ][:limit]

    @property
    def told(self) -> list[ProviderEvent]:
        return [notice.event for notice in self.notices]


@dataclass
class FakeOpenCharge:
    books: FakeBooks
    charge: SandboxCharge

    def operation(self, key: str) -> SandboxOperation | None:
        return self.books.operations.get(key)

    def write(
        self,
        charge: SandboxCharge,
        notice: Notice | None,
        operation: SandboxOperation | None = None,
    ) -> None:
        self.books.charges[charge.key] = charge
        self.books.notices += [notice] if notice else []
        if operation is not None:
            self.books.operations[operation.key] = operation


class FakePost:
    """Implements `SandboxPost`: everything is due at once, and notes what became of it."""

    def __init__(self, *events: ProviderEvent, failures: int = 0) -> None:
        self.waiting = [Delivery(event, failures) for event in events]
        self.done: list[str] = []
        self.again: list[tuple[str, datetime, str]] = []

    def claim(self, now: datetime, limit: int) -> Sequence[Delivery]:
        claimed, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return claimed

    def delivered(self, event_id: str, now: datetime) -> None:
        self.done.append(event_id)

    def failed(self, event_id: str, again_at: datetime, error: str) -> None:
        self.again.append((event_id, again_at, error))


def a_sandbox(
    books: FakeBooks | None = None,
    *,
    clock: Clock | None = None,
    wait: Callable[[float], object] = lambda seconds: None,
) -> SandboxProvider:
    return SandboxProvider(
        books or FakeBooks(),
        webhooks=SandboxWebhooks(SECRET),
        clock=clock or FakeClock(),
        delay=DELAY,
        wait=wait,
    )
