"""Filling a cart, and what there is to order of it."""

from collections.abc import Mapping

import pytest

from marketplace.application.carts.commands import (
    ClearCart,
    OpenCart,
    PutCartItem,
    RemoveCartItem,
)
from marketplace.application.carts.services import (
    clear_cart,
    open_cart,
    put_cart_item,
    remove_cart_item,
)
from marketplace.application.carts.steps import RefreshedCart, refresh_cart
from marketplace.application.identity.address_commands import (
    ChangeAddress,
    RemoveAddress,
    SaveAddress,
)
from marketplace.application.identity.address_services import (
    change_address,
    remove_address,
    save_address,
)
from marketplace.application.precondition import Precondition
from marketplace.domain.carts.cart import Cart
from marketplace.domain.carts.refreshing import ChangeKind
from marketplace.domain.errors import Conflict, MarketplaceError, NotFound, Stale
from marketplace.domain.identity.saved_address import MOST_ADDRESSES
from marketplace.domain.shared.ids import AddressId, CartId, OfferId, OrderId
from tests.factories import LATER, a_saved_address, an_actor, an_address, eur, new_id
from tests.unit.application.shop import Shop


def put(shop: Shop, offer_id: OfferId, quantity: int) -> None:
    command = PutCartItem(
        actor=shop.buyer, cart_id=CartId(new_id()), offer_id=offer_id, quantity=quantity
    )
    put_cart_item(shop.database.unit_of_work(), command)


def cart(shop: Shop) -> Cart:
    return shop.database.state.carts[shop.customer.id]


def wanted(shop: Shop) -> Mapping[OfferId, int]:
    return {item.offer_id: item.quantity for item in cart(shop).items}


def refreshed(shop: Shop) -> RefreshedCart:
    with shop.database.unit_of_work() as uow:
        found = uow.carts.find(shop.customer.id)
        assert found is not None
        prices = uow.price_list.look_up([item.offer_id for item in found.items], [])
        return refresh_cart(found, prices.by_offer)


class TestFilling:
    def test_putting_opens_the_cart_and_notes_the_price(self, shop: Shop) -> None:
        _, lamp = shop.lamp

        put(shop, lamp.id, 2)

        assert wanted(shop) == {lamp.id: 2}
        assert cart(shop).items[0].seen == eur(3000)

    def test_it_is_opened_once(self, shop: Shop) -> None:
        ids = [CartId(new_id()) for _ in range(2)]
        for each in ids:
            open_cart(shop.database.unit_of_work(), OpenCart(actor=shop.buyer, cart_id=each))

        assert cart(shop).id == ids[0]

    def test_all_of_the_stock_and_no_more(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        put(shop, lamp.id, 10)

        with pytest.raises(Conflict) as refused:
            put(shop, lamp.id, 11)

        assert (refused.value.code, refused.value.params["available"]) == ("out_of_stock", 10)
        assert wanted(shop) == {lamp.id: 10}

    def test_what_does_not_exist(self, shop: Shop) -> None:
        with pytest.raises(NotFound):
            put(shop, OfferId(new_id()), 1)

    def test_what_is_withdrawn(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        withdraw(shop, lamp.id)

        with pytest.raises(Conflict) as refused:
            put(shop, lamp.id, 1)

        assert refused.value.code == "offer_unavailable"

    def test_removing_and_emptying(self, shop: Shop) -> None:
        (_, lamp), (_, desk) = shop.lamp, shop.desk
        put(shop, lamp.id, 2)
        put(shop, desk.id, 1)

        remove = RemoveCartItem(actor=shop.buyer, offer_id=lamp.id)
        remove_cart_item(shop.database.unit_of_work(), remove)
        assert wanted(shop) == {desk.id: 1}
        clear_cart(shop.database.unit_of_work(), ClearCart(actor=shop.buyer))
        assert wanted(shop) == {}

    def test_there_may_be_none_to_take_anything_out_of(self, shop: Shop) -> None:
        _, lamp = shop.lamp

        remove = RemoveCartItem(actor=shop.buyer, offer_id=lamp.id)
        remove_cart_item(shop.database.unit_of_work(), remove)
        clear_cart(shop.database.unit_of_work(), ClearCart(actor=shop.buyer))

        assert shop.database.state.carts == {}

    def test_nobody_is_told(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        put(shop, lamp.id, 2)

        assert shop.database.events == []


class TestOrdering:
    def test_what_stands_is_ordered_as_it_was_put(self, shop: Shop) -> None:
        (_, lamp), (_, desk) = shop.lamp, shop.desk
        put(shop, lamp.id, 2)
        put(shop, desk.id, 1)

        found = refreshed(shop)

        assert (found.quantities, found.changes) == ({lamp.id: 2, desk.id: 1}, [])

    def test_what_changed_is_ordered_as_it_is_now(self, shop: Shop) -> None:
        (_, lamp), (_, desk) = shop.lamp, shop.desk
        put(shop, lamp.id, 8)
        put(shop, desk.id, 1)
        with shop.database.unit_of_work() as uow:
            uow.stock.allocate(OrderId(new_id()), {lamp.id: 5})
            uow.commit()
        withdraw(shop, desk.id)

        found = refreshed(shop)

        assert found.quantities == {lamp.id: 5}
        assert [(each.offer_id, each.kind) for each in found.changes] == [
            (lamp.id, ChangeKind.QUANTITY),
            (desk.id, ChangeKind.UNAVAILABLE),
        ]

    def test_looking_changes_nothing(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        put(shop, lamp.id, 2)
        before = cart(shop).version

        refreshed(shop)

        assert cart(shop).version == before


class TestAddresses:
    def save(self, shop: Shop) -> AddressId:
        command = SaveAddress(
            actor=shop.buyer, address_id=AddressId(new_id()), address=an_address()
        )
        return save_address(shop.database.unit_of_work(), command)

    def change(self, shop: Shop, address_id: AddressId, version: int = 1, **fields: str) -> None:
        command = ChangeAddress(
            actor=shop.buyer,
            address_id=address_id,
            precondition=Precondition(versions=frozenset({version})),
            fields=fields,
        )
        change_address(shop.database.unit_of_work(), command)

    def test_a_change_leaves_the_other_fields(self, shop: Shop) -> None:
        address_id = self.save(shop)

        self.change(shop, address_id, city="Aachen")

        saved = shop.database.state.addresses[address_id]
        assert saved.address == an_address(city="Aachen")
        assert saved.version == 2

    def test_a_stale_change_is_refused(self, shop: Shop) -> None:
        address_id = self.save(shop)

        with pytest.raises(Stale):
            self.change(shop, address_id, version=2, city="Aachen")

    def test_the_same_changes_nothing(self) -> None:
        saved = a_saved_address(Shop().customer)

        saved.change(an_address(), LATER)

        assert saved.version == 1
        assert saved.updated_at < LATER

    def test_somebody_elses_is_not_there(self, shop: Shop) -> None:
        address_id = self.save(shop)
        command = RemoveAddress(
            actor=an_actor(shop.owner),
            address_id=address_id,
            precondition=Precondition(anything=True),
        )

        with pytest.raises(NotFound):
            remove_address(shop.database.unit_of_work(), command)

    def test_there_is_room_for_so_many(self, shop: Shop) -> None:
        for _ in range(MOST_ADDRESSES):
            self.save(shop)

        with pytest.raises(MarketplaceError) as refused:
            self.save(shop)

        assert refused.value.code == "too_many_addresses"


def withdraw(shop: Shop, offer_id: OfferId) -> None:
    with shop.database.unit_of_work() as uow:
        uow.offers.get(offer_id).withdraw(uow.now)
        uow.commit()
    shop.database.outbox.clear()
