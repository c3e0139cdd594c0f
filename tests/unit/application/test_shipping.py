"""Sellers say how they ship."""

from typing import Any

import pytest

from marketplace.application.actor import Actor
from marketplace.application.precondition import Precondition
from marketplace.application.shipping.commands import (
    ChangeShippingMethod,
    CreateShippingMethod,
    DeleteShippingMethod,
)
from marketplace.application.shipping.services import (
    change_shipping_method,
    create_shipping_method,
    delete_shipping_method,
)
from marketplace.domain.errors import Conflict, Forbidden, NotFound, Stale, VersionRequired
from marketplace.domain.sellers.seller import MemberRole, SellerStatus
from marketplace.domain.shared.ids import ShippingMethodId
from marketplace.domain.shipping.method import MOST_METHODS, ShippingMethod
from marketplace.domain.shipping.zones import Zone
from tests.factories import a_seller, a_shipping_method, an_actor, eur, new_id
from tests.unit.application.shop import Shop

ANY = Precondition(anything=True)


def create(shop: Shop, actor: Actor | None = None, **fields: Any) -> ShippingMethodId:
    values: dict[str, Any] = {
        "actor": actor or shop.member,
        "seller": shop.seller.id,
        "method_id": ShippingMethodId(new_id()),
        "name": "Parcel",
        "price": eur(490),
    }
    command = CreateShippingMethod(**values | fields)
    return create_shipping_method(shop.database.unit_of_work(), command)


def change(shop: Shop, method_id: ShippingMethodId, **fields: Any) -> None:
    values: dict[str, Any] = {
        "actor": shop.member,
        "seller": shop.seller.id,
        "method_id": method_id,
        "precondition": ANY,
    }
    change_shipping_method(shop.database.unit_of_work(), ChangeShippingMethod(**values | fields))


def delete(shop: Shop, method_id: ShippingMethodId, **fields: Any) -> None:
    values: dict[str, Any] = {
        "actor": shop.member,
        "seller": shop.seller.id,
        "method_id": method_id,
        "precondition": ANY,
    }
    delete_shipping_method(shop.database.unit_of_work(), DeleteShippingMethod(**values | fields))


def method_of(shop: Shop, method_id: ShippingMethodId) -> ShippingMethod:
    with shop.database.unit_of_work() as uow:
        return uow.shipping_methods.get(method_id)


def test_what_is_given_is_changed_and_nothing_else(shop: Shop) -> None:
    method_id = create(
        shop, seller=shop.seller.slug, carrier="DHL", countries=["DE"], free_from=eur(5000)
    )

    change(shop, method_id, price=eur(590))
    changed = method_of(shop, method_id)
    assert (changed.name, changed.carrier, changed.price) == ("Parcel", "DHL", eur(590))
    assert (changed.countries, changed.free_from) == (("DE",), eur(5000))
    assert changed.version == 2

    zones = (Zone(countries=("AT",), price=eur(990)),)
    change(shop, method_id, zones=zones, handling_days=2)
    change(shop, method_id, carrier="UPS")
    changed = method_of(shop, method_id)
    assert (changed.zones, changed.handling_days, changed.version) == (zones, 2, 4)

    change(shop, method_id, name="Letter", countries=[], clear_carrier=True, clear_free_from=True)
    change(shop, method_id, zones=[], handling_days=0)
    cleared = method_of(shop, method_id)
    assert (cleared.name, cleared.carrier, cleared.price) == ("Letter", None, eur(590))
    assert (cleared.countries, cleared.free_from) == ((), None)
    assert (cleared.zones, cleared.handling_days) == ((), 0)
    assert cleared.version == 6


def test_one_that_is_deleted_is_gone(shop: Shop) -> None:
    method_id = create(shop)

    delete(shop, method_id)

    with pytest.raises(NotFound):
        method_of(shop, method_id)
    with pytest.raises(NotFound):
        delete(shop, method_id)


def test_a_change_says_from_which_version_it_was_made(shop: Shop) -> None:
    method_id = create(shop)

    for act in (change, delete):
        with pytest.raises(VersionRequired):
            act(shop, method_id, precondition=Precondition.missing())
        with pytest.raises(Stale):
            act(shop, method_id, precondition=Precondition(versions=frozenset({2})))
    assert method_of(shop, method_id).version == 1


def test_only_owners_and_managers_write(shop: Shop) -> None:
    method_id = create(shop)
    viewer = an_actor(shop.customer, {shop.seller.id: MemberRole.VIEWER})
    manager = an_actor(shop.customer, {shop.seller.id: MemberRole.MANAGER})

    for outsider in (viewer, shop.buyer, shop.admin):
        with pytest.raises(Forbidden):
            create(shop, outsider)
        for act in (change, delete):
            with pytest.raises(Forbidden):
                act(shop, method_id, actor=outsider)
    change(shop, method_id, actor=manager, name="Letter")
    assert method_of(shop, method_id).name == "Letter"


def test_a_seller_that_is_not_public_is_unknown_to_strangers(shop: Shop) -> None:
    hidden = a_seller(status=SellerStatus.PENDING)
    with shop.database.unit_of_work() as uow:
        uow.sellers.add(hidden)
        uow.commit()

    with pytest.raises(NotFound):
        create(shop, seller=hidden.id)


def test_a_method_is_found_at_its_own_seller_only(shop: Shop) -> None:
    other = a_seller(shop.owner)
    method = a_shipping_method(other)
    with shop.database.unit_of_work() as uow:
        uow.sellers.add(other)
        uow.shipping_methods.add(method)
        uow.commit()

    for act in (change, delete):
        with pytest.raises(NotFound):
            act(shop, method.id)


def test_a_seller_has_a_limited_number_of_methods(shop: Shop) -> None:
    made = [create(shop) for _ in range(MOST_METHODS)]

    with pytest.raises(Conflict) as refused:
        create(shop)
    assert refused.value.code == "too_many_shipping_methods"
    delete(shop, made[0])
    create(shop)
