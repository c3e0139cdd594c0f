"""Shipping what is ordered at a till, by a carrier that tells of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marketplace.application.actor import Actor
from marketplace.application.idempotency import Effect
from marketplace.application.ports import CarrierEvent
from marketplace.application.shipping.shipment_commands import (
    CreateShipment,
    ReceiveCarrierEvent,
    ReportShipmentEvent,
)
from marketplace.application.shipping.shipment_services import (
    create_shipment,
    receive_carrier_event,
    report_shipment_event,
)
from marketplace.domain.shared.ids import OrderLineId, SellerOrderId, ShipmentEventId, ShipmentId
from marketplace.domain.shipping.shipment import Shipment
from marketplace.domain.shipping.statuses import CarrierStatus
from tests.factories import NOW, new_id
from tests.unit.application.till import Till


class FakeCarrier:
    """Knows a parcel by the id of its shipment."""

    name = "sandbox"

    def tracking_number(self, shipment_id: ShipmentId) -> str:
        return f"SBX-{shipment_id}"

    def tracking_url(self, tracking_number: str) -> str | None:
        return f"https://carrier.example/{tracking_number}"

    def estimate(self, handed_over_at: datetime) -> datetime:
        return handed_over_at + timedelta(days=3)

    def event(self, headers: Mapping[str, str], body: bytes) -> CarrierEvent:
        raise NotImplementedError


class Warehouse:
    """Ships the parts of the order of a till."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.shop = till.shop
        self.database = till.shop.database

    def ship(
        self,
        actor: Actor | None = None,
        *,
        part: SellerOrderId | None = None,
        lines: Mapping[OrderLineId, int] | None = None,
        **fields: Any,
    ) -> ShipmentId:
        values: dict[str, Any] = {"carrier": "sandbox"}
        command = CreateShipment(
            actor=actor or self.shop.member,
            shipment_id=ShipmentId(new_id()),
            seller_order_id=part or self.till.part.id,
            lines=lines or {},
            **values | fields,
        )
        carriers = {"sandbox": FakeCarrier()}
        return create_shipment(self.database.unit_of_work(), command, carriers=carriers)

    def shipment(self, shipment_id: ShipmentId) -> Shipment:
        with self.database.unit_of_work() as uow:
            return uow.shipments.get_for_update(shipment_id)

    def report(
        self,
        shipment_id: ShipmentId,
        status: str,
        *,
        actor: Actor | None = None,
        effect: Effect | None = None,
        **fields: Any,
    ) -> tuple[ShipmentEventId, bool]:
        command = ReportShipmentEvent(
            actor=actor or self.shop.member,
            event_id=ShipmentEventId(effect.makes if effect else new_id()),
            shipment_id=shipment_id,
            status=CarrierStatus(status),
            **{"occurred_at": NOW} | fields,
        )
        return report_shipment_event(self.database.unit_of_work(effect), command)

    def hear(self, number: str | None, status: str, **fields: Any) -> None:
        values: dict[str, Any] = {
            "id": str(new_id()),
            "tracking_number": number,
            "status": CarrierStatus(status),
            "occurred_at": NOW,
            "location": None,
        }
        command = ReceiveCarrierEvent(carrier="sandbox", event=CarrierEvent(**values | fields))
        receive_carrier_event(self.database.unit_of_work(), command, new_id=new_id)

    @property
    def statuses(self) -> tuple[str, str]:
        order = self.till.order
        return order.seller_orders[0].fulfilment_status, order.fulfilment_status

    @property
    def stock(self) -> tuple[int, int]:
        """Lamps on hand and allocated, of ten."""
        with self.database.unit_of_work() as uow:
            item = uow.stock.get(self.shop.lamp[1].id)
        return item.on_hand, item.allocated
