"""The states of payments. Their values are the words of the wire."""

from collections.abc import Mapping, Set
from enum import StrEnum

from marketplace.domain.payments.ledger import Ledger, OperationKind, Stage


class PaymentState(StrEnum):
    """`authorized` lasts while something is left to capture."""

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


def status_of(ledger: Ledger) -> PaymentState:
    """The state that the entries of a ledger come to."""
    charged = ledger.has(OperationKind.CHARGE, Stage.SUCCESS)
    voided = ledger.has(OperationKind.VOID, Stage.SUCCESS)
    if ledger.has(OperationKind.AUTHORIZATION, Stage.FAILURE):
        return PaymentState.FAILED
    is_over = (charged or voided) and ledger.sum(ledger.held(unanswered=False)).amount == 0
    if voided and not charged and is_over:
        return PaymentState.VOIDED
    if not ledger.has(OperationKind.AUTHORIZATION, Stage.SUCCESS):
        return PaymentState.PENDING
    return PaymentState.CAPTURED if charged and is_over else PaymentState.AUTHORIZED
