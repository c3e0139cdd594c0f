"""Buying, whichever door it comes in by."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.application.actor import Actor, Guest, OrderAccess
from marketplace.application.orders.commands import OrderItem, PaymentInstruction, PlaceOrder
from marketplace.application.orders.queries import OrderView
from marketplace.application.orders.services import place_order
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import AddressId, OrderId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.schema import Json

PRICING_PROBLEMS = ("unknown_id", "mixed_currencies", "no_shipping_method", "amount_out_of_range")
PROBLEMS = (
    *PRICING_PROBLEMS,
    "payment_declined",
    "out_of_stock",
    "cart_changed",
    "unknown_payment_method",
    "payment_unknown",
)


@dataclass(frozen=True, kw_only=True)
class PlacedOrderView(OrderView):
    """`access_token` is for who has no account."""

    access_token: str | None


def place(
    body: Json, buyer: Actor | Guest, items: Sequence[OrderItem] | None
) -> tuple[PlacedOrderView, dict[str, str]]:
    """Order `items`, or what is in the buyer's cart, by a body with delivery and payment."""
    command = PlaceOrder(
        actor=buyer,
        order_id=OrderId(context.new_id()),
        items=items,
        shipping_address=destination(body),
        shipping=body.get("shipping", {}),
        payment=PaymentInstruction(**body["payment"]),
        expected_total=body.get("expected_total"),
    )
    ports = context.ports()
    order_id = place_order(
        context.new_uow(),
        command,
        providers=ports.providers,
        capture=context.rules().capture,
        new_id=context.new_id,
    )
    viewer = buyer if isinstance(buyer, Actor) else OrderAccess(order_id=order_id)
    token = None if isinstance(buyer, Actor) else ports.order_tokens.issue(order_id)
    with context.reader() as read:
        order = read.orders.get(order_id, viewer)
    placed = PlacedOrderView(**vars(order), access_token=token)
    return placed, context.location("orders.Order", order=order_id)


def destination(body: Json) -> Address | AddressId:
    """What a body of `DeliverySchema` says where to."""
    if "address_id" in body:
        return AddressId(body["address_id"])
    return Address(**body["shipping_address"])
