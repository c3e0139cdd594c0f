"""What can be asked for about payments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.application.actor import Actor
from marketplace.application.ports import ProviderEvent
from marketplace.domain.shared.ids import OperationId, OrderLineId, PaymentId


@dataclass(frozen=True, kw_only=True)
class CapturePayment:
    """`amount` minor units, or what so many units of `lines` cost, or with neither all that the
    actor may capture."""

    actor: Actor
    payment_id: PaymentId
    operation_id: OperationId
    amount: int | None = None
    lines: Mapping[OrderLineId, int] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class RefundPayment:
    """As `CapturePayment`: of what was captured."""

    actor: Actor
    payment_id: PaymentId
    operation_id: OperationId
    amount: int | None = None
    lines: Mapping[OrderLineId, int] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class VoidPayment:
    actor: Actor
    payment_id: PaymentId
    operation_id: OperationId
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReceiveProviderEvent:
    """`provider` is the name of the one that signed it."""

    provider: str
    event: ProviderEvent
