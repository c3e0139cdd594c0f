"""What can be asked for about orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from marketplace.application.actor import Actor, Caller, Guest
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import (
    AddressId,
    OfferId,
    OperationId,
    OrderId,
    OrderLineId,
    ProductId,
    SellerId,
    SellerOrderId,
    ShippingMethodId,
)
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
class QuoteOrder:
    """`items` are what to buy; None means what the actor's cart holds. The address may be one that
    the actor keeps. `shipping` names methods by seller; whoever is not named there ships by the
    cheapest method that fits."""

    actor: Actor | None
    items: Sequence[OrderItem] | None
    shipping_address: Address | AddressId
    shipping: Mapping[SellerId, ShippingMethodId] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PlaceOrder:
    """As `QuoteOrder`; `expected_total` is what the buyer was shown, if anything."""

    actor: Actor | Guest
    order_id: OrderId
    items: Sequence[OrderItem] | None
    shipping_address: Address | AddressId
    shipping: Mapping[SellerId, ShippingMethodId] = field(default_factory=dict)
    payment: PaymentInstruction
    expected_total: Money | None = None


@dataclass(frozen=True, kw_only=True)
class CancelOrder:
    """So many units of `lines`, or with None all of it. `operation_id` becomes that of what the
    payment provider is asked for."""

    caller: Caller
    order: OrderId | str
    operation_id: OperationId
    lines: Mapping[OrderLineId, int] | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class CancelSellerOrder:
    """As `CancelOrder`, of the part of one seller."""

    actor: Actor
    seller_order_id: SellerOrderId
    operation_id: OperationId
    lines: Mapping[OrderLineId, int] | None = None
    reason: str | None = None
