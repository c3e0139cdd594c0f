"""What the sandbox tells of its own accord, by what has changed in its books."""

from datetime import datetime
from secrets import token_hex

from marketplace.application.ports import ProviderEvent, ProviderEventKind
from marketplace.infrastructure.payments.charges import (
    ChargeStatus,
    OperationKind,
    SandboxCharge,
    SandboxOperation,
)

_OF_CHARGE = {
    ChargeStatus.AUTHORIZED: ProviderEventKind.AUTHORIZED,
    ChargeStatus.CAPTURED: ProviderEventKind.CAPTURED,
    ChargeStatus.DECLINED: ProviderEventKind.FAILED,
    ChargeStatus.VOIDED: ProviderEventKind.VOIDED,
}
_OF_OPERATION = {
    (OperationKind.CAPTURE, True): ProviderEventKind.CAPTURED,
    (OperationKind.REFUND, True): ProviderEventKind.REFUNDED,
    (OperationKind.REFUND, False): ProviderEventKind.REFUND_FAILED,
}


def of_charge(charge: SandboxCharge, now: datetime) -> ProviderEvent | None:
    """What has become of the payment as a whole; nothing has of a pending one."""
    kind = _OF_CHARGE.get(charge.status)
    if kind is None:
        return None
    return ProviderEvent(
        id=_new_id(),
        kind=kind,
        payment_key=charge.key,
        operation_key=None,
        amount=charge.amount,
        reference=charge.reference,
        reason=charge.reason,
        occurred_at=now,
    )


def of_operation(operation: SandboxOperation, now: datetime) -> ProviderEvent | None:
    """A capture that was refused has changed nothing."""
    kind = _OF_OPERATION.get((operation.kind, operation.reason is None))
    if kind is None:
        return None
    return ProviderEvent(
        id=_new_id(),
        kind=kind,
        payment_key=operation.charge_key,
        operation_key=operation.key,
        amount=operation.amount,
        reference=operation.reference,
        reason=operation.reason,
        occurred_at=now,
    )


def _new_id() -> str:
    return f"evt_{token_hex(12)}"
