"""What the use cases of money share.

A capture, refund or void is written down as asked for and committed; then the provider is called,
with nothing locked; then its answer is written down. What a crash leaves between these is resumed
by the same Idempotency-Key or by the sweeper, under the provider's same key.
"""

from collections.abc import Callable

from marketplace.application.idempotency import EffectResumed
from marketplace.application.ports import OperationOutcome, PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.statuses import By, OrderEntryKind, PaymentStatus
from marketplace.domain.payments.ledger import Operation, OperationKind
from marketplace.domain.payments.payment import Payment
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OperationId, PaymentId

_MONEY = {
    PaymentState.PENDING: PaymentStatus.PENDING,
    PaymentState.AUTHORIZED: PaymentStatus.AUTHORIZED,
    PaymentState.CAPTURED: PaymentStatus.PAID,
    PaymentState.VOIDED: PaymentStatus.VOIDED,
    PaymentState.FAILED: PaymentStatus.FAILED,
}


def money_of(payment: Payment) -> PaymentStatus:
    """How the payment stands, in the words of orders."""
    return _MONEY[payment.status]


def order_and_payment(uow: UnitOfWork, payment_id: PaymentId) -> tuple[Order, Payment]:
    """Both locked: the order first, as everywhere. Raises `NotFound`."""
    order = uow.orders.get_for_update(uow.payments.order_of(payment_id))
    return order, uow.payments.get_for_update(payment_id)


def asked_for(request: Callable[[], object], operation_id: OperationId) -> OperationId:
    """Write a request down, once for each Idempotency-Key; returns the id that it has."""
    try:
        request()
    except EffectResumed as resumed:
        return OperationId(resumed.makes)
    return operation_id


def complete(
    uow: UnitOfWork,
    payment_id: PaymentId,
    operation_id: OperationId,
    providers: PaymentProviders,
) -> None:
    """Ask the provider for an operation that is written down, and write its answer down. Where
    the answer is known, or nothing was to be asked for, nothing happens.

    Raises:
        Unavailable: `payment_unknown`, the provider did not answer.
    """
    payment = _look_up(uow, payment_id)
    for operation in payment.unanswered:
        if operation.id == operation_id:
            outcome = _ask(payment, operation, providers)
            _write_down(uow, payment_id, operation_id, outcome)


@transaction_step
def _look_up(uow: UnitOfWork, payment_id: PaymentId) -> Payment:
    with uow:
        return uow.payments.get(payment_id)


def _ask(payment: Payment, operation: Operation, providers: PaymentProviders) -> OperationOutcome:
    provider = providers[payment.provider]
    if operation.kind is OperationKind.VOID:
        provider.void(key=payment.provider_key)
        return OperationOutcome(succeeded=True)
    call = provider.capture if operation.kind is OperationKind.CHARGE else provider.refund
    return call(
        key=operation.provider_key,
        payment_key=payment.provider_key,
        reference=payment.reference or "",
        amount=operation.amount,
    )


@transaction_step
def _write_down(
    uow: UnitOfWork, payment_id: PaymentId, operation_id: OperationId, outcome: OperationOutcome
) -> None:
    with uow:
        order, payment = order_and_payment(uow, payment_id)
        if answer_operation(uow, order, payment, operation_id, outcome):
            uow.commit()


def answer_operation(
    uow: UnitOfWork,
    order: Order,
    payment: Payment,
    operation_id: OperationId,
    outcome: OperationOutcome,
) -> bool:
    """Write the provider's answer down, on both. False: it was known."""
    now, operation = uow.now, payment.operation(operation_id)
    if outcome.succeeded:
        news = payment.succeed(operation_id, outcome.reference, now)
    else:
        news = payment.refuse(operation_id, outcome.reason, now)
    if not news:
        return False
    if not outcome.succeeded:
        failed = operation.kind is OperationKind.REFUND
        kind = OrderEntryKind.REFUND_FAILED if failed else OrderEntryKind.PAYMENT_FAILED
        order.note(kind, By.SYSTEM, now, amount=operation.amount, reason=outcome.reason)
    elif operation.kind is OperationKind.CHARGE:
        order.take_money(operation.shares, now)
    elif operation.kind is OperationKind.REFUND:
        order.give_back(operation.shares, operation.lines, now)
    else:
        order.note(OrderEntryKind.PAYMENT_VOIDED, By.SYSTEM, now, reason=operation.reason)
    order.derive(money_of(payment), now)
    uow.payments.save(payment)
    uow.orders.save(order)
    return True
