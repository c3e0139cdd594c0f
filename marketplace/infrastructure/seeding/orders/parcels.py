"""What carriers did with parcels."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from marketplace.domain.orders.parts import SellerOrder
from marketplace.domain.shared.ids import OrderId, OrderLineId, ShipmentId
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus

USUAL_CARRIER: Final = "DHL"

_CENTRES: Final = ("Leipzig", "Hagen", "Kassel", "Nuernberg", "Rotterdam")
_ONE_FAILS_OF: Final = 25


class Scan(NamedTuple):
    """The marketplace heard of it some minutes after it had occurred."""

    id: UUID
    status: CarrierStatus
    occurred_at: datetime
    location: str
    external_id: str
    received_at: datetime


@dataclass(slots=True)
class Parcel:
    """The row of a shipment, and those of its events. `version` counts as the aggregate does."""

    id: ShipmentId
    order_id: OrderId
    part: SellerOrder
    carrier: str
    tracking_number: str
    units: Mapping[OrderLineId, int]
    created_at: datetime
    version: int = 1
    status: ShipmentStatus = ShipmentStatus.CREATED
    scans: list[Scan] = field(default_factory=list)

    @property
    def updated_at(self) -> datetime:
        return self.scans[-1].received_at if self.scans else self.created_at

    def scan(
        self, status: CarrierStatus, *, id: UUID, late: timedelta, location: str, now: datetime
    ) -> None:
        self.status = ShipmentStatus(status)
        self.version += 1
        number = f"{self.tracking_number}-{len(self.scans) + 1}"
        self.scans.append(Scan(id, status, now - late, location, number, now))


def way(
    handed_over_at: datetime, random: Callable[[], float]
) -> Iterator[tuple[datetime, CarrierStatus]]:
    """What a carrier tells of a parcel, and when."""

    def after(least: float, most: float) -> timedelta:
        return timedelta(hours=least + random() * (most - least))

    at = handed_over_at + after(4, 20)
    yield at, CarrierStatus.IN_TRANSIT
    if random() < 0.4:
        at += after(8, 24)
        yield at, CarrierStatus.IN_TRANSIT
    at += after(10, 44)
    yield at, CarrierStatus.OUT_FOR_DELIVERY
    at += after(2, 8)
    if random() * _ONE_FAILS_OF >= 1:
        yield at, CarrierStatus.DELIVERED
        return
    yield at, CarrierStatus.FAILED
    yield at + after(30, 120), CarrierStatus.RETURNED


def place_of(status: CarrierStatus, city: str, random: Callable[[], float]) -> str:
    if status is CarrierStatus.IN_TRANSIT:
        return f"Parcel centre {_CENTRES[int(random() * len(_CENTRES))]}"
    return "Sender" if status is CarrierStatus.RETURNED else city
