"""Giving up orders that a crash left between reservation and payment."""

from datetime import timedelta

from marketplace.application.ports import PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Stale
from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.ids import OrderId

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
    providers[payment.provider].void(key=payment.provider_key)
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
        payment = uow.payments.of_order(order_id)
        if not payment.is_open:
            return False
        order = uow.orders.get(order_id)
        payment.void(uow.now)
        uow.stock.release(order.id, order.quantities)
        uow.payments.save(payment)
        uow.leases.give_back(order_id)
        uow.commit()
    return True
