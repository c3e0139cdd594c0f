"""Shipments as JSON documents, and these as views."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.application.shipping.shipment_queries import (
    ShipmentEventView,
    ShipmentLineView,
    ShipmentView,
)
from marketplace.domain.shared.ids import OrderLineId, SellerOrderId, ShipmentId
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from marketplace.infrastructure.database.tables import shipment_events, shipment_lines, shipments

_LINES = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_object(
                    "line", shipment_lines.c.line_id, "quantity", shipment_lines.c.quantity
                ),
                shipment_lines.c.line_id,
            )
        )
    )
    .where(shipment_lines.c.shipment_id == shipments.c.id)
    .scalar_subquery()
)
_EVENTS = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_object(
                    "status",
                    shipment_events.c.status,
                    "at",
                    shipment_events.c.occurred_at,
                    "location",
                    shipment_events.c.location,
                ),
                shipment_events.c.occurred_at,
                shipment_events.c.id,
            )
        )
    )
    .where(shipment_events.c.shipment_id == shipments.c.id)
    .scalar_subquery()
)
DOCUMENT: ColumnElement[Any] = func.json_build_object(
    "id",
    shipments.c.id,
    "part",
    shipments.c.seller_order_id,
    "status",
    shipments.c.status,
    "carrier",
    shipments.c.carrier,
    "number",
    shipments.c.tracking_number,
    "url",
    shipments.c.tracking_url,
    "estimate",
    shipments.c.estimated_delivery_at,
    "lines",
    _LINES,
    "events",
    _EVENTS,
    "created",
    shipments.c.created_at,
)
"""A shipment, in a statement that selects from `shipments`."""


def shipments_of(seller_order_id: ColumnElement[SellerOrderId]) -> ScalarSelect[Any]:
    """The shipments of a seller order as a JSON array, the oldest first; NULL: there is none."""
    return (
        select(func.json_agg(aggregate_order_by(DOCUMENT, shipments.c.created_at, shipments.c.id)))
        .where(shipments.c.seller_order_id == seller_order_id)
        .scalar_subquery()
    )


def shipment_view(document: Mapping[str, Any]) -> ShipmentView:
    estimate = document["estimate"]
    return ShipmentView(
        id=ShipmentId(UUID(document["id"])),
        seller_order_id=SellerOrderId(UUID(document["part"])),
        status=ShipmentStatus(document["status"]),
        carrier=document["carrier"],
        tracking_number=document["number"],
        tracking_url=document["url"],
        estimated_delivery_at=None if estimate is None else datetime.fromisoformat(estimate),
        lines=[
            ShipmentLineView(line_id=OrderLineId(UUID(line["line"])), quantity=line["quantity"])
            for line in document["lines"]
        ],
        events=[
            ShipmentEventView(
                status=CarrierStatus(event["status"]),
                occurred_at=datetime.fromisoformat(event["at"]),
                location=event["location"],
            )
            for event in document["events"] or ()
        ],
        created_at=datetime.fromisoformat(document["created"]),
    )
