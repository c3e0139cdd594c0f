"""What the sandbox's books say of a payment, and what may become of it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol, Self

from marketplace.application.ports import ProviderEvent
from marketplace.domain.shared.money import Money

_VOIDED = "The payment was voided."


class ChargeStatus(StrEnum):
    """What became of `authorize`: later captures and refunds change amounts only."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    DECLINED = "declined"
    VOIDED = "voided"


class OperationKind(StrEnum):
    CAPTURE = "capture"
    REFUND = "refund"


@dataclass(frozen=True, kw_only=True)
class SandboxCharge:
    """`captured` and `refunded` are minor units of the amount, which is None where the key was
    barred before it was used. A pending one is settled at `settles_at`, or by its buyer."""

    key: str
    reference: str
    status: ChargeStatus
    amount: Money | None = None
    token: str | None = None
    capture: bool = False
    captured: int = 0
    refunded: int = 0
    reason: str | None = None
    settles_at: datetime | None = None

    @classmethod
    def barred(cls, key: str, reference: str) -> Self:
        """Nothing can be charged under `key` any more."""
        return cls(key=key, reference=reference, status=ChargeStatus.VOIDED, reason=_VOIDED)

    def approved(self) -> Self:
        if self.capture and self.amount is not None:
            return replace(self, status=ChargeStatus.CAPTURED, captured=self.amount.amount)
        return replace(self, status=ChargeStatus.AUTHORIZED)

    def declined(self, reason: str) -> Self:
        return replace(self, status=ChargeStatus.DECLINED, reason=reason)

    def voided(self) -> Self:
        """What was captured is given back."""
        return replace(
            self,
            status=ChargeStatus.VOIDED,
            reason=_VOIDED,
            refunded=self.captured,
        )

    def moved(self, kind: OperationKind, amount: Money) -> Self:
        if kind is OperationKind.CAPTURE:
            return replace(self, captured=self.captured + amount.amount)
        return replace(self, refunded=self.refunded + amount.amount)

    def obstacle(self, kind: OperationKind, amount: Money) -> str | None:
        """What stands against taking or giving back `amount`; None: nothing does."""
        if self.amount is None or self.status not in (
            ChargeStatus.AUTHORIZED,
            ChargeStatus.CAPTURED,
        ):
            return f"The payment is {self.status}."
        if amount.currency != self.amount.currency:
            return f"The payment is in {self.amount.currency}."
        if kind is OperationKind.CAPTURE:
            limit, what = self.amount.amount - self.captured, "authorised"
        else:
            limit, what = self.captured - self.refunded, "captured"
        if not 0 < amount.amount <= limit:
            return f"Of what was {what}, {limit} minor units are left."
        return None


@dataclass(frozen=True, kw_only=True)
class SandboxOperation:
    """A capture or a refund. `reason` says why it failed; None: it succeeded."""

    key: str
    charge_key: str
    kind: OperationKind
    amount: Money
    reference: str
    reason: str | None = None


class Opened(NamedTuple):
    charge: SandboxCharge
    is_new: bool


class Notice(NamedTuple):
    """An event, and from when on the courier takes it out."""

    event: ProviderEvent
    due_at: datetime


class OpenCharge(Protocol):
    """A charge that is locked."""

    @property
    def charge(self) -> SandboxCharge: ...

    def operation(self, key: str) -> SandboxOperation | None: ...

    def write(
        self,
        charge: SandboxCharge,
        notice: Notice | None,
        operation: SandboxOperation | None = None,
    ) -> None: ...


class SandboxBooks(Protocol):
    """All methods raise `Unavailable` when the books cannot be had."""

    def open(self, charge: SandboxCharge, notice: Notice | None) -> Opened:
        """Write `charge` down, and `notice` with it, unless its key is known; what stands under
        the key now."""

    def locked(self, key: str) -> AbstractContextManager[OpenCharge | None]:
        """The charge under `key`, locked; what is written to it counts once the block ends."""

    def find(self, reference: str) -> SandboxCharge | None: ...

    def unsettled(self, now: datetime, limit: int) -> Sequence[SandboxCharge]:
        """Pending charges whose time has come."""


class Delivery(NamedTuple):
    """An event that the courier has to take out; `failures` tries of it went wrong before."""

    event: ProviderEvent
    failures: int


class SandboxPost(Protocol):
    """The events that wait for the courier. All methods raise `Unavailable`."""

    def claim(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Take up to `limit` events that are due; nobody else gets them for a while."""

    def delivered(self, event_id: str, now: datetime) -> None:
        """Note a delivery; having been delivered twice, an event is done with."""

    def failed(self, event_id: str, again_at: datetime, error: str) -> None: ...
