"""What providers tell of their own accord: each event counts once, in whatever order they come."""

from marketplace.application.orders.steps import accept, lapse, refuse
from marketplace.application.payments.commands import ReceiveProviderEvent
from marketplace.application.payments.steps import answer_operation
from marketplace.application.ports import OperationOutcome, ProviderEvent, ProviderEventKind
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import RuleViolated
from marketplace.domain.orders.order import Order
from marketplace.domain.payments.ledger import Operation, OperationKind
from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.money import Money

_ANSWERED = {
    OperationKind.CHARGE: (ProviderEventKind.CAPTURED,),
    OperationKind.REFUND: (ProviderEventKind.REFUNDED, ProviderEventKind.REFUND_FAILED),
    OperationKind.VOID: (ProviderEventKind.VOIDED,),
}


@transaction_step
def receive_provider_event(uow: UnitOfWork, command: ReceiveProviderEvent) -> None:
    """Take over what a provider says. What it said before, or says of payments that are not ours,
    changes nothing.

    Raises:
        RuleViolated: `invalid_event`, it took or gave another amount than it was asked for.
    """
    event = command.event
    with uow:
        if not uow.provider_events.add(command.provider, event.id):
            return
        payment = uow.payments.find_by_key(event.payment_key)
        if payment is not None:
            order = uow.orders.get_for_update(payment.order_id)
            payment = uow.payments.get_for_update(payment.id)
            if order.abandoned_at is None:
                _apply(uow, order, payment, event)
        uow.commit()


def _apply(uow: UnitOfWork, order: Order, payment: Payment, event: ProviderEvent) -> None:
    operation = _operation(payment, event)
    if operation is not None:
        if operation.kind is not OperationKind.VOID:
            _require_amount(event, operation.amount)
        outcome = OperationOutcome(
            succeeded=event.kind is not ProviderEventKind.REFUND_FAILED,
            reference=event.reference,
            reason=event.reason,
        )
        answer_operation(uow, order, payment, operation.id, outcome)
    elif event.kind in (ProviderEventKind.AUTHORIZED, ProviderEventKind.CAPTURED):
        captured = event.kind is ProviderEventKind.CAPTURED
        if event.operation_key is None:
            _require_amount(event, payment.amount)
            accept(uow, order, payment, event.reference, captured=captured)
    elif event.kind is ProviderEventKind.FAILED and payment.is_open and not payment.unanswered:
        refuse(uow, order, payment, event.reason)
    elif event.kind is ProviderEventKind.VOIDED and payment.is_voidable:
        lapse(uow, order, payment, event.reason)


def _operation(payment: Payment, event: ProviderEvent) -> Operation | None:
    """What the event answers, if it was asked for by us and is unanswered yet."""
    for each in payment.unanswered:
        by_key = event.operation_key == each.provider_key
        is_void = each.kind is OperationKind.VOID
        if event.kind in _ANSWERED[each.kind] and (by_key or is_void):
            return each
    return None


def _require_amount(event: ProviderEvent, asked: Money) -> None:
    """Not every provider tells the amount."""
    if event.amount is not None and event.amount != asked:
        raise RuleViolated(
            "invalid_event",
            f"{event.amount.amount} {event.amount.currency} in minor units were not asked for.",
        )
