"""The order aggregate. Prices are snapshots: nothing that was ordered is ever priced again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.domain.errors import Conflict
from marketplace.domain.orders.events import OrderAbandoned, OrderPlaced
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus, PaymentStatus
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import (
    OfferId,
    OrderId,
    OrderLineId,
    ProductId,
    SellerId,
    SellerOrderId,
    UserId,
    VariantId,
)
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Who buys. `user_id` is None for a guest."""

    user_id: UserId | None
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One thing to buy, at the price that it has now."""

    line_id: OrderLineId
    offer_id: OfferId
    product_id: ProductId
    variant_id: VariantId
    seller_id: SellerId
    sku: str
    name: str
    slug: str
    options: Mapping[str, str]
    unit_price: Money
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ShippingChoice:
    """How a seller's part travels, and for how much."""

    name: str
    price: Money


@dataclass(eq=False, kw_only=True)
class OrderLine:
    """`quantity` units were ordered; of these so many were cancelled, shipped and refunded."""

    id: OrderLineId
    offer_id: OfferId
    product_id: ProductId
    variant_id: VariantId
    sku: str
    name: str
    slug: str
    options: Mapping[str, str]
    quantity: int
    unit_price: Money
    total: Money
    cancelled: int = 0
    shipped: int = 0
    refunded: int = 0


@dataclass(eq=False, kw_only=True)
class SellerOrder:
    """The part of an order that one seller fulfils. `position` counts from 1 within the order."""

    id: SellerOrderId
    seller_id: SellerId
    position: int
    status: OrderStatus = OrderStatus.PLACED
    payment_status: PaymentStatus = PaymentStatus.PENDING
    fulfilment_status: FulfilmentStatus = FulfilmentStatus.UNFULFILLED
    shipping_name: str
    shipping_price: Money
    subtotal: Money
    total: Money
    lines: list[OrderLine]


@dataclass(eq=False, kw_only=True)
class Order(AggregateRoot):
    """Invisible until finalised: it holds stock while the provider is asked for the money.

    `number` is given by the repository when the order is added.
    """

    id: OrderId
    number: str = ""
    customer: Customer
    currency: str
    shipping_address: Address
    status: OrderStatus = OrderStatus.PLACED
    payment_status: PaymentStatus = PaymentStatus.PENDING
    fulfilment_status: FulfilmentStatus = FulfilmentStatus.UNFULFILLED
    prices_include_tax: bool = True
    subtotal: Money
    shipping_total: Money
    tax_total: Money
    discount_total: Money
    total: Money
    seller_orders: list[SellerOrder] = field(default_factory=list)
    placed_at: datetime
    finalised_at: datetime | None = None
    abandoned_at: datetime | None = None
    updated_at: datetime

    @classmethod
    def place(
        cls,
        *,
        id: OrderId,
        customer: Customer,
        shipping_address: Address,
        purchases: Sequence[Purchase],
        shipping: Mapping[SellerId, ShippingChoice],
        seller_order_ids: Mapping[SellerId, SellerOrderId],
        now: datetime,
    ) -> "Order":
        """Divide `purchases` into one seller order per seller, in the order of first mention.

        `purchases` hold each offer once.

        Raises:
            Conflict: `mixed_currencies` when the prices are not all in one currency.
        """
        currency = _single_currency(purchases)
        by_seller: dict[SellerId, list[Purchase]] = {}
        for purchase in purchases:
            by_seller.setdefault(purchase.seller_id, []).append(purchase)
        seller_orders = [
            _seller_order(seller_order_ids[seller_id], position, part, shipping[seller_id])
            for position, (seller_id, part) in enumerate(by_seller.items(), start=1)
        ]
        subtotal = Money.sum((part.subtotal for part in seller_orders), currency)
        shipping_total = Money.sum((part.shipping_price for part in seller_orders), currency)
        return cls(
            id=id,
            customer=customer,
            currency=currency,
            shipping_address=shipping_address,
            subtotal=subtotal,
            shipping_total=shipping_total,
            tax_total=Money.zero(currency),
            discount_total=Money.zero(currency),
            total=subtotal + shipping_total,
            seller_orders=seller_orders,
            placed_at=now,
            updated_at=now,
        )

    @property
    def quantities(self) -> dict[OfferId, int]:
        """Open units by offer, as stock knows them."""
        return {
            line.offer_id: line.quantity - line.cancelled
            for part in self.seller_orders
            for line in part.lines
        }

    def finalise(self, payment_status: PaymentStatus, now: datetime) -> None:
        """Make the order visible, with the answer that the payment provider gave."""
        self.finalised_at = now
        self.set_payment_status(payment_status, now)
        self.record(
            OrderPlaced(
                order_id=self.id,
                number=self.number,
                email=self.customer.email,
                seller_ids=tuple(part.seller_id for part in self.seller_orders),
                occurred_at=now,
            )
        )

    def abandon(self, now: datetime) -> None:
        """Give the order up before it was ever visible."""
        self.abandoned_at = now
        self.updated_at = now
        self.record(OrderAbandoned(order_id=self.id, occurred_at=now))

    def set_payment_status(self, payment_status: PaymentStatus, now: datetime) -> None:
        """The one writer of payment states, on the order and on each of its parts."""
        self.payment_status = payment_status
        for part in self.seller_orders:
            part.payment_status = payment_status
        self.updated_at = now


def _single_currency(purchases: Sequence[Purchase]) -> str:
    currencies = sorted({purchase.unit_price.currency for purchase in purchases})
    if len(currencies) != 1:
        raise Conflict(
            "mixed_currencies",
            f"An order has one currency; these items have {', '.join(currencies)}.",
            field="/items",
        )
    return currencies[0]


def _seller_order(
    id: SellerOrderId, position: int, purchases: Sequence[Purchase], shipping: ShippingChoice
) -> SellerOrder:
    lines = [
        OrderLine(
            id=purchase.line_id,
            offer_id=purchase.offer_id,
            product_id=purchase.product_id,
            variant_id=purchase.variant_id,
            sku=purchase.sku,
            name=purchase.name,
            slug=purchase.slug,
            options=purchase.options,
            quantity=purchase.quantity,
            unit_price=purchase.unit_price,
            total=purchase.unit_price * purchase.quantity,
        )
        for purchase in purchases
    ]
    subtotal = Money.sum((line.total for line in lines), shipping.price.currency)
    return SellerOrder(
        id=id,
        seller_id=purchases[0].seller_id,
        position=position,
        shipping_name=shipping.name,
        shipping_price=shipping.price,
        subtotal=subtotal,
        total=subtotal + shipping.price,
        lines=lines,
    )
