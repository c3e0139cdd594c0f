"""What the use cases of orders share. Each takes an open unit of work and saves what it changed."""

from collections.abc import Collection, Mapping

from marketplace.application.payments.steps import money_of
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import Conflict
from marketplace.domain.orders.order import Cancellation, Order
from marketplace.domain.orders.parts import SellerOrder
from marketplace.domain.orders.statuses import By, OrderEntryKind
from marketplace.domain.payments.ledger import OperationKind
from marketplace.domain.payments.payment import Payment, RequiredAction
from marketplace.domain.shared.ids import CartId, OperationId, OrderLineId, SellerOrderId
from marketplace.domain.shared.money import Money


def accept(
    uow: UnitOfWork, order: Order, payment: Payment, reference: str, *, captured: bool
) -> None:
    """The provider agreed: now the order is visible, if it was not yet."""
    charged = captured and payment.charge(reference, uow.now)
    authorized = not captured and payment.authorize(reference, uow.now)
    if not charged and not authorized:
        return
    if charged:
        order.take_money(payment.captured, uow.now)
    else:
        order.note(OrderEntryKind.PAYMENT_AUTHORIZED, By.SYSTEM, uow.now, amount=payment.amount)
    _store(uow, order, payment)


def await_provider(
    uow: UnitOfWork,
    order: Order,
    payment: Payment,
    reference: str,
    action: RequiredAction | None,
) -> None:
    """The provider will tell later; the order is visible meanwhile."""
    payment.await_action(reference, action, uow.now)
    _store(uow, order, payment)


def refuse(uow: UnitOfWork, order: Order, payment: Payment, reason: str | None) -> None:
    """The provider refused: the units go back. An order that was visible is cancelled, another
    never becomes it."""
    payment.fail(reason, uow.now)
    if order.finalised_at is None:
        _give_up(uow, order, payment)
        return
    order.note(OrderEntryKind.PAYMENT_FAILED, By.SYSTEM, uow.now, reason=reason)
    cancellation = order.cancel(
        None, order.seller_orders, settled={}, by=By.SYSTEM, reason=reason, now=uow.now
    )
    _store(uow, order, payment)
    uow.stock.release(order.id, cancellation.quantities)


def lapse(uow: UnitOfWork, order: Order, payment: Payment, reason: str | None) -> None:
    """The provider let go of the money of its own accord. An order that was not visible yet never
    becomes it."""
    payment.void(OperationId(payment.id), uow.now)
    if order.finalised_at is None:
        _give_up(uow, order, payment)
        return
    order.note(OrderEntryKind.PAYMENT_VOIDED, By.SYSTEM, uow.now, reason=reason)
    _store(uow, order, payment)


def cancel_units(
    uow: UnitOfWork,
    order: Order,
    payment: Payment,
    parts: Collection[SellerOrder],
    wanted: Mapping[OrderLineId, int] | None,
    *,
    operation_id: OperationId,
    by: By,
    reason: str | None,
) -> None:
    """Cancel; what was paid for it is to be refunded, what is held for it let go of. What the
    provider has to be asked for is written down under `operation_id`.

    Raises:
        RuleViolated: `unknown_id`.
        Conflict: `not_cancellable`; `payment_in_progress`, repeat it in a moment.
    """
    if any(each.kind is not OperationKind.REFUND for each in payment.unanswered):
        raise Conflict(
            "payment_in_progress",
            "The payment is being captured or voided at this moment.",
            retry_after=1,
        )
    cancellation = order.cancel(
        wanted,
        parts,
        settled=payment.ledger.settled_lines,
        by=by,
        reason=reason,
        now=uow.now,
    )
    _give_money_back(order, payment, cancellation, operation_id, reason, uow)
    _store(uow, order, payment)
    uow.stock.release(order.id, cancellation.quantities)


def _give_money_back(
    order: Order,
    payment: Payment,
    cancellation: Cancellation,
    operation_id: OperationId,
    reason: str | None,
    uow: UnitOfWork,
) -> None:
    whole = all(part.is_cancelled for part in order.seller_orders)
    owed = Money.sum(cancellation.shares.values(), order.currency)
    held = payment.ledger.sum(payment.capturable)
    if payment.is_voidable and (whole or 0 < held.amount <= owed.amount):
        payment.request_void(operation_id, reason, uow.now)
        return
    if payment.is_open:
        raise Conflict(
            "payment_in_progress",
            "The payment is pending: until it is made, only the whole order can be cancelled.",
        )
    refunds: dict[SellerOrderId, Money] = {}
    releases: dict[SellerOrderId, Money] = {}
    for part_id, share in cancellation.shares.items():
        # What is held first: what was captured may pay for units that have left.
        release = min(share.amount, payment.capturable[part_id].amount)
        refund = min(share.amount - release, payment.refundable[part_id].amount)
        if refund:
            refunds[part_id] = Money(refund, order.currency)
        if release:
            releases[part_id] = Money(release, order.currency)
    if refunds:
        payment.request_refund(operation_id, refunds, cancellation.lines, reason, uow.now)
        order.note(
            OrderEntryKind.REFUND_REQUESTED,
            By.SYSTEM,
            uow.now,
            amount=Money.sum(refunds.values(), order.currency),
            reason=reason,
            lines=cancellation.lines,
        )
    if releases:
        # A unit counts once: with its refund, where a part of its price is refunded.
        lines = {} if refunds else cancellation.lines
        payment.release(operation_id, releases, lines, reason, uow.now)


def _store(uow: UnitOfWork, order: Order, payment: Payment) -> None:
    """The order before the payment, and stock and cart after both: whoever has them locked already
    took them in this order."""
    order.derive(money_of(payment), uow.now)
    if order.finalised_at is not None:
        uow.orders.save(order)
        uow.payments.save(payment)
        return
    order.finalise(uow.now)
    uow.orders.finalise(order)
    uow.payments.save(payment)
    if order.cart_id is not None and order.customer.user_id is not None:
        uow.carts.check_out(
            order.cart_id,
            order.customer.user_id,
            order.quantities,
            placed_at=order.placed_at,
            # Nothing else ever has the id of the order, and whoever finalises it knows it.
            new_id=CartId(order.id),
        )


def _give_up(uow: UnitOfWork, order: Order, payment: Payment) -> None:
    order.abandon(uow.now)
    uow.orders.abandon(order)
    uow.payments.save(payment)
    uow.stock.release(order.id, order.quantities)
