"""The first shipments of the demo."""

from collections.abc import Callable, Mapping

from marketplace.application.actor import Actor
from marketplace.application.ports import Carriers
from marketplace.application.shipping.shipment_commands import CreateShipment
from marketplace.application.shipping.shipment_services import create_shipment
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.shared.ids import SellerOrderId, ShipmentId
from marketplace.infrastructure.demo.catalogue import known_id

SHIPPED: Mapping[int, tuple[str, str | None]] = {
    8: ("DHL", "00340434161094022115"),
    9: ("sandbox", None),
}
"""Carrier and tracking number by the number of the order: one that stays where it is, and one that
the worker walks to the door."""


def ship_orders(
    new_uow: Callable[[], UnitOfWork],
    seller: Actor,
    carriers: Carriers,
    part_of: Callable[[int], SellerOrderId],
) -> None:
    """Ship the seller's parts, whole, which `part_of` finds by the number of the order."""
    for number, (order, (carrier, tracking_number)) in enumerate(SHIPPED.items(), 1):
        url = "https://www.dhl.de/en/privatkunden.html?piececode=" if tracking_number else None
        create_shipment(
            new_uow(),
            CreateShipment(
                actor=seller,
                shipment_id=ShipmentId(known_id("shipment", number)),
                seller_order_id=part_of(order),
                carrier=carrier,
                tracking_number=tracking_number,
                tracking_url=url and f"{url}{tracking_number}",
            ),
            carriers=carriers,
        )
