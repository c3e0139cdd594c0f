"""What sellers and carriers tell of parcels."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.application.idempotency import Effect
from marketplace.domain.errors import Forbidden, InvalidTransition, NotFound, RuleViolated
from marketplace.domain.orders.statuses import OrderEntryKind
from marketplace.domain.shared.ids import ShipmentId
from tests.factories import NOW, new_id
from tests.unit.application.warehouse import Warehouse


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
