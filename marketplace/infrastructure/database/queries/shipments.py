"""What is read of shipments, each in one statement."""

from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, UUID, aggregate_order_by

from marketplace.application.actor import Actor, Caller, OrderAccess
from marketplace.application.shipping.shipment_queries import (
    PackingSlipLineView,
    PackingSlipView,
    ShipmentView,
    StoredShipmentEventView,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import ShipmentEventId, ShipmentId
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.queries.shipment_views import DOCUMENT, shipment_view
from marketplace.infrastructure.database.tables import (
    order_lines,
    orders,
    seller_orders,
    sellers,
    shipment_events,
    shipment_lines,
    shipments,
)

_is_sellers = or_(
    bindparam("is_admin", type_=true().type),
    shipments.c.seller_id == func.any(bindparam("viewer_sellers", type_=ARRAY(UUID))),
)
_is_buyers = or_(
    orders.c.customer_id == bindparam("viewer_id", type_=orders.c.id.type),
    orders.c.id == bindparam("guest_order_id", type_=orders.c.id.type),
)
_WANTED = shipments.c.id == bindparam("shipment_id")
_GET = (
    select(DOCUMENT.label("document"))
    .select_from(shipments)
    .join(orders, orders.c.id == shipments.c.order_id)
    .where(_WANTED, or_(_is_sellers, _is_buyers))
)
_EVENT = (
    select(shipment_events, shipments.c.status.label("shipment_status"))
    .join(shipments, shipments.c.id == shipment_events.c.shipment_id)
    .where(_WANTED, shipment_events.c.id == bindparam("event_id"), _is_sellers)
)
_LINES = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_object(
                    "sku",
                    order_lines.c.sku,
                    "name",
                    order_lines.c.name,
                    "options",
                    order_lines.c.options,
                    "quantity",
                    shipment_lines.c.quantity,
                ),
                order_lines.c.position,
            )
        )
    )
    .join_from(shipment_lines, order_lines, order_lines.c.id == shipment_lines.c.line_id)
    .where(shipment_lines.c.shipment_id == shipments.c.id)
    .scalar_subquery()
)
_PACKING_SLIP = (
    select(
        sellers.c.name.label("seller"),
        func.concat(orders.c.number, "-", seller_orders.c.position).label("number"),
        orders.c.placed_at,
        orders.c.shipping_address,
        shipments.c.carrier,
        shipments.c.tracking_number,
        shipments.c.created_at,
        _LINES.label("lines"),
    )
    .select_from(shipments)
    .join(seller_orders, seller_orders.c.id == shipments.c.seller_order_id)
    .join(orders, orders.c.id == shipments.c.order_id)
    .join(sellers, sellers.c.id == shipments.c.seller_id)
    .where(_WANTED, _is_sellers)
)


class SqlShipmentQueries:
    """Implements `application.shipping.shipment_queries.ShipmentQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, shipment_id: ShipmentId, viewer: Caller) -> ShipmentView:
        """Of the viewer's order, or of a seller of the viewer's; any for an administrator."""
        return shipment_view(self._one(_GET, shipment_id, viewer).document)

    def event(
        self, shipment_id: ShipmentId, event_id: ShipmentEventId, viewer: Actor
    ) -> StoredShipmentEventView:
        """Of a seller of the viewer's; any for an administrator."""
        row = self._one(_EVENT, shipment_id, viewer, event_id=event_id)
        return StoredShipmentEventView(
            id=row.id,
            status=row.status,
            occurred_at=row.occurred_at,
            location=row.location,
            external_id=row.external_id,
            shipment_status=row.shipment_status,
            created_at=row.received_at,
        )

    def packing_slip(self, shipment_id: ShipmentId, viewer: Actor) -> PackingSlipView:
        """As `event`."""
        row = self._one(_PACKING_SLIP, shipment_id, viewer)._asdict()
        lines = [PackingSlipLineView(**line) for line in row.pop("lines")]
        return PackingSlipView(**row, lines=lines)

    def _one(
        self,
        statement: Select[*tuple[Any, ...]],
        shipment_id: ShipmentId,
        viewer: Caller,
        **values: object,
    ) -> AnyRow:
        asked = {"shipment_id": shipment_id, **_viewer(viewer), **values}
        row = self._read.execute(statement, asked).first()
        if row is None:
            raise NotFound("shipment", shipment_id)
        return row


def _viewer(viewer: Caller) -> dict[str, Any]:
    if isinstance(viewer, OrderAccess):
        return {
            "is_admin": False,
            "viewer_sellers": [],
            "viewer_id": None,
            "guest_order_id": viewer.order_id,
        }
    return {
        "is_admin": viewer.is_admin,
        "viewer_sellers": list(viewer.sellers),
        "viewer_id": viewer.user_id,
        "guest_order_id": None,
    }
