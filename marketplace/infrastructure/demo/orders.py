"""What the buyer of the demo orders, and what of it is refunded."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from marketplace.application.actor import Actor
from marketplace.application.orders.commands import OrderItem, PaymentInstruction, PlaceOrder
from marketplace.application.orders.services import place_order
from marketplace.application.payments.commands import RefundPayment
from marketplace.application.payments.services import refund_payment
from marketplace.application.ports import PaymentProviders
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.shared.ids import OperationId, OrderId, ProductId
from marketplace.infrastructure.demo.catalogue import known_id
from marketplace.infrastructure.demo.people import ADDRESSES

ORDERS: Sequence[tuple[Mapping[int, int], bool]] = (
    ({1001: 1}, True),
    ({1001: 2, 1002: 1}, True),
    ({1001: 1}, False),
    ({1001: 1}, False),
    ({1001: 1}, True),
    ({1001: 1}, True),
    ({1001: 1}, True),
    ({1001: 1}, True),
    ({1001: 1}, True),
)
"""Those of the buyer: units by number of the product, and whether the money is captured at once."""

ORDER: Mapping[str, object] = {
    "items": [{"productId": str(known_id("product", 1001)), "quantity": 1}],
    "shippingAddress": {
        "name": "Bea Buyer",
        "line1": "Unter den Linden 1",
        "city": "Berlin",
        "postalCode": "10117",
        "country": "DE",
    },
    "payment": {"method": "sandbox", "token": "tok_ok"},
}
"""The body of an order that goes through: a copy of The Silent Harbour."""


def place_orders(
    new_uow: Callable[[], UnitOfWork], buyer: Actor, providers: PaymentProviders
) -> None:
    for number, (basket, capture) in enumerate(ORDERS, 1):
        ids = map(partial(known_id, f"part of order {number}"), itertools.count(1))
        place_order(
            new_uow(),
            PlaceOrder(
                actor=buyer,
                order_id=OrderId(known_id("order", number)),
                items=[
                    OrderItem(product_id=ProductId(known_id("product", product)), quantity=quantity)
                    for product, quantity in basket.items()
                ],
                shipping_address=ADDRESSES[0],
                payment=PaymentInstruction(method="sandbox", token="tok_ok"),  # noqa: S106
            ),
            providers=providers,
            capture=capture,
            new_id=ids.__next__,
        )


def refund_a_part(
    new_uow: Callable[[], UnitOfWork], seller: Actor, providers: PaymentProviders
) -> None:
    with new_uow() as uow:
        payment_id = uow.payments.of_order(OrderId(known_id("order", 2))).id
    command = RefundPayment(
        actor=seller,
        payment_id=payment_id,
        operation_id=OperationId(known_id("refund", 1)),
        amount=100,
        reason="Damaged",
    )
    refund_payment(new_uow(), command, providers=providers)
