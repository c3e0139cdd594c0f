"""What the sandbox carrier has in hand: a carrier elsewhere would have been told of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, bindparam, func, select

from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.tables import shipments
from marketplace.infrastructure.shipping.sandbox import Parcel

# Shipments of one number are one parcel.
_DUE = (
    select(shipments.c.tracking_number, shipments.c.status)
    .where(
        shipments.c.carrier == bindparam("its_carrier"),
        shipments.c.tracking_number.is_not(None),
        shipments.c.status.in_(bindparam("statuses", expanding=True)),
    )
    .group_by(shipments.c.tracking_number, shipments.c.status)
    .having(func.max(shipments.c.updated_at) <= bindparam("unmoved_since"))
    .order_by(func.max(shipments.c.updated_at))
    .limit(bindparam("most"))
)


class SqlParcels:
    """Implements `infrastructure.shipping.sandbox.Parcels`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def due(
        self, carrier: str, statuses: frozenset[ShipmentStatus], unmoved_since: datetime, limit: int
    ) -> Sequence[Parcel]:
        """What it carries and has not moved since then, the longest waiting first. Raises
        `Unavailable`."""
        asked = {
            "its_carrier": carrier,
            "statuses": sorted(statuses),
            "unmoved_since": unmoved_since,
            "most": limit,
        }
        with translated(), self._engine.connect() as connection:
            found = connection.execute(_DUE, asked)
            return [Parcel(row.tracking_number or "", row.status) for row in found]
