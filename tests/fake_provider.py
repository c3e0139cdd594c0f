"""A payment provider in memory, which does what the port says and what a test tells it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from marketplace.application.ports import (
    NextAction,
    OperationOutcome,
    ProviderEvent,
    ProviderEventKind,
    ProviderOutcome,
    ProviderStatus,
)
from marketplace.domain.errors import InvalidSignature, Unavailable
from marketplace.domain.shared.money import Money
from tests.factories import NOW

SIGNED: Mapping[str, str] = {"signature": "good"}


@dataclass
class FakeProvider:
    """Does what it is told; the first outcome of a key is that of every repeat.

    `status` (with `next_action`) is what new payments become instead of what was asked for, and
    `failing` the reason for which captures and refunds fail. `error` is raised by every call, which
    then has done nothing; of the next `lost` calls that did something the reply is lost. `during`
    runs within each call, before it does anything: for what happens meanwhile.

    `asked` and `operations_asked` hold every call, repeats too; `outcomes` and `operations` what
    was done, once for each key; `captured` and `refunded` the money, by the key of the payment.
    """

    name: str = "sandbox"
    status: ProviderStatus | None = None
    next_action: NextAction | None = None
    failing: str | None = None
    error: Exception | None = None
    lost: int = 0
    during: Callable[[], None] | None = None
    outcomes: dict[str, ProviderOutcome] = field(default_factory=dict)
    operations: dict[str, OperationOutcome] = field(default_factory=dict)
    asked: list[tuple[str, Money, str, bool]] = field(default_factory=list)
    operations_asked: list[tuple[str, str, str, Money]] = field(default_factory=list)
    voided: list[str] = field(default_factory=list)
    authorized: dict[str, Money] = field(default_factory=dict)
    captured: dict[str, int] = field(default_factory=dict)
    refunded: dict[str, int] = field(default_factory=dict)
    events: dict[bytes, ProviderEvent] = field(default_factory=dict)

    @property
    def charges(self) -> int:
        """How many payments took money, or hold it."""
        return len(self.authorized)

    def authorize(self, *, key: str, amount: Money, token: str, capture: bool) -> ProviderOutcome:
        self.asked.append((key, amount, token, capture))
        self._called()
        if key in self.outcomes:
            return self.outcomes[key]
        natural = ProviderStatus.CAPTURED if capture else ProviderStatus.AUTHORIZED
        status = self.status or natural
        self.outcomes[key] = ProviderOutcome(
            status=status,
            reference=f"ref-{key}",
            reason="no money" if status is ProviderStatus.DECLINED else None,
            next_action=self.next_action if status is ProviderStatus.PENDING else None,
        )
        self._hold(key, amount, status)
        self._answer()
        return self.outcomes[key]

    def capture(
        self, *, key: str, payment_key: str, reference: str, amount: Money
    ) -> OperationOutcome:
        held = self.authorized.get(payment_key)
        left = held.amount - self.captured[payment_key] if held else 0
        return self._operate("capture", key, payment_key, amount, left, self.captured)

    def refund(
        self, *, key: str, payment_key: str, reference: str, amount: Money
    ) -> OperationOutcome:
        left = self.captured.get(payment_key, 0) - self.refunded.get(payment_key, 0)
        return self._operate("refund", key, payment_key, amount, left, self.refunded)

    def void(self, *, key: str) -> None:
        self._called()
        self.voided.append(key)
        self.outcomes[key] = ProviderOutcome(
            status=ProviderStatus.DECLINED, reference=f"ref-{key}", reason="voided"
        )
        if self.authorized.pop(key, None):
            self.refunded[key] = self.captured[key]
        self._answer()

    def event(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        if headers != SIGNED or body not in self.events:
            raise InvalidSignature
        return self.events[body]

    def settle(
        self, key: str, status: ProviderStatus, *, reason: str | None = None
    ) -> ProviderEvent:
        """Decide on the pending payment under `key`; the event that tells of it."""
        amount = next(amount for asked, amount, _, _ in self.asked if asked == key)
        self.outcomes[key] = ProviderOutcome(status=status, reference=f"ref-{key}")
        self._hold(key, amount, status)
        declined = status is ProviderStatus.DECLINED
        kind = ProviderEventKind.FAILED if declined else ProviderEventKind(status)
        return self.told(kind, key, amount=amount, reason=reason)

    def told(
        self,
        kind: ProviderEventKind,
        payment_key: str,
        operation_key: str | None = None,
        *,
        amount: Money | None = None,
        reason: str | None = None,
    ) -> ProviderEvent:
        """An event, which `event` reads by its id as the body."""
        event = ProviderEvent(
            id=f"evt-{len(self.events) + 1}",
            kind=kind,
            payment_key=payment_key,
            operation_key=operation_key,
            amount=amount,
            reference=f"ref-{operation_key or payment_key}",
            reason=reason,
            occurred_at=NOW,
        )
        self.events[event.id.encode()] = event
        return event

    def _hold(self, key: str, amount: Money, status: ProviderStatus) -> None:
        if status in (ProviderStatus.AUTHORIZED, ProviderStatus.CAPTURED):
            self.authorized[key] = amount
            self.captured[key] = amount.amount if status is ProviderStatus.CAPTURED else 0
            self.refunded[key] = 0

    def _operate(
        self,
        kind: str,
        key: str,
        payment_key: str,
        amount: Money,
        left: int,
        moved: dict[str, int],
    ) -> OperationOutcome:
        self.operations_asked.append((kind, key, payment_key, amount))
        self._called()
        if key in self.operations:
            return self.operations[key]
        too_much = amount.amount > left or payment_key not in self.authorized
        reason = self.failing or ("too much" if too_much else None)
        self.operations[key] = OperationOutcome(
            succeeded=reason is None, reference=f"ref-{key}", reason=reason
        )
        if reason is None:
            moved[payment_key] += amount.amount
        self._answer()
        return self.operations[key]

    def _called(self) -> None:
        if self.during is not None:
            self.during()
        if self.error is not None:
            raise self.error

    def _answer(self) -> None:
        if self.lost:
            self.lost -= 1
            raise Unavailable("payment_unknown", "The reply was lost.")
