"""Giving up orders that a crash left between reservation and payment, or that are never paid."""

from contextlib import suppress
from datetime import timedelta

from marketplace.application.orders.steps import cancel_units
from marketplace.application.payments.steps import complete
from marketplace.application.ports import IdFactory, PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Stale, Unavailable
from marketplace.domain.orders.statuses import By
from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.ids import OperationId, OrderId, PaymentId

BATCH = 100


def sweep_unfinalised_orders(
    uow: UnitOfWork, *, providers: PaymentProviders, after: timedelta
) -> int:
    """Void the payments of orders that were reserved `after` ago or earlier and never finalised,
    and give their stock back. Returns how many were settled.

    An order whose request still holds its lease is left alone.
    """
    return sum(_settle(uow, order_id, providers) for order_id in _unfinalised_orders(uow, after))


@transaction_step
def _unfinalised_orders(uow: UnitOfWork, after: timedelta) -> list[OrderId]:
    with uow:
        return list(uow.orders.unfinalised(uow.now - after, BATCH))


def _settle(uow: UnitOfWork, order_id: OrderId, providers: PaymentProviders) -> bool:
    """Bar the order from being finalised, void at the provider, then release: a crash between
    these leaves an abandoned order with an open payment, which the next sweep settles."""
    try:
        payment = _abandon(uow, order_id)
    except Stale:  # finalised meanwhile
        return False
    if payment is None:
        return False
    try:
        providers[payment.provider].void(key=payment.provider_key)
    except Unavailable:
        return False
    return _release(uow, order_id)


@transaction_step
def _abandon(uow: UnitOfWork, order_id: OrderId) -> Payment | None:
    with uow:
        order = uow.orders.get(order_id)
        if order.abandoned_at is None:
            if not uow.leases.take_over(order_id):
                return None
            order.abandon(uow.now)
            uow.orders.abandon(order)
        payment = uow.payments.of_order(order_id)
        uow.commit()
    return payment


@transaction_step
def _release(uow: UnitOfWork, order_id: OrderId) -> bool:
    with uow:
        order = uow.orders.get_for_update(order_id)
        payment = uow.payments.get_for_update(uow.payments.of_order(order_id).id)
        if not payment.is_open:
            return False
        payment.void(OperationId(payment.id), uow.now)
        uow.stock.release(order.id, order.quantities)
        uow.payments.save(payment)
        uow.leases.give_back(order_id)
        uow.commit()
    return True


def expire_pending_orders(
    uow: UnitOfWork, *, providers: PaymentProviders, after: timedelta, new_id: IdFactory
) -> int:
    """Cancel orders whose payment is pending since `after` or longer, so that nothing is reserved
    for a buyer who never pays. Returns how many."""
    expired = 0
    for order_id in _pending_orders(uow, after):
        operation_id = OperationId(new_id())
        payment_id = _expire(uow, order_id, operation_id)
        if payment_id is None:
            continue
        expired += 1
        with suppress(Unavailable):  # those who sweep operations go on asking
            complete(uow, payment_id, operation_id, providers)
    return expired


@transaction_step
def _pending_orders(uow: UnitOfWork, after: timedelta) -> list[OrderId]:
    with uow:
        return list(uow.orders.pending(uow.now - after, BATCH))


@transaction_step
def _expire(uow: UnitOfWork, order_id: OrderId, operation_id: OperationId) -> PaymentId | None:
    with uow:
        order = uow.orders.get_for_update(order_id)
        payment = uow.payments.get_for_update(uow.payments.of_order(order_id).id)
        if not payment.is_open or payment.unanswered:
            return None
        cancel_units(
            uow,
            order,
            payment,
            order.seller_orders,
            None,
            operation_id=operation_id,
            by=By.SYSTEM,
            reason="The payment was not made in time.",
        )
        uow.commit()
    return payment.id
