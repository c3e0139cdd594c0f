"""What can be asked for about shipments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.application.actor import Actor
from marketplace.application.ports import CarrierEvent
from marketplace.domain.shared.ids import (
    OrderLineId,
    SellerOrderId,
    ShipmentEventId,
    ShipmentId,
)
from marketplace.domain.shipping.statuses import CarrierStatus


@dataclass(frozen=True, kw_only=True)
class CreateShipment:
    """So many units of `lines`, or with none named all that are open."""

    actor: Actor
    shipment_id: ShipmentId
    seller_order_id: SellerOrderId
    carrier: str
    tracking_number: str | None = None
    tracking_url: str | None = None
    lines: Mapping[OrderLineId, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReportShipmentEvent:
    """A seller enters what its carrier told."""

    actor: Actor
    event_id: ShipmentEventId
    shipment_id: ShipmentId
    status: CarrierStatus
    occurred_at: datetime
    location: str | None = None
    external_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReceiveCarrierEvent:
    """`carrier` is the name of the one that signed it; it knows its parcels by their numbers."""

    carrier: str
    event: CarrierEvent
