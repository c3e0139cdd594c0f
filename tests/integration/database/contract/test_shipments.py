"""Shipments."""

from datetime import timedelta

import pytest

from marketplace.domain.errors import NotFound
from marketplace.domain.orders.order import Order
from marketplace.domain.shared.ids import OrderLineId, ShipmentEventId, ShipmentId
from marketplace.domain.shipping.events import ShipmentMoved
from marketplace.domain.shipping.shipment import Shipment, ShipmentLine
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from tests.factories import (
    LATER,
    NOW,
    a_line,
    a_seller,
    a_seller_order,
    a_shipment,
    an_order,
    new_id,
    word,
)
from tests.integration.database.contract.worlds import World


@pytest.fixture
def order(world: World) -> Order:
    seller = a_seller()
    order = an_order(None, a_seller_order(seller, a_line(quantity=5)), finalised_at=NOW)
    world.store(("sellers", seller), ("orders", order))
    return order


@pytest.fixture
def shipment(world: World, order: Order) -> Shipment:
    shipment = a_shipment(order, order.seller_orders[0])
    world.store(("shipments", shipment))
    return shipment


def test_what_a_carrier_told_is_kept(world: World, shipment: Shipment) -> None:
    moments = [(NOW, "a"), (NOW - timedelta(hours=1), "b"), (LATER, None)]
    for number, (occurred_at, external_id) in enumerate(moments):
        with world.new_uow() as uow:
            uow.shipments.get_for_update(shipment.id).tell(
                CarrierStatus.IN_TRANSIT,
                id=ShipmentEventId(new_id()),
                occurred_at=occurred_at,
                location=f"place {number}",
                external_id=external_id,
                now=LATER,
            )
            uow.commit()

    with world.new_uow() as uow:
        found = uow.shipments.get_for_update(shipment.id)
        told = {(each.occurred_at, each.external_id, each.location) for each in found.events}
    assert told == {
        (occurred_at, external_id, f"place {number}")
        for number, (occurred_at, external_id) in enumerate(moments)
    }
    assert (found.status, found.version) == (ShipmentStatus.IN_TRANSIT, shipment.version + 3)
    assert found.units == shipment.units
    moved = ShipmentMoved(
        shipment_id=shipment.id,
        order_id=shipment.order_id,
        seller_id=shipment.seller_id,
        status="inTransit",
        occurred_at=LATER,
    )
    assert list(world.events()).count(moved) == 2


def test_its_order_is_found(world: World, shipment: Shipment) -> None:
    with world.new_uow() as uow:
        assert uow.shipments.order_of(shipment.id) == shipment.order_id
        with pytest.raises(NotFound):
            uow.shipments.order_of(ShipmentId(new_id()))
        with pytest.raises(NotFound):
            uow.shipments.get_for_update(ShipmentId(new_id()))


def test_a_number_finds_all_shipments_of_the_carrier(world: World, order: Order) -> None:
    number, part = word(), order.seller_orders[0]
    newer, older, oldest = (
        a_shipment(order, part, tracking_number=number, created_at=NOW - timedelta(hours=hours))
        for hours in (1, 2, 3)
    )
    world.store(
        *(("shipments", each) for each in (newer, oldest, older)),
        ("shipments", a_shipment(order, part, tracking_number=number, carrier="UPS")),
        ("shipments", a_shipment(order, part, tracking_number=None)),
    )

    with world.new_uow() as uow:
        found = uow.shipments.tracked("DHL", number, 100)
        assert found == [(each.id, order.id) for each in (oldest, older, newer)]
        assert uow.shipments.tracked("DHL", number, 2) == found[:2]
        assert uow.shipments.tracked("DHL", word(), 2) == []


def test_units_come_back_as_they_were_sent(world: World, order: Order) -> None:
    lines = order.seller_orders[0].lines
    sent = a_shipment(
        order,
        order.seller_orders[0],
        lines=[ShipmentLine(line_id=OrderLineId(lines[0].id), quantity=3)],
    )
    world.store(("shipments", sent))

    with world.new_uow() as uow:
        assert uow.shipments.get_for_update(sent.id).units == {lines[0].id: 3}


def test_what_became_of_units_is_kept(world: World, order: Order) -> None:
    with world.new_uow() as uow:
        found = uow.orders.get_for_update(order.id)
        line = found.seller_orders[0].lines[0]
        line.shipped, line.delivered, line.returned = 4, 2, 1
        found.derive_fulfilment(LATER)
        uow.orders.save(found)
        uow.commit()

    with world.new_uow() as uow:
        line = uow.orders.get(order.id).seller_orders[0].lines[0]
    assert (line.shipped, line.delivered, line.returned) == (4, 2, 1)
