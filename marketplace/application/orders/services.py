"""Placing an order: reserve and price, ask for the money, finalise.

The first and the last are transactions; the payment provider is called between them, with
nothing locked. What a crash leaves after the first is resumed by the same Idempotency-Key, or
given up by `sweep_unfinalised_orders`.
"""

from marketplace.application.idempotency import EffectResumed
from marketplace.application.orders.baskets import basket_to_order
from marketplace.application.orders.commands import PlaceOrder
from marketplace.application.orders.pricing import price_basket, where_items
from marketplace.application.orders.steps import accept, await_provider, refuse
from marketplace.application.ports import (
    IdFactory,
    PaymentProvider,
    PaymentProviders,
    ProviderOutcome,
    ProviderStatus,
)
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Conflict, PaymentDeclined, RuleViolated, Stale
from marketplace.domain.orders.order import Order
from marketplace.domain.payments.payment import Payment, RequiredAction
from marketplace.domain.shared.ids import OrderId, PaymentId


def place_order(
    uow: UnitOfWork,
    command: PlaceOrder,
    *,
    providers: PaymentProviders,
    capture: bool,
    new_id: IdFactory,
) -> OrderId:
    """Buy. `capture` takes the money at once, else it is authorised only.

    A cart that was ordered is empty once the order is visible.

    Raises:
        RuleViolated: an unknown offer, product, address, shipping or payment method.
        Conflict: `out_of_stock`, `offer_unavailable`, `mixed_currencies`, `no_shipping_method`,
            `cart_changed`, `cart_empty`, `checkout_in_progress`.
        PaymentDeclined: nothing was charged, the stock is back, there is no order.
        Unavailable: `payment_unknown`, the provider did not answer.
    """
    provider = _provider(command, providers)
    try:
        order, payment = _reserve(uow, command, provider, new_id)
    except EffectResumed as resumed:
        order, payment = _resume(uow, OrderId(resumed.makes))
        if order.finalised_at is not None:
            return order.id
    if order.abandoned_at is not None:
        raise PaymentDeclined
    outcome = provider.authorize(
        key=payment.provider_key,
        amount=payment.amount,
        token=command.payment.token,
        capture=capture,
    )
    try:
        return _settle(uow, order, payment, outcome)
    except Stale:
        # Another request with the key, or the sweeper, was faster.
        order, _ = _resume(uow, order.id)
        if order.finalised_at is None:
            raise PaymentDeclined from None
        return order.id


def _settle(uow: UnitOfWork, order: Order, payment: Payment, outcome: ProviderOutcome) -> OrderId:
    # Not repeated in place, as it changes aggregates in memory: who repeats the Idempotency-Key
    # resumes it.
    with uow:
        if outcome.status is ProviderStatus.DECLINED:
            refuse(uow, order, payment, outcome.reason)
        elif outcome.status is ProviderStatus.PENDING:
            await_provider(uow, order, payment, outcome.reference, _action(outcome))
        else:
            captured = outcome.status is ProviderStatus.CAPTURED
            accept(uow, order, payment, outcome.reference, captured=captured)
        uow.commit()
    if outcome.status is ProviderStatus.DECLINED:
        raise PaymentDeclined(outcome.reason or "The payment was declined; nothing was charged.")
    return order.id


def _action(outcome: ProviderOutcome) -> RequiredAction | None:
    action = outcome.next_action
    return None if action is None else RequiredAction(type=action.type, url=action.url)


def _provider(command: PlaceOrder, providers: PaymentProviders) -> PaymentProvider:
    provider = providers.get(command.payment.method)
    if provider is None:
        raise RuleViolated(
            "unknown_payment_method",
            f"Payment methods here: {', '.join(sorted(providers))}.",
            field="/payment/method",
        )
    return provider


@transaction_step
def _reserve(
    uow: UnitOfWork, command: PlaceOrder, provider: PaymentProvider, new_id: IdFactory
) -> tuple[Order, Payment]:
    with uow:
        order = price_basket(uow, command, basket_to_order(uow, command), new_id)
        if command.expected_total is not None and command.expected_total != order.total:
            raise Conflict(
                "cart_changed",
                f"The total is now {order.total.amount} {order.currency} in minor units.",
                field="/expectedTotal",
                total={"amount": order.total.amount, "currency": order.currency},
            )
        payment = Payment.intend(
            id=PaymentId(new_id()),
            order_id=order.id,
            provider=provider.name,
            shares=order.shares,
            amount=order.total,
            now=uow.now,
        )
        uow.orders.add(order)
        uow.payments.add(payment)
        # Last, so that buyers of the same goods wait for each other as briefly as may be.
        lacking = uow.stock.allocate(order.id, order.quantities)
        if lacking:
            raise Conflict(
                "out_of_stock",
                "There is too little in stock of what you want.",
                offers=sorted(str(offer_id) for offer_id in lacking),
                **where_items(command),
            )
        uow.commit()
    return order, payment


@transaction_step
def _resume(uow: UnitOfWork, order_id: OrderId) -> tuple[Order, Payment]:
    with uow:
        return uow.orders.get(order_id), uow.payments.of_order(order_id)
