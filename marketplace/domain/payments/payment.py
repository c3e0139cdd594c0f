"""The payment of an order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from marketplace.domain.errors import Conflict, InvalidTransition, NotFound
from marketplace.domain.payments.ledger import (
    Ledger,
    Operation,
    OperationKind,
    OperationState,
    Shares,
    Stage,
    less,
)
from marketplace.domain.payments.statuses import TRANSITIONS, PaymentState, status_of
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import (
    OperationId,
    OrderId,
    OrderLineId,
    PaymentId,
)
from marketplace.domain.shared.money import Money
from marketplace.domain.shared.state import require_transition


@dataclass(frozen=True, kw_only=True)
class RequiredAction:
    """What the buyer has to do before the provider goes on."""

    type: str
    url: str


@dataclass(eq=False, kw_only=True)
class Payment(AggregateRoot):
    """Status and amounts follow from the ledger. `reference` is the provider's own id, and `stored`
    the number of entries that are stored already.
    """

    id: PaymentId
    order_id: OrderId
    provider: str
    amount: Money
    status: PaymentState = PaymentState.PENDING
    reference: str | None = None
    next_action: RequiredAction | None = None
    ledger: Ledger
    stored: int = 0
    created_at: datetime
    updated_at: datetime

    @classmethod
    def intend(
        cls,
        *,
        id: PaymentId,
        order_id: OrderId,
        provider: str,
        shares: Shares,
        amount: Money,
        now: datetime,
    ) -> "Payment":
        """Note down that the provider is about to be asked, before it is.

        `shares` divide `amount` over the seller orders.
        """
        payment = cls(
            id=id,
            order_id=order_id,
            provider=provider,
            amount=amount,
            ledger=Ledger(amount.currency),
            created_at=now,
            updated_at=now,
        )
        payment.ledger.append(
            OperationId(id), OperationKind.AUTHORIZATION, Stage.REQUEST, shares, now=now
        )
        return payment

    @property
    def provider_key(self) -> str:
        """The idempotency key that the provider gets: the same for every try of this payment."""
        return f"payment-{self.id}"

    @property
    def is_open(self) -> bool:
        """Whether it is unknown yet what became of it at the provider."""
        return self.status is PaymentState.PENDING

    @property
    def is_voidable(self) -> bool:
        """Whether all of it can be let go of: nothing is captured, nor being so, nor voided."""
        return (
            PaymentState.VOIDED in TRANSITIONS[self.status]
            and not self.unanswered
            and not self.ledger.has(OperationKind.CHARGE, Stage.SUCCESS)
        )

    @property
    def unanswered(self) -> list[Operation]:
        """Captures, refunds and voids that the provider may not have heard of yet."""
        return [
            each
            for each in self.ledger.operations
            if each.state is OperationState.PENDING and each.kind is not OperationKind.AUTHORIZATION
        ]

    def operation(self, operation_id: OperationId) -> Operation:
        """A capture, refund or void. Raises `NotFound`."""
        for each in self.ledger.operations:
            if each.id == operation_id and each.kind is not OperationKind.AUTHORIZATION:
                return each
        raise NotFound("operation", operation_id)

    @property
    def authorized_amount(self) -> Money:
        return self.ledger.sum(self.ledger.shares(OperationKind.AUTHORIZATION))

    @property
    def voided_amount(self) -> Money:
        return self.ledger.sum(self.ledger.shares(OperationKind.VOID))

    @property
    def captured_amount(self) -> Money:
        return self.ledger.sum(self.captured)

    @property
    def refunded_amount(self) -> Money:
        return self.ledger.sum(self.refunded)

    @property
    def captured(self) -> Shares:
        """By seller order, like the three that follow."""
        return self.ledger.shares(OperationKind.CHARGE)

    @property
    def refunded(self) -> Shares:
        return self.ledger.shares(OperationKind.REFUND)

    @property
    def capturable(self) -> Shares:
        """What is authorised and neither captured nor let go of, nor being so."""
        return self.ledger.held(unanswered=True)

    @property
    def refundable(self) -> Shares:
        """What is captured and neither refunded nor being so."""
        return less(self.captured, self.ledger.shares(OperationKind.REFUND, unanswered=True))

    def authorize(self, reference: str, now: datetime) -> bool:
        """The provider holds the amount. False: that was known, or it is given up already."""
        return self._answer_authorization(OperationKind.AUTHORIZATION, reference, now)

    def charge(self, reference: str, now: datetime) -> bool:
        """The provider took all of it at once. False as `authorize`."""
        self.authorize(reference, now)
        return self._answer_authorization(OperationKind.CHARGE, reference, now)

    def await_action(
        self, reference: str, next_action: RequiredAction | None, now: datetime
    ) -> None:
        """The provider will tell later; perhaps the buyer has to do something first."""
        self.reference, self.next_action, self.updated_at = reference, next_action, now
        self.version += 1

    def fail(self, reason: str | None, now: datetime) -> None:
        """The provider refused. Raises `InvalidTransition` where it had agreed before."""
        require_transition("payment", TRANSITIONS, self.status, PaymentState.FAILED)
        self._append(
            OperationId(self.id),
            OperationKind.AUTHORIZATION,
            Stage.FAILURE,
            self._whole,
            reason=reason,
            now=now,
        )

    def request_capture(
        self, operation_id: OperationId, shares: Shares, reason: str | None, now: datetime
    ) -> None:
        """Raises `Conflict`: `invalid_transition`, `capture_too_high`."""
        self.require_authorized()
        _check("capture_too_high", "captured", shares, self.capturable)
        self._append(
            operation_id, OperationKind.CHARGE, Stage.REQUEST, shares, reason=reason, now=now
        )

    def require_authorized(self) -> None:
        """Raises `InvalidTransition` where nothing can be captured any more, or not yet."""
        if self.status is not PaymentState.AUTHORIZED:
            allowed = TRANSITIONS[self.status] - {PaymentState.CAPTURED}
            raise InvalidTransition("payment", self.status, PaymentState.CAPTURED, sorted(allowed))

    def request_refund(
        self,
        operation_id: OperationId,
        shares: Shares,
        lines: Mapping[OrderLineId, int],
        reason: str | None,
        now: datetime,
    ) -> None:
        """Raises `Conflict` (`refund_too_high`)."""
        _check("refund_too_high", "refunded", shares, self.refundable)
        self._append(
            operation_id,
            OperationKind.REFUND,
            Stage.REQUEST,
            shares,
            lines=lines,
            reason=reason,
            now=now,
        )

    def request_void(self, operation_id: OperationId, reason: str | None, now: datetime) -> None:
        """Let go of all that is held; while nothing is captured, nor being so.

        Raises:
            InvalidTransition: it is too late, or it was voided.
        """
        self._require_voidable()
        self._append(
            operation_id,
            OperationKind.VOID,
            Stage.REQUEST,
            self.capturable,
            reason=reason,
            now=now,
        )

    def void(self, operation_id: OperationId, now: datetime) -> None:
        """The provider has let go of all that it held. Raises as `request_void`."""
        self._require_voidable()
        self.release(operation_id, self.capturable, {}, None, now)

    def release(
        self,
        operation_id: OperationId,
        shares: Shares,
        lines: Mapping[OrderLineId, int],
        reason: str | None,
        now: datetime,
    ) -> None:
        """Promise never to capture a part of what is held; providers let go of it at the end."""
        _check("capture_too_high", "released", shares, self.capturable)
        self._append(
            operation_id,
            OperationKind.VOID,
            Stage.SUCCESS,
            shares,
            lines=lines,
            reason=reason,
            now=now,
        )

    def succeed(self, operation_id: OperationId, reference: str | None, now: datetime) -> bool:
        """The provider did what was asked. False: that was known."""
        return self._answer(operation_id, Stage.SUCCESS, reference=reference, now=now)

    def refuse(self, operation_id: OperationId, reason: str | None, now: datetime) -> bool:
        """The provider did not do what was asked. False: that was known."""
        return self._answer(operation_id, Stage.FAILURE, reason=reason, now=now)

    def _answer(
        self,
        operation_id: OperationId,
        stage: Stage,
        *,
        now: datetime,
        reference: str | None = None,
        reason: str | None = None,
    ) -> bool:
        operation = self.operation(operation_id)
        if operation.state is not OperationState.PENDING:
            return False
        self._append(
            operation_id,
            operation.kind,
            stage,
            operation.shares,
            lines=operation.lines,
            reference=reference,
            reason=reason,
            now=now,
        )
        return True

    def _answer_authorization(self, kind: OperationKind, reference: str, now: datetime) -> bool:
        gone = self.status in (PaymentState.VOIDED, PaymentState.FAILED) or any(
            each.kind is OperationKind.VOID for each in self.unanswered
        )
        known = self.ledger.has(kind, Stage.SUCCESS)
        if gone or known:
            return False
        self.reference, self.next_action = reference, None
        self._append(
            OperationId(self.id),
            kind,
            Stage.SUCCESS,
            self._whole,
            reference=reference,
            now=now,
        )
        return True

    def _require_voidable(self) -> None:
        if not self.is_voidable:
            require_transition("payment", TRANSITIONS, self.status, PaymentState.VOIDED)
            raise InvalidTransition("payment", "captured in part", PaymentState.VOIDED, [])

    @property
    def _whole(self) -> Shares:
        return self.ledger.events[0].shares

    def _append(
        self,
        operation_id: OperationId,
        kind: OperationKind,
        stage: Stage,
        shares: Shares,
        *,
        now: datetime,
        lines: Mapping[OrderLineId, int] | None = None,
        reason: str | None = None,
        reference: str | None = None,
    ) -> None:
        self.ledger.append(
            operation_id,
            kind,
            stage,
            shares,
            now=now,
            lines=lines,
            reason=reason,
            reference=reference,
        )
        status = status_of(self.ledger)
        if status is not self.status:
            self.status = require_transition("payment", TRANSITIONS, self.status, status)
        self.updated_at = now
        self.version += 1


def _check(code: str, done: str, shares: Shares, most: Shares) -> None:
    if any(share.amount < 0 or share.amount > most[part].amount for part, share in shares.items()):
        left = sum(most[part].amount for part in shares)
        raise Conflict(
            code,
            f"No more than {left} minor units can be {done} here.",
            field="/amount",
            most=left,
        )
