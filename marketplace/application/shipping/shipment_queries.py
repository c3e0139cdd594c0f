"""What is read of shipments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor, Caller
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import OrderLineId, SellerOrderId, ShipmentEventId, ShipmentId
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus


@dataclass(frozen=True, kw_only=True)
class ShipmentLineView:
    line_id: OrderLineId
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ShipmentEventView:
    status: CarrierStatus
    occurred_at: datetime
    location: str | None


@dataclass(frozen=True, kw_only=True)
class ShipmentView:
    """`events` by when they occurred, the oldest first."""

    id: ShipmentId
    seller_order_id: SellerOrderId
    status: ShipmentStatus
    carrier: str
    tracking_number: str | None
    tracking_url: str | None
    estimated_delivery_at: datetime | None
    lines: Sequence[ShipmentLineView]
    events: Sequence[ShipmentEventView]
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class StoredShipmentEventView:
    """An event, and the status that its shipment has now."""

    id: ShipmentEventId
    status: CarrierStatus
    occurred_at: datetime
    location: str | None
    external_id: str | None
    shipment_status: ShipmentStatus
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class PackingSlipLineView:
    sku: str
    name: str
    options: Mapping[str, str]
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PackingSlipView:
    """What lies in the parcel, for whoever packs and whoever opens it."""

    seller: str
    number: str
    placed_at: datetime
    shipping_address: Address
    carrier: str
    tracking_number: str | None
    created_at: datetime
    lines: Sequence[PackingSlipLineView]


class ShipmentQueries(Protocol):
    """Each one statement. All raise `NotFound` for what the viewer may not read."""

    def get(self, shipment_id: ShipmentId, viewer: Caller) -> ShipmentView:
        """Of the viewer's order, or of a seller of the viewer's; any for an administrator."""

    def event(
        self, shipment_id: ShipmentId, event_id: ShipmentEventId, viewer: Actor
    ) -> StoredShipmentEventView:
        """Of a seller of the viewer's; any for an administrator."""

    def packing_slip(self, shipment_id: ShipmentId, viewer: Actor) -> PackingSlipView:
        """As `event`."""
