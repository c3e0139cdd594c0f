"""Shipments."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import OrderId, ShipmentId
from marketplace.domain.shipping.shipment import Shipment
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import shipments

_ORDER_OF = select(shipments.c.order_id).where(shipments.c.id == bindparam("its_id"))
_TRACKED = (
    select(shipments.c.id, shipments.c.order_id)
    .where(
        shipments.c.carrier == bindparam("its_carrier"),
        shipments.c.tracking_number == bindparam("its_number"),
    )
    .order_by(shipments.c.created_at, shipments.c.id)
    .limit(bindparam("most"))
)


class SqlShipmentRepository(SqlRepository[Shipment]):
    """Implements `domain.shipping.repositories.ShipmentRepository`."""

    aggregate = Shipment
    table = shipments
    what = "shipment"

    def get_for_update(self, shipment_id: ShipmentId) -> Shipment:
        """Others that want it for update wait until this transaction ends. Raises `NotFound`."""
        return self._found(shipment_id, self._find_for_update(shipments.c.id == shipment_id))

    def order_of(self, shipment_id: ShipmentId) -> OrderId:
        """Raises `NotFound`."""
        found = self._transaction.read(_ORDER_OF, {"its_id": shipment_id}).scalar_one_or_none()
        if found is None:
            raise NotFound("shipment", shipment_id)
        return OrderId(found)

    def tracked(
        self, carrier: str, tracking_number: str, limit: int
    ) -> Sequence[tuple[ShipmentId, OrderId]]:
        """The shipments that a carrier knows by this number, with their orders, the oldest first.
        Nobody sees to it that a number is given once only."""
        asked = {"its_carrier": carrier, "its_number": tracking_number, "most": limit}
        return [(row.id, row.order_id) for row in self._transaction.read(_TRACKED, asked)]
