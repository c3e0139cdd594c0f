"""Shipping, and hearing what carriers tell."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from marketplace.application.actor import Actor
from marketplace.application.idempotency import Effect
from marketplace.application.ports import CarrierEvent, ProviderStatus
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
from marketplace.domain.errors import (
    Conflict,
    Forbidden,
    InvalidTransition,
    NotFound,
    RuleViolated,
    Unavailable,
)
from marketplace.domain.orders.statuses import OrderEntryKind
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import (
    OrderLineId,
    SellerOrderId,
    ShipmentEventId,
    ShipmentId,
)
from marketplace.domain.shipping.shipment import Shipment
from marketplace.domain.shipping.statuses import CarrierStatus
from tests.factories import NOW, a_shipping_method, a_user, an_actor, new_id
from tests.unit.application.shop import Shop
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


@pytest.fixture
def warehouse(shop: Shop) -> Warehouse:
    return Warehouse(Till.of(shop))


def test_what_is_shipped_is_neither_on_hand_nor_allocated(warehouse: Warehouse) -> None:
    till = warehouse.till
    assert warehouse.stock == (10, 2)

    shipment = warehouse.shipment(warehouse.ship(lines=till.lines(lamp=1)))

    assert warehouse.stock == (9, 1)
    assert warehouse.statuses == ("partiallyFulfilled", "partiallyFulfilled")
    assert shipment.units == till.lines(lamp=1)
    assert (shipment.order_id, shipment.seller_id) == (till.id, till.part.seller_id)
    assert till.timeline[-1].kind is OrderEntryKind.SHIPPED
    assert till.timeline[-1].lines == till.lines(lamp=1)


def test_all_that_is_open_is_shipped(warehouse: Warehouse) -> None:
    warehouse.ship(lines=warehouse.till.lines(lamp=1))

    shipment = warehouse.shipment(warehouse.ship())

    assert shipment.units == warehouse.till.lines(lamp=1, desk=1)
    assert warehouse.statuses == ("fulfilled", "partiallyFulfilled")
    with pytest.raises(Conflict) as refused:
        warehouse.ship()
    assert refused.value.code == "not_open"


def test_a_carrier_that_is_known_gives_number_address_and_estimate(warehouse: Warehouse) -> None:
    lines = warehouse.till.lines
    known = warehouse.shipment(warehouse.ship(lines=lines(lamp=1)))
    named = warehouse.shipment(warehouse.ship(lines=lines(lamp=1), tracking_number="N"))
    other = warehouse.shipment(warehouse.ship(lines=lines(desk=1), carrier="DHL"))

    assert known.tracking_number == f"SBX-{known.id}"
    assert known.tracking_url == f"https://carrier.example/SBX-{known.id}"
    assert known.estimated_delivery_at == NOW + timedelta(days=3)
    assert (named.tracking_number, named.tracking_url) == ("N", "https://carrier.example/N")
    assert (other.tracking_number, other.tracking_url, other.estimated_delivery_at) == ((None,) * 3)


def test_the_estimate_counts_from_when_it_is_handed_over(shop: Shop) -> None:
    with shop.database.unit_of_work() as uow:
        uow.shipping_methods.add(a_shipping_method(shop.seller, handling_days=2))
        uow.commit()
    warehouse = Warehouse(Till.of(shop))
    lines = warehouse.till.lines

    soon = warehouse.shipment(warehouse.ship(lines=lines(lamp=1)))
    shop.clock.advance(days=5)
    late = warehouse.shipment(warehouse.ship(lines=lines(lamp=1)))

    assert warehouse.till.part.handling_days == 2
    assert soon.estimated_delivery_at == NOW + timedelta(days=2 + 3)
    assert late.estimated_delivery_at == NOW + timedelta(days=5 + 3)


def test_who_ships(warehouse: Warehouse) -> None:
    shop = warehouse.shop
    viewer = an_actor(a_user(), {shop.seller.id: MemberRole.VIEWER})

    for actor, error in (
        (shop.buyer, NotFound),
        (shop.rivals_member, NotFound),
        (viewer, Forbidden),
        (shop.admin, Forbidden),
    ):
        with pytest.raises(error):
            warehouse.ship(actor)
    with pytest.raises(NotFound):
        warehouse.ship(part=SellerOrderId(new_id()))
    assert warehouse.stock == (10, 2)


def test_lines_of_the_other_seller_are_unknown(warehouse: Warehouse) -> None:
    with pytest.raises(RuleViolated) as refused:
        warehouse.ship(lines=warehouse.till.lines(chair=1))

    assert refused.value.code == "unknown_id"


@pytest.mark.parametrize("status", [ProviderStatus.PENDING, ProviderStatus.AUTHORIZED])
def test_only_what_is_paid_is_shipped(shop: Shop, status: ProviderStatus) -> None:
    warehouse = Warehouse(Till.of(shop, status))

    if status is ProviderStatus.AUTHORIZED:
        warehouse.ship()
        assert warehouse.statuses[0] == "fulfilled"
        return
    with pytest.raises(Conflict) as refused:
        warehouse.ship()
    assert refused.value.code == "not_paid"


@pytest.mark.parametrize("status", [ProviderStatus.AUTHORIZED, ProviderStatus.CAPTURED])
def test_what_was_voided_or_refunded_is_not_shipped(shop: Shop, status: ProviderStatus) -> None:
    till = Till.of(shop, status)
    undo = till.void if status is ProviderStatus.AUTHORIZED else till.refund
    undo()

    with pytest.raises(Conflict) as refused:
        Warehouse(till).ship()

    assert refused.value.code == "not_paid"


def test_an_order_that_nobody_sees_is_not_shipped(shop: Shop) -> None:
    till = Till(shop)
    shop.provider.lost = True
    with pytest.raises(Unavailable):
        shop.place(till.command)

    with pytest.raises(NotFound):
        Warehouse(till).ship()


def test_cancelling_what_was_shipped_is_refused(warehouse: Warehouse) -> None:
    warehouse.ship(lines=warehouse.till.lines(lamp=1))

    with pytest.raises(Conflict) as refused:
        warehouse.till.cancel()
    with pytest.raises(Conflict) as refused_units:
        warehouse.till.cancel(lamp=2)
    assert refused.value.code == refused_units.value.code == "not_cancellable"
    warehouse.till.cancel(lamp=1, desk=1, chair=3)
    assert warehouse.statuses == ("fulfilled", "fulfilled")
    assert warehouse.stock == (9, 0)


def test_the_seller_follows_a_parcel_to_the_door(warehouse: Warehouse) -> None:
    shipment_id = warehouse.ship()

    for status in ("inTransit", "outForDelivery"):
        warehouse.report(shipment_id, status)
        assert warehouse.statuses == ("fulfilled", "partiallyFulfilled")
    warehouse.report(shipment_id, "delivered")

    assert warehouse.statuses == ("delivered", "partiallyFulfilled")
    assert [line.delivered for line in warehouse.till.part.lines] == [2, 1]
    assert warehouse.till.timeline[-1].kind is OrderEntryKind.DELIVERED
    with pytest.raises(InvalidTransition):
        warehouse.report(shipment_id, "failed")


def test_what_comes_back_is_in_stock_again(warehouse: Warehouse) -> None:
    shipment_id = warehouse.ship()
    warehouse.report(shipment_id, "failed")
    assert (warehouse.stock, warehouse.statuses[0]) == ((8, 0), "fulfilled")

    warehouse.report(shipment_id, "returned")

    assert (warehouse.stock, warehouse.statuses[0]) == ((10, 0), "returned")
    assert [line.returned for line in warehouse.till.part.lines] == [2, 1]


def test_a_repeat_is_known_and_changes_nothing(warehouse: Warehouse) -> None:
    shipment_id = warehouse.ship()
    first, is_new = warehouse.report(shipment_id, "delivered", external_id="a")
    order = warehouse.till.order

    again = warehouse.report(shipment_id, "returned", external_id="a")

    assert (is_new, again) == (True, (first, False))
    assert warehouse.till.order.version == order.version
    assert warehouse.shipment(shipment_id).status == "delivered"


def test_what_is_late_is_filed(warehouse: Warehouse) -> None:
    shipment_id = warehouse.ship()
    warehouse.report(shipment_id, "outForDelivery", occurred_at=NOW)

    late, is_new = warehouse.report(
        shipment_id, "delivered", occurred_at=NOW - timedelta(seconds=1)
    )

    shipment = warehouse.shipment(shipment_id)
    assert is_new
    assert late in {event.id for event in shipment.events}
    assert (shipment.status, warehouse.statuses[0]) == ("outForDelivery", "fulfilled")


def test_who_reports(warehouse: Warehouse) -> None:
    shop, shipment_id = warehouse.shop, warehouse.ship()

    for actor, error in (
        (shop.buyer, NotFound),
        (shop.rivals_member, NotFound),
        (shop.admin, Forbidden),
    ):
        with pytest.raises(error):
            warehouse.report(shipment_id, "delivered", actor=actor)
    with pytest.raises(NotFound):
        warehouse.report(ShipmentId(new_id()), "delivered")
    assert warehouse.shipment(shipment_id).status == "created"


@pytest.mark.parametrize("external_id", [None, "a"])
def test_a_report_whose_answer_was_lost_is_found_again(
    warehouse: Warehouse, external_id: str | None
) -> None:
    shipment_id = warehouse.ship()
    effect = Effect(actor="sam", key="k", fingerprint="f", makes=new_id())
    first = warehouse.report(shipment_id, "inTransit", effect=effect, external_id=external_id)
    warehouse.shop.clock.advance(minutes=1)

    again = Effect(actor="sam", key="k", fingerprint="f", makes=new_id())
    found = warehouse.report(shipment_id, "inTransit", effect=again, external_id=external_id)

    assert found == first == (effect.makes, True)
    assert len(warehouse.shipment(shipment_id).events) == 1


def test_a_repeat_whose_answer_was_lost_is_a_repeat_still(warehouse: Warehouse) -> None:
    shipment_id = warehouse.ship()
    event_id, _ = warehouse.report(shipment_id, "inTransit", external_id="a")

    for _ in range(2):
        effect = Effect(actor="sam", key="k", fingerprint="f", makes=new_id())
        found = warehouse.report(shipment_id, "inTransit", effect=effect, external_id="a")
        assert found == (event_id, False)
        warehouse.shop.clock.advance(minutes=1)


def test_a_carrier_tells_by_its_number(warehouse: Warehouse) -> None:
    shipment_id = warehouse.ship(tracking_number="N")

    warehouse.hear("N", "inTransit", id="e1", location="Leipzig")
    for _ in range(2):
        warehouse.hear("N", "delivered", id="e2")

    shipment = warehouse.shipment(shipment_id)
    assert (shipment.status, warehouse.statuses[0]) == ("delivered", "delivered")
    assert [(event.external_id, event.location) for event in shipment.events] == [
        ("e1", "Leipzig"),
        ("e2", None),
    ]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"number": "M"}, NotFound),
        ({"occurred_at": NOW + timedelta(seconds=1)}, RuleViolated),
        ({"status": "returned"}, InvalidTransition),
    ],
)
def test_what_a_carrier_may_not_say(
    warehouse: Warehouse, said: dict[str, Any], error: type[Exception]
) -> None:
    shipment_id = warehouse.ship(tracking_number="N")

    with pytest.raises(error):
        warehouse.hear(**{"number": "N", "status": "inTransit"} | said)

    shipment = warehouse.shipment(shipment_id)
    assert (shipment.status, shipment.events) == ("created", [])


def test_one_carrier_does_not_speak_for_another(warehouse: Warehouse) -> None:
    warehouse.ship(tracking_number="N", carrier="DHL")

    with pytest.raises(NotFound):
        warehouse.hear("N", "delivered")


def test_a_copied_number_hides_no_parcel(warehouse: Warehouse) -> None:
    shop, till = warehouse.shop, warehouse.till
    copied = warehouse.ship(shop.rivals_member, part=till.rivals_part.id, tracking_number="N")
    warehouse.report(copied, "delivered", actor=shop.rivals_member)
    mine = warehouse.ship(tracking_number="N")

    warehouse.hear("N", "inTransit")
    assert warehouse.shipment(mine).status == "inTransit"
    warehouse.hear("N", "delivered")
    assert warehouse.shipment(mine).status == "delivered"
    with pytest.raises(InvalidTransition):
        warehouse.hear("N", "inTransit")
    assert len(warehouse.shipment(copied).events) == 1


def test_what_moves_is_told_to_the_worker(warehouse: Warehouse) -> None:
    warehouse.database.outbox.clear()
    warehouse.report(warehouse.ship(), "delivered")

    assert [type(event).__name__ for event in warehouse.database.events] == [
        "ShipmentCreated",
        "ShipmentMoved",
    ]
