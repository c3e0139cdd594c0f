"""Accounts, and the actors behind tokens."""

from datetime import timedelta

import pytest

from marketplace.application.actor import Actor
from marketplace.application.ports import AccessClaims
from marketplace.domain.errors import NotFound
from marketplace.domain.identity.user import Role
from marketplace.domain.sellers.seller import MemberRole
from marketplace.infrastructure.database.reader import SqlReader
from tests.factories import (
    NOW,
    a_family,
    a_seller,
    a_user,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import Goods
from tests.integration.database.queries.helpers import EVERYTHING, store


class TestUsers:
    def test_are_shown_with_their_sellers(
        self, read: SqlReader, new_uow: NewUow, goods: Goods
    ) -> None:
        second = a_seller(goods.user, name="Aaa")
        store(new_uow, ("sellers", second))

        view = read.users.get(goods.user.id)

        assert (view.email, view.name) == (goods.user.email, goods.user.name)
        assert list(view.roles) == [Role.CUSTOMER]
        assert [(each.id, each.role) for each in view.sellers] == [
            (second.id, MemberRole.OWNER),
            (goods.seller.id, MemberRole.OWNER),
        ]
        listed = read.users.list(EVERYTHING).items
        assert view in listed
        assert len({each.id for each in listed}) == len(listed)

    def test_unknown_ones(self, read: SqlReader) -> None:
        with pytest.raises(NotFound):
            read.users.get(a_user().id)

    def test_an_actor_lives_as_long_as_its_session(
        self, read: SqlReader, new_uow: NewUow, goods: Goods, executed: list[str]
    ) -> None:
        user = goods.user
        far = NOW + timedelta(days=36500)
        families = {
            "good": a_family(user, expires_at=far),
            "ended": a_family(user, expires_at=far, ended_at=NOW),
            "expired": a_family(user, expires_at=NOW - timedelta(days=3650)),
            "another's": a_family(user, expires_at=far),
        }
        other = a_user()
        families["another's"].user_id = other.id
        store(
            new_uow,
            ("users", other),
            *(("refresh_families", family) for family in families.values()),
        )

        def actor(name: str, version: int = 1) -> Actor | None:
            return read.users.actor(
                AccessClaims(user_id=user.id, family_id=families[name].id, session_version=version)
            )

        found = actor("good")
        assert len(executed) == 1
        assert found is not None
        assert (found.user_id, found.email, found.name) == (user.id, user.email, user.name)
        assert found.sellers == {goods.seller.id: MemberRole.OWNER}
        assert found.roles == user.roles
        assert found.family_id == families["good"].id
        assert [actor(name) for name in ("ended", "expired", "another's")] == [None] * 3
        assert actor("good", version=2) is None
