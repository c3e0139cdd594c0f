"""Shipments, what is in them, and what carriers told of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Named, Table, TypedColumns

from marketplace.domain.shared.ids import (
    OrderId,
    OrderLineId,
    SellerId,
    SellerOrderId,
    ShipmentEventId,
    ShipmentId,
)
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from marketplace.infrastructure.database.tables.base import (
    count,
    id_of,
    instant,
    instants,
    metadata,
    one_of,
    primary_key,
    text,
    words,
)


class ShipmentColumns(TypedColumns):
    """Order and seller repeat those of the seller order."""

    id: Named[ShipmentId] = primary_key()
    version: Named[int] = count()
    order_id: Named[OrderId] = id_of("orders.id", index=True)
    seller_order_id: Named[SellerOrderId] = id_of("seller_orders.id", index=True)
    seller_id: Named[SellerId] = id_of("sellers.id")
    status: Named[ShipmentStatus] = words(ShipmentStatus)
    carrier: Named[str] = text()
    tracking_number: Named[str | None] = text()
    tracking_url: Named[str | None] = text()
    estimated_delivery_at: Named[datetime | None] = instant()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()


shipments = Table(
    "shipments",
    metadata,
    ShipmentColumns,
    one_of("status", ShipmentStatus),
    *instants("estimated_delivery_at", "created_at", "updated_at"),
    # Nobody sees to it that a number is given once only.
    Index(
        "ix_shipments_tracking",
        "carrier",
        "tracking_number",
        "created_at",
        "id",
        postgresql_where="tracking_number IS NOT NULL",
    ),
)


class ShipmentLineColumns(TypedColumns):
    shipment_id: Named[ShipmentId] = id_of("shipments.id", primary_key=True)
    line_id: Named[OrderLineId] = id_of("order_lines.id", primary_key=True, index=True)
    quantity: Named[int] = count()


shipment_lines = Table(
    "shipment_lines",
    metadata,
    ShipmentLineColumns,
    CheckConstraint("quantity > 0", "quantity_range"),
)


class ShipmentEventColumns(TypedColumns):
    """`external_id` is the carrier's own; what a seller enters may be without."""

    id: Named[ShipmentEventId] = primary_key()
    shipment_id: Named[ShipmentId] = id_of("shipments.id")
    status: Named[CarrierStatus] = words(CarrierStatus)
    occurred_at: Named[datetime] = instant()
    location: Named[str | None] = text()
    external_id: Named[str | None] = text()
    received_at: Named[datetime] = instant()


shipment_events = Table(
    "shipment_events",
    metadata,
    ShipmentEventColumns,
    one_of("status", CarrierStatus),
    *instants("occurred_at", "received_at"),
    Index("ix_shipment_events_shipment", "shipment_id", "occurred_at", "id"),
    Index(
        "uq_shipment_events_external",
        "shipment_id",
        "external_id",
        unique=True,
        postgresql_where="external_id IS NOT NULL",
    ),
)
