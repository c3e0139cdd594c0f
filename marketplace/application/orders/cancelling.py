"""Cancelling orders, whole or in part."""

from collections.abc import Collection
from contextlib import suppress

from marketplace.application.actor import Caller, OrderAccess
from marketplace.application.orders.commands import CancelOrder, CancelSellerOrder
from marketplace.application.orders.steps import cancel_units
from marketplace.application.payments.steps import asked_for, complete
from marketplace.application.ports import PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import NotFound, Unavailable
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.parts import SellerOrder
from marketplace.domain.orders.statuses import By
from marketplace.domain.shared.ids import OperationId, OrderId


def cancel_order(uow: UnitOfWork, command: CancelOrder, *, providers: PaymentProviders) -> OrderId:
    """The buyer, until it is shipped, or an administrator.

    Units go back to stock at once. What was paid for them is refunded; where the provider does not
    answer, the sweeper goes on asking.

    Raises:
        NotFound: it is somebody else's.
        RuleViolated: `unknown_id`, a line of something else.
        Conflict: `not_cancellable`; `payment_in_progress`.
    """
    operation_id = asked_for(lambda: _cancel_order(uow, command), command.operation_id)
    order_id = _id_of(uow, command.order)
    _settle(uow, order_id, operation_id, providers)
    return order_id


def cancel_seller_order(
    uow: UnitOfWork, command: CancelSellerOrder, *, providers: PaymentProviders
) -> None:
    """The seller its part, or an administrator. As `cancel_order`, and `Forbidden` for members who
    only read."""
    operation_id = asked_for(lambda: _cancel_seller_order(uow, command), command.operation_id)
    order_id = _order_of(uow, command)
    _settle(uow, order_id, operation_id, providers)


@transaction_step
def _cancel_order(uow: UnitOfWork, command: CancelOrder) -> None:
    with uow:
        order = uow.orders.get_for_update(command.order)
        by = _canceller(order, command.caller, command.order)
        _cancel(uow, order, order.seller_orders, command, by)
        uow.commit()


@transaction_step
def _cancel_seller_order(uow: UnitOfWork, command: CancelSellerOrder) -> None:
    with uow:
        order = uow.orders.get_for_update(uow.orders.holding(command.seller_order_id))
        part = order.part(command.seller_order_id)
        if order.finalised_at is None:
            raise NotFound("seller order", command.seller_order_id)
        if not command.actor.is_admin:
            command.actor.require_manager(
                part.seller_id, what="seller order", key=part.id, visible=False
            )
        by = By.SELLER if command.actor.manages(part.seller_id) else By.ADMINISTRATOR
        _cancel(uow, order, [part], command, by)
        uow.commit()


def _cancel(
    uow: UnitOfWork,
    order: Order,
    parts: Collection[SellerOrder],
    command: CancelOrder | CancelSellerOrder,
    by: By,
) -> None:
    cancel_units(
        uow,
        order,
        uow.payments.get_for_update(uow.payments.of_order(order.id).id),
        parts,
        command.lines,
        operation_id=command.operation_id,
        by=by,
        reason=command.reason,
    )


def _canceller(order: Order, caller: Caller, key: OrderId | str) -> By:
    if order.finalised_at is None:
        raise NotFound("order", key)
    if isinstance(caller, OrderAccess):
        if caller.order_id == order.id:
            return By.BUYER
    elif caller.user_id == order.customer.user_id:
        return By.BUYER
    elif caller.is_admin:
        return By.ADMINISTRATOR
    raise NotFound("order", key)


@transaction_step
def _id_of(uow: UnitOfWork, order: OrderId | str) -> OrderId:
    with uow:
        return uow.orders.get(order).id


@transaction_step
def _order_of(uow: UnitOfWork, command: CancelSellerOrder) -> OrderId:
    with uow:
        return uow.orders.holding(command.seller_order_id)


def _settle(
    uow: UnitOfWork, order_id: OrderId, operation_id: OperationId, providers: PaymentProviders
) -> None:
    with uow:
        payment_id = uow.payments.of_order(order_id).id
    with suppress(Unavailable):
        complete(uow, payment_id, operation_id, providers)
