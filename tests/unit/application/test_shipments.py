"""What is shipped, by whom, and of which orders."""

from datetime import timedelta

import pytest

from marketplace.application.ports import ProviderStatus
from marketplace.domain.errors import Conflict, Forbidden, NotFound, RuleViolated, Unavailable
from marketplace.domain.orders.statuses import OrderEntryKind
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import SellerOrderId
from tests.factories import NOW, a_shipping_method, a_user, an_actor, new_id
from tests.unit.application.shop import Shop
from tests.unit.application.till import Till
from tests.unit.application.warehouse import Warehouse


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
