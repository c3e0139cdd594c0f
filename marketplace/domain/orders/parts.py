"""Lines and seller orders: the parts of an order. Only the order changes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus, PaymentStatus
from marketplace.domain.shared.ids import (
    OfferId,
    OrderLineId,
    ProductId,
    SellerId,
    SellerOrderId,
    ShippingMethodId,
    VariantId,
)
from marketplace.domain.shared.money import Money


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
    """How a seller's part travels, and for how much. `method_id` is None where the seller has no
    method, and ships free. It is to be handed over within `handling_days`, if anything was said
    about that."""

    method_id: ShippingMethodId | None = None
    name: str
    price: Money
    handling_days: int | None = None


@dataclass(eq=False, kw_only=True)
class OrderLine:
    """`quantity` units were ordered; of these so many were cancelled, shipped and refunded, and of
    those shipped so many were delivered and returned."""

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
    delivered: int = 0
    returned: int = 0

    @property
    def open(self) -> int:
        """Units that can be shipped or cancelled yet."""
        return self.quantity - self.cancelled - self.shipped


@dataclass(eq=False, kw_only=True)
class SellerOrder:
    """The part of an order that one seller fulfils. `position` counts from 1 within the order.

    `captured` and `refunded` are its shares of the order's payment.
    """

    id: SellerOrderId
    seller_id: SellerId
    position: int
    status: OrderStatus = OrderStatus.PLACED
    payment_status: PaymentStatus = PaymentStatus.PENDING
    fulfilment_status: FulfilmentStatus = FulfilmentStatus.UNFULFILLED
    shipping_method_id: ShippingMethodId | None = None
    shipping_name: str
    shipping_price: Money
    handling_days: int | None = None
    subtotal: Money
    total: Money
    captured: Money
    refunded: Money
    lines: list[OrderLine]

    @classmethod
    def of(
        cls,
        id: SellerOrderId,
        position: int,
        purchases: Sequence[Purchase],
        shipping: ShippingChoice,
    ) -> "SellerOrder":
        """The part that consists of `purchases`, all of one seller."""
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
        nothing = Money.zero(shipping.price.currency)
        subtotal = Money.sum((line.total for line in lines), nothing.currency)
        return cls(
            id=id,
            seller_id=purchases[0].seller_id,
            position=position,
            shipping_method_id=shipping.method_id,
            shipping_name=shipping.name,
            shipping_price=shipping.price,
            handling_days=shipping.handling_days,
            subtotal=subtotal,
            total=subtotal + shipping.price,
            captured=nothing,
            refunded=nothing,
            lines=lines,
        )

    @property
    def is_cancelled(self) -> bool:
        return all(line.cancelled == line.quantity for line in self.lines)

    def derive_fulfilment(self) -> None:
        """The statuses that follow from the units."""
        self.status = OrderStatus.CANCELLED if self.is_cancelled else OrderStatus.PLACED
        self.fulfilment_status = fulfilment_of(self.lines)

    def derive_payment(self, money: PaymentStatus) -> None:
        """The status that follows from the shares of the payment. `money` tells how the payment of
        the whole order stands, of which this part may have its share already."""
        self.payment_status = self._payment_status(money)

    def _payment_status(self, money: PaymentStatus) -> PaymentStatus:
        if self.captured.amount:
            return paid_status(self.captured, self.refunded)
        held = money in (PaymentStatus.AUTHORIZED, PaymentStatus.PAID)
        if held and self.is_cancelled and self.total.amount:
            # Let go of, before the others were captured.
            return PaymentStatus.VOIDED
        return money


def paid_status(captured: Money, refunded: Money) -> PaymentStatus:
    """Of something that was captured."""
    if not refunded.amount:
        return PaymentStatus.PAID
    if refunded.amount < captured.amount:
        return PaymentStatus.PARTIALLY_REFUNDED
    return PaymentStatus.REFUNDED


def fulfilment_of(lines: Sequence[OrderLine]) -> FulfilmentStatus:
    """How far the units that are not cancelled have come."""
    wanted = sum(line.quantity - line.cancelled for line in lines)
    shipped = sum(line.shipped for line in lines)
    delivered = sum(line.delivered for line in lines)
    returned = sum(line.returned for line in lines)
    if not wanted:
        return FulfilmentStatus.CANCELLED
    if not shipped:
        return FulfilmentStatus.UNFULFILLED
    if shipped < wanted:
        return FulfilmentStatus.PARTIALLY_FULFILLED
    if returned == wanted:
        return FulfilmentStatus.RETURNED
    if delivered + returned == wanted:
        return FulfilmentStatus.DELIVERED
    return FulfilmentStatus.FULFILLED
