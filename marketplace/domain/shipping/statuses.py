"""The states of shipments. Their values are the words of the wire."""

from collections.abc import Mapping, Set
from enum import StrEnum


class ShipmentStatus(StrEnum):
    CREATED = "created"
    IN_TRANSIT = "inTransit"
    OUT_FOR_DELIVERY = "outForDelivery"
    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNED = "returned"


class CarrierStatus(StrEnum):
    """What a carrier tells; `created` is told by the seller who makes the shipment."""

    IN_TRANSIT = "inTransit"
    OUT_FOR_DELIVERY = "outForDelivery"
    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNED = "returned"


# A parcel is scanned on each stage any number of times, and carriers leave stages out.
TRANSITIONS: Mapping[ShipmentStatus, Set[ShipmentStatus]] = {
    ShipmentStatus.CREATED: {
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.DELIVERED,
        ShipmentStatus.FAILED,
    },
    ShipmentStatus.IN_TRANSIT: {
        ShipmentStatus.IN_TRANSIT,
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.DELIVERED,
        ShipmentStatus.FAILED,
    },
    ShipmentStatus.OUT_FOR_DELIVERY: {
        ShipmentStatus.OUT_FOR_DELIVERY,
        ShipmentStatus.DELIVERED,
        ShipmentStatus.FAILED,
    },
    ShipmentStatus.DELIVERED: set(),
    ShipmentStatus.FAILED: {ShipmentStatus.RETURNED},
    ShipmentStatus.RETURNED: set(),
}

IN_PROGRESS = frozenset(
    {ShipmentStatus.CREATED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.OUT_FOR_DELIVERY}
)
