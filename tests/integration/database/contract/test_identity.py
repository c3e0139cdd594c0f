"""Accounts, sessions, failed sign-ins."""

from datetime import timedelta

import pytest

from marketplace.domain.errors import Conflict
from marketplace.domain.identity.repositories import AttemptLimit, Exceeded
from tests.factories import (
    NOW,
    a_family,
    a_user,
    word,
)
from tests.integration.database.contract.worlds import World


class TestUsers:
    def test_are_found_by_email_without_regard_to_case(self, world: World) -> None:
        user = a_user(email=f"Ann.{word()}@Example.com")
        world.store(("users", user))

        with world.new_uow() as uow:
            found = uow.users.find_by_email(f" {user.email.upper()} ")
            assert found is not None
            assert (found.id, found.email) == (user.id, user.email)
            assert uow.users.find_by_email(word()) is None

    def test_an_email_belongs_to_one(self, world: World) -> None:
        user = a_user()
        world.store(("users", user))

        with pytest.raises(Conflict) as refused:
            world.store(("users", a_user(email=user.email.upper())))

        assert refused.value.code == "email_taken"

    def test_sessions_are_found_and_change(self, world: World) -> None:
        user = a_user()
        family = a_family(user)
        world.store(("users", user), ("refresh_families", family))

        with world.new_uow() as uow:
            found = uow.refresh_families.find_for_update(family.id)
            assert found is not None
            found.end(uow.now)
            uow.commit()

        with world.new_uow() as uow:
            ended = uow.refresh_families.find_for_update(family.id)
            assert ended is not None
            assert ended.ended_at == NOW


class TestLoginThrottle:
    @pytest.fixture
    def limits(self) -> list[AttemptLimit]:
        minute = timedelta(minutes=1)
        return [AttemptLimit(word(), 2, minute), AttemptLimit(word(), 3, minute)]

    def attempt(self, world: World, limits: list[AttemptLimit]) -> Exceeded | None:
        with world.new_uow() as uow:
            exceeded = uow.login_throttle.attempt(limits, uow.now)
            uow.commit()
        return exceeded

    def test_the_limit_is_borne_and_no_more(self, world: World, limits: list[AttemptLimit]) -> None:
        assert [self.attempt(world, limits) for _ in range(2)] == [None, None]
        world.clock.advance(seconds=20.5)
        assert self.attempt(world, limits) == Exceeded(2, 40)

    def test_a_refused_attempt_counts_for_nothing(
        self, world: World, limits: list[AttemptLimit]
    ) -> None:
        _, address = limits
        for _ in range(5):
            self.attempt(world, limits)

        # Two of the three that the address may have are used up, by the account's two.
        other = AttemptLimit(word(), 2, timedelta(minutes=1))
        assert self.attempt(world, [other, address]) is None
        assert self.attempt(world, [other, address]) == Exceeded(3, 60)

    def test_the_window_ends(self, world: World, limits: list[AttemptLimit]) -> None:
        for _ in range(3):
            self.attempt(world, limits)
        world.clock.advance(seconds=60)

        assert [self.attempt(world, limits) for _ in range(2)] == [None, None]

    def test_success_forgets_the_account_and_takes_one_from_the_address(
        self, world: World, limits: list[AttemptLimit]
    ) -> None:
        _, address = limits
        for _ in range(2):
            self.attempt(world, limits)
        with world.new_uow() as uow:
            uow.login_throttle.succeeded(limits, uow.now)
            uow.commit()

        assert [self.attempt(world, limits) for _ in range(2)] == [None, None]
        assert self.attempt(world, [AttemptLimit(word(), 9, timedelta(1)), address]) == Exceeded(
            3, 60
        )
