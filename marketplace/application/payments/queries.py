"""What is read of payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.domain.payments.ledger import OperationKind, OperationState, Stage
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OperationId, OrderId, OrderLineId, PaymentId
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class NextActionView:
    """What the buyer has to do before the provider goes on."""

    type: str
    url: str


@dataclass(frozen=True, kw_only=True)
class PaymentView:
    id: PaymentId
    provider: str
    status: PaymentState
    amount: Money
    captured_amount: Money
    refunded_amount: Money
    next_action: NextActionView | None = None


@dataclass(frozen=True, kw_only=True)
class RefundLineView:
    line_id: OrderLineId
    quantity: int


@dataclass(frozen=True, kw_only=True)
class RefundView:
    id: OperationId
    payment_id: PaymentId
    status: OperationState
    amount: Money
    reason: str | None
    lines: Sequence[RefundLineView]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentEventView:
    """An entry of the ledger."""

    kind: OperationKind
    stage: Stage
    amount: Money
    reason: str | None
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaymentDetailView(PaymentView):
    """With its ledger. For a seller, the amounts are the shares of its own part."""

    order_id: OrderId
    reference: str | None
    refunds: Sequence[RefundView]
    events: Sequence[PaymentEventView]
    created_at: datetime
    updated_at: datetime


class PaymentQueries(Protocol):
    """Payments of finalised orders only."""

    def get(self, payment_id: PaymentId, viewer: Actor) -> PaymentDetailView:
        """All of it for an administrator, else what pays the viewer's sellers. One statement.
        Raises `NotFound`."""

    def refund(self, payment_id: PaymentId, refund_id: OperationId, viewer: Actor) -> RefundView:
        """As `get`."""
