"""The payment of an order."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import OrderId, PaymentId
from marketplace.domain.shared.money import Money
from marketplace.domain.shared.state import require_transition


class PaymentState(StrEnum):
    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    FAILED = "failed"


TRANSITIONS: Mapping[PaymentState, Set[PaymentState]] = {
    PaymentState.PENDING: {
        PaymentState.AUTHORIZED,
        PaymentState.CAPTURED,
        PaymentState.VOIDED,
        PaymentState.FAILED,
    },
    PaymentState.AUTHORIZED: {PaymentState.CAPTURED, PaymentState.VOIDED},
    PaymentState.CAPTURED: set(),
    PaymentState.VOIDED: set(),
    PaymentState.FAILED: set(),
}


@dataclass(eq=False, kw_only=True)
class Payment(AggregateRoot):
    """`reference` is the provider's own id. What is captured never exceeds `amount`."""

    id: PaymentId
    order_id: OrderId
    provider: str
    amount: Money
    status: PaymentState = PaymentState.PENDING
    captured_amount: Money
    refunded_amount: Money
    reference: str | None = None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def intend(
        cls, *, id: PaymentId, order_id: OrderId, provider: str, amount: Money, now: datetime
    ) -> "Payment":
        """Note down that the provider is about to be asked, before it is."""
        return cls(
            id=id,
            order_id=order_id,
            provider=provider,
            amount=amount,
            captured_amount=Money.zero(amount.currency),
            refunded_amount=Money.zero(amount.currency),
            created_at=now,
            updated_at=now,
        )

    @property
    def provider_key(self) -> str:
        """The idempotency key that the provider gets: the same for every try of this payment."""
        return f"payment-{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether it is unknown yet what became of it at the provider."""
        return self.status is PaymentState.PENDING

    def authorize(self, reference: str, now: datetime) -> None:
        self._move(PaymentState.AUTHORIZED, now)
        self.reference = reference

    def capture(self, reference: str, now: datetime) -> None:
        self._move(PaymentState.CAPTURED, now)
        self.reference = reference
        self.captured_amount = self.amount

    def void(self, now: datetime) -> None:
        self._move(PaymentState.VOIDED, now)

    def fail(self, now: datetime) -> None:
        self._move(PaymentState.FAILED, now)

    def _move(self, wanted: PaymentState, now: datetime) -> None:
        self.status = require_transition("payment", TRANSITIONS, self.status, wanted)
        self.updated_at = now
        self.version += 1
