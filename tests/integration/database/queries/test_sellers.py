"""Sellers and their members."""

import pytest

from marketplace.application.actor import Actor
from marketplace.domain.errors import Forbidden, NotFound, Unauthenticated
from marketplace.domain.sellers.seller import MemberRole, SellerStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import SqlReader
from tests.factories import (
    LATER,
    a_seller,
    a_user,
    an_actor,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import Goods
from tests.integration.database.queries.helpers import EVERYTHING, store, suspend


class TestSellers:
    def test_are_seen_by_whom_they_concern(
        self,
        engines: Engines,
        read: SqlReader,
        goods: Goods,
        admin: Actor,
        member: Actor,
        stranger: Actor,
    ) -> None:
        assert read.sellers.get(goods.seller.id, None) == read.sellers.get(
            goods.seller.slug, stranger
        )
        suspend(engines, goods.seller)

        for insider in (admin, member):
            view = read.sellers.get(goods.seller.slug, insider)
            assert (view.status, view.reason) == (SellerStatus.SUSPENDED, "slow")
        for outsider in (None, stranger):
            with pytest.raises(NotFound):
                read.sellers.get(goods.seller.id, outsider)

    def test_lists_hold_approved_ones_unless_an_administrator_asks(
        self, read: SqlReader, new_uow: NewUow, admin: Actor, stranger: Actor
    ) -> None:
        pending = a_seller(status=SellerStatus.PENDING)
        store(new_uow, ("sellers", pending))

        def listed(viewer: Actor | None) -> bool:
            found = read.sellers.list(EVERYTHING, viewer, SellerStatus.PENDING).items
            return pending.id in {each.id for each in found}

        assert listed(admin)
        with pytest.raises(Forbidden):
            listed(stranger)
        with pytest.raises(Unauthenticated):
            listed(None)
        assert pending.id not in {
            each.id for each in read.sellers.list(EVERYTHING, admin, None).items
        }

    def test_members_are_shown_to_owners(
        self,
        read: SqlReader,
        new_uow: NewUow,
        goods: Goods,
        member: Actor,
        admin: Actor,
        stranger: Actor,
    ) -> None:
        clerk = a_user()
        store(new_uow, ("users", clerk))
        with new_uow() as uow:
            uow.sellers.get(goods.seller.id).add_member(clerk.id, MemberRole.VIEWER, LATER)
            uow.commit()

        for viewer in (member, admin):
            found = read.sellers.members(goods.seller.id, EVERYTHING, viewer).items
            assert [(each.id, each.role) for each in found] == [
                (goods.user.id, MemberRole.OWNER),
                (clerk.id, MemberRole.VIEWER),
            ]
            assert read.sellers.member(goods.seller.slug, clerk.email.upper(), viewer) == found[1]
            with pytest.raises(NotFound):
                read.sellers.member(goods.seller.id, a_user().email, viewer)
        for outsider in (stranger, an_actor(clerk, {goods.seller.id: MemberRole.VIEWER})):
            with pytest.raises(Forbidden):
                read.sellers.members(goods.seller.id, EVERYTHING, outsider)
