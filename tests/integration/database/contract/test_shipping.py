"""Shipping methods."""

import pytest

from marketplace.domain.errors import NotFound, Stale
from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shipping.events import ShippingMethodDeleted
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.zones import Band, Basis, PostalCodes, Zone
from tests.factories import LATER, NOW, a_seller, a_shipping_method, eur, new_id
from tests.integration.database.contract.worlds import World

ZONES = (
    Zone(
        countries=("DE",),
        regions=("Bayern",),
        postal_codes=(PostalCodes(first="80331", last="81929"),),
        basis=Basis.ITEM_COUNT,
        bands=(Band(start=0, end=5, price=eur(490)), Band(start=5, price=eur(990))),
    ),
    Zone(price=eur(1490)),
)


@pytest.fixture
def method(world: World) -> ShippingMethod:
    seller = a_seller()
    method = a_shipping_method(seller, countries=("AT", "DE"), free_from=eur(5000))
    world.store(("sellers", seller), ("shipping_methods", method))
    return method


def renamed(method: ShippingMethod, name: str) -> None:
    method.change(
        name=name,
        carrier="DHL",
        price=eur(590),
        countries=[],
        free_from=None,
        zones=ZONES,
        handling_days=2,
        now=LATER,
    )


def test_what_is_changed_is_found_so(world: World, method: ShippingMethod) -> None:
    with world.new_uow() as uow:
        renamed(uow.shipping_methods.get(method.id), "Express")
        uow.commit()

    with world.new_uow() as uow:
        found = uow.shipping_methods.get(method.id)
    assert (found.name, found.carrier, found.price) == ("Express", "DHL", eur(590))
    assert (found.countries, found.free_from) == ((), None)
    assert (found.zones, found.handling_days) == (ZONES, 2)
    assert (found.version, found.created_at, found.updated_at) == (2, NOW, LATER)


def test_the_slower_of_two_changes_is_stale(world: World, method: ShippingMethod) -> None:
    def overtake() -> None:
        with world.new_uow() as slow, world.new_uow() as fast:
            mine = slow.shipping_methods.get(method.id)
            renamed(fast.shipping_methods.get(method.id), "Express")
            fast.commit()
            renamed(mine, "Letter")
            slow.commit()

    with pytest.raises(Stale):
        overtake()

    with world.new_uow() as uow:
        assert uow.shipping_methods.get(method.id).name == "Express"


def test_one_that_is_removed_is_gone(world: World, method: ShippingMethod) -> None:
    with world.new_uow() as uow:
        found = uow.shipping_methods.get(method.id)
        found.delete(uow.now)
        uow.shipping_methods.remove(found)
        uow.commit()

    with world.new_uow() as uow:
        with pytest.raises(NotFound):
            uow.shipping_methods.get(method.id)
        assert uow.shipping_methods.of_sellers([method.seller_id]) == {}
    told = ShippingMethodDeleted(method_id=method.id, seller_id=method.seller_id, occurred_at=NOW)
    assert told in world.events()


def test_an_unknown_one_is_not_found(world: World) -> None:
    with world.new_uow() as uow, pytest.raises(NotFound):
        uow.shipping_methods.get(ShippingMethodId(new_id()))


def test_methods_are_found_by_their_sellers(world: World, method: ShippingMethod) -> None:
    rich, poor = a_seller(), a_seller()
    methods = [a_shipping_method(rich) for _ in range(3)]
    world.store(
        ("sellers", rich),
        ("sellers", poor),
        *(("shipping_methods", each) for each in reversed(methods)),
    )

    with world.new_uow() as uow:
        asked = [poor.id, rich.id, method.seller_id, SellerId(new_id())]
        found = uow.shipping_methods.of_sellers(asked)
        assert {seller: [each.id for each in of_seller] for seller, of_seller in found.items()} == {
            rich.id: [each.id for each in methods],
            method.seller_id: [method.id],
        }
        assert uow.shipping_methods.of_sellers([]) == {}
