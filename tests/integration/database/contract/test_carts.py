"""Carts, and the addresses of users."""

from datetime import timedelta

import pytest

from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import CartId
from tests.factories import (
    LATER,
    a_cart,
    a_cart_item,
    a_saved_address,
    a_user,
    an_address,
    eur,
    new_id,
)
from tests.integration.database.contract.worlds import World


class TestAddresses:
    def test_are_found_by_their_user_alone(self, world: World) -> None:
        user, other = a_user(), a_user()
        saved = a_saved_address(user)
        world.store(("users", user), ("users", other), ("addresses", saved))

        with world.new_uow() as uow:
            assert uow.addresses.get(saved.id, user.id).address == saved.address
            with pytest.raises(NotFound):
                uow.addresses.get(saved.id, other.id)

    def test_change(self, world: World) -> None:
        user = a_user()
        saved = a_saved_address(user)
        world.store(("users", user), ("addresses", saved))

        with world.new_uow() as uow:
            uow.addresses.get(saved.id, user.id).change(an_address(city="Köln"), LATER)
            uow.commit()

        with world.new_uow() as uow:
            changed = uow.addresses.get(saved.id, user.id)
            assert (changed.address.city, changed.version) == ("Köln", 2)
            assert changed.updated_at == LATER

    def test_are_counted_and_go(self, world: World) -> None:
        user, other = a_user(), a_user()
        first, second, foreign = (
            a_saved_address(user),
            a_saved_address(user),
            a_saved_address(other),
        )
        world.store(("users", user), ("users", other))
        world.store(("addresses", first), ("addresses", second), ("addresses", foreign))

        with world.new_uow() as uow:
            assert uow.addresses.count_for_update(user.id) == 2
            uow.addresses.remove(uow.addresses.get(first.id, user.id))
            uow.commit()

        with world.new_uow() as uow:
            assert uow.addresses.count_for_update(user.id) == 1
            with pytest.raises(NotFound):
                uow.addresses.get(first.id, user.id)


class TestCarts:
    def test_the_first_opens_it_and_others_find_it(self, world: World) -> None:
        user = a_user()
        world.store(("users", user))
        first = a_cart(user)

        with world.new_uow() as uow:
            assert uow.carts.get_for_update(user.id) is None
            assert uow.carts.find(user.id) is None
            assert uow.carts.open(first).id == first.id
            uow.commit()

        with world.new_uow() as uow:
            found = uow.carts.find(user.id)
            assert found is not None
            assert uow.carts.open(a_cart(user)).id == found.id == first.id

    def test_items_come_and_change_and_go(self, world: World) -> None:
        user = a_user()
        kept, gone, new = a_cart_item(), a_cart_item(), a_cart_item()
        world.store(("users", user), ("carts", a_cart(user, kept, gone)))

        with world.new_uow() as uow:
            cart = uow.carts.get_for_update(user.id)
            assert cart is not None
            cart.put(kept.offer_id, 3, eur(900), LATER)
            cart.put(new.offer_id, 2, eur(500), LATER)
            cart.remove(gone.offer_id, LATER)
            uow.commit()

        with world.new_uow() as uow:
            found = uow.carts.get_for_update(user.id)
            assert found is not None
            items = {item.offer_id: (item.quantity, item.seen) for item in found.items}
            assert items == {kept.offer_id: (3, eur(900)), new.offer_id: (2, eur(500))}
            assert (found.version, found.updated_at) == (4, LATER)

    def test_what_was_ordered_leaves_it_and_its_id_changes(self, world: World) -> None:
        user, other = a_user(), a_user()
        ordered, left, again = (
            a_cart_item(put_at=LATER),
            a_cart_item(),
            a_cart_item(put_at=LATER + timedelta(microseconds=1)),
        )
        cart, foreign = (
            a_cart(user, ordered, left, again),
            a_cart(other, a_cart_item(offer_id=ordered.offer_id)),
        )
        world.store(("users", user), ("users", other), ("carts", cart), ("carts", foreign))
        new_cart, before = CartId(new_id()), cart.id

        # The second time it is another cart.
        for _ in range(2):
            with world.new_uow() as uow:
                uow.carts.check_out(
                    before,
                    user.id,
                    [ordered.offer_id, again.offer_id],
                    placed_at=LATER,
                    new_id=new_cart,
                )
                uow.commit()

        with world.new_uow() as uow:
            found, untouched = uow.carts.find(user.id), uow.carts.find(other.id)
            assert found is not None
            assert untouched is not None
            assert {item.offer_id for item in found.items} == {left.offer_id, again.offer_id}
            assert (found.id, found.version, found.updated_at) == (new_cart, 2, world.clock.now)
            assert (untouched.id, len(untouched.items)) == (foreign.id, 1)
