"""Capturing, refunding and voiding payments by hand."""

from collections.abc import Collection, Mapping
from contextlib import suppress

from marketplace.application.actor import Actor
from marketplace.application.payments.commands import CapturePayment, RefundPayment, VoidPayment
from marketplace.application.payments.steps import asked_for, complete, order_and_payment
from marketplace.application.ports import PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Conflict, Forbidden, NotFound, RuleViolated, Unavailable
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.parts import SellerOrder
from marketplace.domain.orders.statuses import By, OrderEntryKind
from marketplace.domain.payments.ledger import Shares
from marketplace.domain.shared.ids import OperationId, OrderLineId, PaymentId, SellerOrderId
from marketplace.domain.shared.money import Money


def capture_payment(
    uow: UnitOfWork, command: CapturePayment, *, providers: PaymentProviders
) -> OperationId:
    """Take money that is authorised: administrators all of it, sellers what pays their part.

    Raises:
        NotFound, Forbidden: the actor sells nothing here; reads only.
        RuleViolated: `amount_or_lines`; `unknown_id`, a line of somebody else.
        Conflict: `invalid_transition`; `capture_too_high`.
        Unavailable: `payment_unknown`; repeat with the same key.
    """
    _require_amount_or_lines(command)
    operation_id = asked_for(lambda: _request_capture(uow, command), command.operation_id)
    complete(uow, command.payment_id, operation_id, providers)
    return operation_id


def refund_payment(
    uow: UnitOfWork, command: RefundPayment, *, providers: PaymentProviders
) -> OperationId:
    """Give money back. Where the provider does not answer, the sweeper goes on asking.

    Raises as `capture_payment`, but no `Unavailable`, and `refund_too_high`.
    """
    _require_amount_or_lines(command)
    operation_id = asked_for(lambda: _request_refund(uow, command), command.operation_id)
    with suppress(Unavailable):
        complete(uow, command.payment_id, operation_id, providers)
    return operation_id


def void_payment(
    uow: UnitOfWork, command: VoidPayment, *, providers: PaymentProviders
) -> OperationId:
    """Let go of money that is authorised, or bar a payment that is pending. The order stays.

    Raises:
        NotFound, Forbidden: it is no visible order's; the actor is no administrator.
        Conflict: `invalid_transition`.
        Unavailable: `payment_unknown`; repeat with the same key.
    """
    command.actor.require_admin()
    operation_id = asked_for(lambda: _request_void(uow, command), command.operation_id)
    complete(uow, command.payment_id, operation_id, providers)
    return operation_id


@transaction_step
def _request_capture(uow: UnitOfWork, command: CapturePayment) -> None:
    with uow:
        order, payment = order_and_payment(uow, command.payment_id)
        parts = _parts_of(order, command.actor, command.payment_id)
        most = _of(parts, payment.capturable)
        try:
            shares = _shares(order, parts, command, most, {}, "capture_too_high")
        except Conflict:
            # Where nothing can be captured at all, that is the reason.
            payment.require_authorized()
            raise
        payment.request_capture(command.operation_id, shares, command.reason, uow.now)
        uow.payments.save(payment)
        uow.commit()


@transaction_step
def _request_refund(uow: UnitOfWork, command: RefundPayment) -> None:
    with uow:
        order, payment = order_and_payment(uow, command.payment_id)
        parts = _parts_of(order, command.actor, command.payment_id)
        most = _of(parts, payment.refundable)
        settled = payment.ledger.settled_lines
        shares = _shares(order, parts, command, most, settled, "refund_too_high")
        payment.request_refund(command.operation_id, shares, command.lines, command.reason, uow.now)
        order.note(
            OrderEntryKind.REFUND_REQUESTED,
            By.ADMINISTRATOR if command.actor.is_admin else By.SELLER,
            uow.now,
            amount=Money.sum(shares.values(), order.currency),
            reason=command.reason,
            lines=command.lines,
        )
        uow.payments.save(payment)
        uow.orders.save(order)
        uow.commit()


@transaction_step
def _request_void(uow: UnitOfWork, command: VoidPayment) -> None:
    with uow:
        order, payment = order_and_payment(uow, command.payment_id)
        _parts_of(order, command.actor, command.payment_id)
        payment.request_void(command.operation_id, command.reason, uow.now)
        uow.payments.save(payment)
        uow.commit()


def _parts_of(order: Order, actor: Actor, payment_id: PaymentId) -> Collection[SellerOrder]:
    """What the actor may take and give back money for."""
    if order.finalised_at is None:
        raise NotFound("payment", payment_id)
    if actor.is_admin:
        return order.seller_orders
    parts = [part for part in order.seller_orders if actor.manages(part.seller_id)]
    if parts:
        return parts
    if any(actor.reads(part.seller_id) for part in order.seller_orders):
        raise Forbidden("This needs an owner or manager of the seller.")
    raise NotFound("payment", payment_id)


def _of(parts: Collection[SellerOrder], shares: Shares) -> dict[SellerOrderId, Money]:
    return {part.id: shares[part.id] for part in parts}


def _shares(
    order: Order,
    parts: Collection[SellerOrder],
    command: CapturePayment | RefundPayment,
    most: Shares,
    settled: Mapping[OrderLineId, int],
    too_high: str,
) -> dict[SellerOrderId, Money]:
    """An amount divides over the parts in proportion to what is left of each, by largest
    remainder; the value of lines falls on the parts that they are of."""
    if command.lines:
        shares = order.value_of(parts, command.lines, settled, too_high=too_high)
        left = Money.sum((most[part] for part in shares), order.currency)
        wanted = Money.sum(shares.values(), order.currency)
        where = {"field": "/lines"}
    else:
        shares, left = {}, Money.sum(most.values(), order.currency)
        wanted = left if command.amount is None else Money(command.amount, order.currency)
        where = {} if command.amount is None else {"field": "/amount"}
    exceeded = any(share.amount > most[part].amount for part, share in shares.items())
    if exceeded or not 0 < wanted.amount <= left.amount:
        raise Conflict(too_high, f"{left.amount} minor units are left.", most=left.amount, **where)
    if not command.lines:
        divided = wanted.allocate([share.amount for share in most.values()])
        shares = dict(zip(most, divided, strict=True))
    return {part: share for part, share in shares.items() if share.amount}


def _require_amount_or_lines(command: CapturePayment | RefundPayment) -> None:
    if command.lines and command.amount is not None:
        raise RuleViolated("amount_or_lines", "Give an amount or lines, not both.", field="/amount")
