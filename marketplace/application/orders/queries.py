"""What is read of orders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor, Caller
from marketplace.application.catalogue.queries import SellerRef
from marketplace.application.paging import Page, PageRequest
from marketplace.application.payments.queries import PaymentView
from marketplace.application.shipping.shipment_queries import ShipmentView
from marketplace.domain.orders.statuses import (
    By,
    FulfilmentStatus,
    OrderEntryKind,
    OrderStatus,
    PaymentStatus,
)
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import (
    OfferId,
    OrderId,
    OrderLineId,
    PaymentId,
    ProductId,
    SellerId,
    SellerOrderId,
    ShippingMethodId,
    VariantId,
)
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class OrderLineView:
    id: OrderLineId
    offer_id: OfferId
    product_id: ProductId
    variant_id: VariantId
    slug: str
    image: str | None
    options: Mapping[str, str]
    sku: str
    name: str
    quantity: int
    cancelled: int
    shipped: int
    refunded: int
    delivered: int
    returned: int
    unit_price: Money
    total: Money


@dataclass(frozen=True, kw_only=True)
class CustomerView:
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class ShippingView:
    """`handling_days` are None where nothing was said about them."""

    method_id: ShippingMethodId | None
    name: str
    price: Money
    handling_days: int | None


@dataclass(frozen=True, kw_only=True)
class SellerOrderPaymentView:
    """The part of the order's payment that falls on this seller order."""

    id: PaymentId
    captured: Money
    refunded: Money


@dataclass(frozen=True, kw_only=True)
class SellerOrderView:
    id: SellerOrderId
    number: str
    order_id: OrderId
    seller: SellerRef
    status: OrderStatus
    payment_status: PaymentStatus
    fulfilment_status: FulfilmentStatus
    placed_at: datetime
    customer: CustomerView
    shipping_address: Address
    lines: Sequence[OrderLineView]
    shipping: ShippingView
    payment: SellerOrderPaymentView
    shipments: Sequence[ShipmentView]
    total: Money


@dataclass(frozen=True, kw_only=True)
class OrderView:
    id: OrderId
    number: str
    status: OrderStatus
    payment_status: PaymentStatus
    fulfilment_status: FulfilmentStatus
    prices_include_tax: bool
    subtotal: Money
    shipping_total: Money
    tax_total: Money
    discount_total: Money
    total: Money
    email: str
    shipping_address: Address
    placed_at: datetime
    payments: Sequence[PaymentView]
    seller_orders: Sequence[SellerOrderView]


@dataclass(frozen=True, kw_only=True)
class OrderEventLineView:
    line_id: OrderLineId
    quantity: int


@dataclass(frozen=True, kw_only=True)
class OrderEventView:
    """An entry of the timeline. `seller_order_id` tells which part it is about, if only one."""

    type: OrderEntryKind
    by: By
    seller_order_id: SellerOrderId | None
    amount: Money | None
    reason: str | None
    lines: Sequence[OrderEventLineView]
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """`placed_after` and `updated_after` are exclusive."""

    status: OrderStatus | None = None
    payment_status: PaymentStatus | None = None
    placed_after: datetime | None = None
    updated_after: datetime | None = None


class OrderQueries(Protocol):
    """Finalised orders only."""

    def get(self, order: OrderId | str, viewer: Caller) -> OrderView:
        """By id or number: the viewer's own, any for an administrator. One statement.
        Raises `NotFound`."""

    def list(self, page: PageRequest, wanted: OrderFilter, viewer: Actor) -> Page[OrderView]:
        """The viewer's own, all for an administrator; newest first. Raises `InvalidCursor`."""

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, wanted: OrderFilter, viewer: Actor
    ) -> Page[SellerOrderView]:
        """The parts that this seller fulfils; newest first. Raises `NotFound` or `Forbidden`
        for a stranger, `InvalidCursor`."""

    def get_part(self, seller_order_id: SellerOrderId, viewer: Actor) -> SellerOrderView:
        """Of a seller of the viewer's, any for an administrator. Raises `NotFound`."""

    def events(
        self, order: OrderId | str, page: PageRequest, viewer: Caller
    ) -> Page[OrderEventView]:
        """What happened, the oldest first. Raises as `get`, and `InvalidCursor`."""
