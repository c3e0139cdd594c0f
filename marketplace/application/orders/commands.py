"""What can be asked for about orders."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import OfferId, OrderId, ProductId
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class OrderItem:
    """`offer_id`, or `product_id` for its cheapest offer in stock, in its home currency if there is
    one: exactly one of them."""

    quantity: int
    offer_id: OfferId | None = None
    product_id: ProductId | None = None


@dataclass(frozen=True, kw_only=True)
class PaymentInstruction:
    """`token` stands for the means of payment, in the words of the provider behind `method`."""

    method: str
    token: str


@dataclass(frozen=True, kw_only=True)
class PlaceOrder:
    """`expected_total` is what the buyer was shown, if anything."""

    actor: Actor
    order_id: OrderId
    items: Sequence[OrderItem]
    shipping_address: Address
    payment: PaymentInstruction
    expected_total: Money | None = None
