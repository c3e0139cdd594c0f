"""A shipment: a parcel with units of one seller order, and what its carrier tells of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import (
    OrderId,
    OrderLineId,
    SellerId,
    SellerOrderId,
    ShipmentEventId,
    ShipmentId,
)
from marketplace.domain.shared.state import require_transition
from marketplace.domain.shared.text import require_text
from marketplace.domain.shipping.events import ShipmentCreated, ShipmentMoved
from marketplace.domain.shipping.statuses import TRANSITIONS, CarrierStatus, ShipmentStatus

MOST_EVENTS = 100
"""Of one shipment, beside those that move it: all are looked at when one more comes."""
TEXT_LONGEST = 200


class Told(Enum):
    """What an event of a carrier came to: news, a repeat, or something older than what is known,
    which is kept and changes nothing."""

    NEWS = auto()
    REPEAT = auto()
    LATE = auto()


@dataclass(eq=False, kw_only=True)
class ShipmentLine:
    line_id: OrderLineId
    quantity: int


@dataclass(eq=False, kw_only=True)
class ShipmentEvent:
    """`external_id` is the carrier's own: what it tells twice has the same one."""

    id: ShipmentEventId
    status: CarrierStatus
    occurred_at: datetime
    location: str | None
    external_id: str | None
    received_at: datetime


@dataclass(eq=False, kw_only=True)
class Shipment(AggregateRoot):
    """`carrier` is a free text; those that the marketplace knows send events of their own."""

    id: ShipmentId
    order_id: OrderId
    seller_order_id: SellerOrderId
    seller_id: SellerId
    status: ShipmentStatus = ShipmentStatus.CREATED
    carrier: str
    tracking_number: str | None
    tracking_url: str | None
    estimated_delivery_at: datetime | None
    lines: list[ShipmentLine]
    events: list[ShipmentEvent] = field(default_factory=list)
    created_at: datetime
    updated_at: datetime

    @classmethod
    def create(
        cls,
        *,
        id: ShipmentId,
        order_id: OrderId,
        seller_order_id: SellerOrderId,
        seller_id: SellerId,
        carrier: str,
        tracking_number: str | None,
        tracking_url: str | None,
        estimated_delivery_at: datetime | None,
        units: Mapping[OrderLineId, int],
        now: datetime,
    ) -> "Shipment":
        """Raises `RuleViolated` (`invalid_text`)."""
        require_text(carrier, "/carrier", longest=TEXT_LONGEST)
        if tracking_number is not None:
            require_text(tracking_number, "/trackingNumber", longest=TEXT_LONGEST)
        shipment = cls(
            id=id,
            order_id=order_id,
            seller_order_id=seller_order_id,
            seller_id=seller_id,
            carrier=carrier,
            tracking_number=tracking_number,
            tracking_url=tracking_url,
            estimated_delivery_at=estimated_delivery_at,
            lines=[
                ShipmentLine(line_id=line_id, quantity=quantity)
                for line_id, quantity in units.items()
            ],
            created_at=now,
            updated_at=now,
        )
        shipment.record(
            ShipmentCreated(shipment_id=id, order_id=order_id, seller_id=seller_id, occurred_at=now)
        )
        return shipment

    @property
    def units(self) -> dict[OrderLineId, int]:
        return {line.line_id: line.quantity for line in self.lines}

    def tell(
        self,
        status: CarrierStatus,
        *,
        id: ShipmentEventId,
        occurred_at: datetime,
        location: str | None,
        external_id: str | None,
        now: datetime,
    ) -> tuple[Told, ShipmentEvent]:
        """Take over what the carrier tells, and say what it came to. What is told under an `id` or
        an `external_id` that is known is a repeat, whatever else it says.

        Raises:
            RuleViolated: `in_the_future`.
            Conflict: `invalid_transition`; `too_many_events`.
        """
        for known in self.events:
            if known.id == id or (external_id is not None and known.external_id == external_id):
                return Told.REPEAT, known
        if occurred_at > now:
            raise RuleViolated("in_the_future", "This has not happened yet.", field="/occurredAt")
        is_late = any(occurred_at < known.occurred_at for known in self.events)
        wanted = self.status if is_late else ShipmentStatus(status)
        if not is_late:
            require_transition("shipment", TRANSITIONS, self.status, wanted)
        # What moves it is always heard: no flood of scans keeps a parcel from being delivered.
        if wanted is self.status and len(self.events) >= MOST_EVENTS:
            raise Conflict("too_many_events", f"A shipment has at most {MOST_EVENTS} events.")
        event = ShipmentEvent(
            id=id,
            status=status,
            occurred_at=occurred_at,
            location=location,
            external_id=external_id,
            received_at=now,
        )
        self.events.append(event)
        self.updated_at = now
        if is_late:
            self.version += 1
            return Told.LATE, event
        self.status = wanted
        self.record(
            ShipmentMoved(
                shipment_id=self.id,
                order_id=self.order_id,
                seller_id=self.seller_id,
                status=str(wanted),
                occurred_at=now,
            )
        )
        return Told.NEWS, event
