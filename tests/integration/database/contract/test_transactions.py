"""Transactions."""

from datetime import timedelta

import pytest

from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import NotFound, Stale
from marketplace.domain.identity.user import User
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import UserId
from tests.factories import (
    LATER,
    a_seller,
    a_user,
    new_id,
    word,
)
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods


class TestTransaction:
    def test_what_is_committed_is_found_again(self, world: World) -> None:
        user = a_user()
        world.store(("users", user))

        with world.new_uow() as uow:
            assert uow.users.get(user.id).email == user.email

    def test_an_error_rolls_everything_back(self, world: World) -> None:
        user = a_user()

        def fail() -> None:
            with world.new_uow() as uow:
                uow.users.add(user)
                uow.users.get(UserId(new_id()))

        with pytest.raises(NotFound):
            fail()

        with world.new_uow() as uow, pytest.raises(NotFound):
            uow.users.get(user.id)

    def test_an_addition_without_a_commit_is_a_fault(self, world: World) -> None:
        user = a_user()
        with pytest.raises(RuntimeError, match="without a commit"), world.new_uow() as uow:
            uow.users.add(user)

        with world.new_uow() as uow:
            assert uow.users.find_by_email(user.email) is None

    def test_a_change_without_a_commit_is_a_fault(self, world: World) -> None:
        user = a_user()
        world.store(("users", user))

        with pytest.raises(RuntimeError, match="without a commit"), world.new_uow() as uow:
            uow.users.get(user.id).rename("Bea", uow.now)

    def test_a_change_that_was_flushed_by_a_read_is_a_fault_too(self, world: World) -> None:
        user = a_user()
        world.store(("users", user))

        def forget() -> None:
            with world.new_uow() as uow:
                uow.users.get(user.id).rename("Bea", uow.now)
                uow.users.find_by_email(word())

        with pytest.raises(RuntimeError, match="without a commit"):
            forget()

    def test_reading_needs_no_commit(self, world: World, goods: Goods) -> None:
        with world.new_uow() as uow:
            uow.sellers.get(goods.seller.id)
            uow.categories.lock_tree()
            uow.products.free_slug("anything")
            uow.orders.unfinalised(LATER, 10)

    def test_an_open_one_cannot_be_entered(self, world: World) -> None:
        uow = world.new_uow()
        with uow, pytest.raises(RuntimeError), uow:
            pytest.fail("it was entered twice")

    def test_a_closed_one_is_a_new_transaction(self, world: World) -> None:
        uow = world.new_uow()
        with uow:
            first = uow.now
            uow.commit()
        world.clock.advance(seconds=1)

        with uow:
            assert uow.now == first + timedelta(seconds=1)
            assert uow.now == uow.now

    def test_the_slower_of_two_changes_is_stale(self, world: World) -> None:
        user = a_user()
        world.store(("users", user))

        def overtake() -> None:
            with world.new_uow() as slow, world.new_uow() as fast:
                mine = slow.users.get(user.id)
                fast.users.get(user.id).rename("Bea", fast.now)
                fast.commit()
                mine.rename("Cleo", slow.now)
                slow.commit()

        with pytest.raises(Stale):
            overtake()

        with world.new_uow() as uow:
            assert uow.users.get(user.id).name == "Bea"

    def test_a_change_of_a_child_makes_others_stale(self, world: World) -> None:
        owner, second, third = a_user(), a_user(), a_user()
        seller = a_seller(owner)
        world.store(("users", owner), ("users", second), ("users", third), ("sellers", seller))

        def overtake() -> None:
            with world.new_uow() as slow, world.new_uow() as fast:
                mine = slow.sellers.get(seller.id)
                fast.sellers.get(seller.id).add_member(second.id, MemberRole.VIEWER, fast.now)
                fast.commit()
                mine.add_member(third.id, MemberRole.VIEWER, slow.now)
                slow.commit()

        with pytest.raises(Stale):
            overtake()

    def test_what_was_loaded_is_one_object(self, world: World, goods: Goods) -> None:
        with world.new_uow() as uow:
            seller = uow.sellers.get(goods.seller.id)

            assert uow.sellers.get(goods.seller.slug) is seller

    def test_retry_passes_on_what_a_step_returns_and_raises(self, world: World) -> None:
        uow = world.new_uow()

        assert uow.retry(lambda: 7) == 7
        with pytest.raises(NotFound):
            uow.retry(lambda: _get_nobody(uow))


def _get_nobody(uow: UnitOfWork) -> User:
    with uow:
        return uow.users.get(UserId(new_id()))
