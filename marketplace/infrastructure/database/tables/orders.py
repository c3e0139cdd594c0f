"""Orders, the parts of sellers, lines and the timeline.

All amounts of an order are in its one currency. What was ordered is a snapshot: lines name offers,
products and variants that may be gone one day, so no foreign key ties them to the catalogue.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    Named,
    Sequence,
    Table,
    TypedColumns,
    UniqueConstraint,
)

from marketplace.domain.orders.statuses import (
    By,
    FulfilmentStatus,
    OrderEntryKind,
    OrderStatus,
    PaymentStatus,
)
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import (
    CartId,
    OfferId,
    OrderId,
    OrderLineId,
    ProductId,
    SellerId,
    SellerOrderId,
    ShippingMethodId,
    UserId,
    VariantId,
)
from marketplace.infrastructure.database.tables.base import (
    amounts,
    count,
    currencies,
    flag,
    id_of,
    instant,
    instants,
    metadata,
    minor_units,
    one_of,
    primary_key,
    text,
    words,
)
from marketplace.infrastructure.database.types import AddressDocument, Document

order_numbers = Sequence("order_numbers", metadata=metadata)


class OrderColumns(TypedColumns):
    """`customer_id` is NULL for a guest, `cart_id` where nothing came out of a cart."""

    id: Named[OrderId] = primary_key()
    version: Named[int] = count()
    number: Named[str] = text(unique=True)
    customer_id: Named[UserId | None] = id_of("users.id")
    customer_name: Named[str] = text()
    customer_email: Named[str] = text()
    currency: Named[str] = text()
    shipping_address: Named[Address] = Column(AddressDocument)
    status: Named[OrderStatus] = words(OrderStatus)
    payment_status: Named[PaymentStatus] = words(PaymentStatus)
    fulfilment_status: Named[FulfilmentStatus] = words(FulfilmentStatus)
    prices_include_tax: Named[bool] = flag()
    subtotal: Named[int] = minor_units()
    shipping_total: Named[int] = minor_units()
    tax_total: Named[int] = minor_units()
    discount_total: Named[int] = minor_units()
    total: Named[int] = minor_units()
    placed_at: Named[datetime] = instant()
    finalised_at: Named[datetime | None] = instant()
    abandoned_at: Named[datetime | None] = instant()
    updated_at: Named[datetime] = instant()
    cart_id: Named[CartId | None] = id_of()


_finalised = "finalised_at IS NOT NULL"

orders = Table(
    "orders",
    metadata,
    OrderColumns,
    one_of("status", OrderStatus),
    one_of("payment_status", PaymentStatus),
    one_of("fulfilment_status", FulfilmentStatus),
    CheckConstraint("finalised_at IS NULL OR abandoned_at IS NULL", "not_both"),
    CheckConstraint(
        "total = subtotal + shipping_total - discount_total"
        " + CASE WHEN prices_include_tax THEN 0 ELSE tax_total END",
        "total_adds_up",
    ),
    *currencies("currency"),
    *amounts("subtotal", "shipping_total", "tax_total", "discount_total", "total"),
    *instants("placed_at", "finalised_at", "abandoned_at", "updated_at"),
    Index("ix_orders_customer", "customer_id", "placed_at", "id", postgresql_where=_finalised),
    Index("ix_orders_newest", "placed_at", "id", postgresql_where=_finalised),
    Index(
        "ix_orders_unfinalised",
        "placed_at",
        "id",
        postgresql_where="finalised_at IS NULL AND abandoned_at IS NULL",
    ),
    Index("uq_orders_cart", "cart_id", unique=True, postgresql_where="abandoned_at IS NULL"),
)


class SellerOrderColumns(TypedColumns):
    """`placed_at` repeats that of the order, so that an index serves the lists of sellers."""

    id: Named[SellerOrderId] = primary_key()
    order_id: Named[OrderId] = id_of("orders.id")
    seller_id: Named[SellerId] = id_of("sellers.id")
    position: Named[int] = count()
    status: Named[OrderStatus] = words(OrderStatus)
    payment_status: Named[PaymentStatus] = words(PaymentStatus)
    fulfilment_status: Named[FulfilmentStatus] = words(FulfilmentStatus)
    shipping_name: Named[str] = text()
    shipping_price: Named[int] = minor_units()
    subtotal: Named[int] = minor_units()
    total: Named[int] = minor_units()
    placed_at: Named[datetime] = instant()
    shipping_method_id: Named[ShippingMethodId | None] = id_of()
    captured_amount: Named[int] = minor_units()
    refunded_amount: Named[int] = minor_units()
    handling_days: Named[int | None] = count()


seller_orders = Table(
    "seller_orders",
    metadata,
    SellerOrderColumns,
    UniqueConstraint("order_id", "position"),
    one_of("status", OrderStatus),
    one_of("payment_status", PaymentStatus),
    one_of("fulfilment_status", FulfilmentStatus),
    CheckConstraint("position > 0", "position_range"),
    CheckConstraint("total = subtotal + shipping_price", "total_adds_up"),
    CheckConstraint("captured_amount <= total", "captured_most"),
    CheckConstraint("refunded_amount <= captured_amount", "refunded_most"),
    CheckConstraint("handling_days >= 0", "handling_days_range"),
    *amounts("shipping_price", "subtotal", "total", "captured_amount", "refunded_amount"),
    *instants("placed_at"),
    Index("ix_seller_orders_seller", "seller_id", "placed_at", "id"),
)


class OrderLineColumns(TypedColumns):
    id: Named[OrderLineId] = primary_key()
    seller_order_id: Named[SellerOrderId] = id_of("seller_orders.id")
    position: Named[int] = count()
    offer_id: Named[OfferId] = id_of()
    product_id: Named[ProductId] = id_of()
    variant_id: Named[VariantId] = id_of()
    sku: Named[str] = text()
    name: Named[str] = text()
    slug: Named[str] = text()
    options: Named[Mapping[str, str]] = Column(Document)
    quantity: Named[int] = count()
    unit_price: Named[int] = minor_units()
    total: Named[int] = minor_units()
    cancelled: Named[int] = count()
    shipped: Named[int] = count()
    refunded: Named[int] = count()
    delivered: Named[int] = count()
    returned: Named[int] = count()


order_lines = Table(
    "order_lines",
    metadata,
    OrderLineColumns,
    UniqueConstraint("seller_order_id", "position"),
    CheckConstraint("position > 0", "position_range"),
    CheckConstraint("quantity > 0", "quantity_range"),
    CheckConstraint(
        "cancelled >= 0 AND shipped >= 0 AND cancelled + shipped <= quantity", "open_range"
    ),
    CheckConstraint("refunded BETWEEN 0 AND quantity", "refunded_range"),
    CheckConstraint(
        "delivered >= 0 AND returned >= 0 AND delivered + returned <= shipped", "arrived_range"
    ),
    CheckConstraint("total = unit_price * quantity", "total_adds_up"),
    *amounts("unit_price", "total"),
)


class OrderEventColumns(TypedColumns):
    """The timeline; `position` counts from 1 within the order."""

    order_id: Named[OrderId] = id_of("orders.id", primary_key=True)
    position: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    kind: Named[OrderEntryKind] = words(OrderEntryKind)
    by: Named[By] = words(By)
    seller_order_id: Named[SellerOrderId | None] = id_of()
    amount: Named[int | None] = minor_units()
    reason: Named[str | None] = text()
    lines: Named[Mapping[str, int]] = Column(Document)
    occurred_at: Named[datetime] = instant()


order_events = Table(
    "order_events",
    metadata,
    OrderEventColumns,
    one_of("kind", OrderEntryKind),
    one_of("by", By),
    CheckConstraint("position > 0", "position_range"),
    *amounts("amount"),
    *instants("occurred_at"),
)
