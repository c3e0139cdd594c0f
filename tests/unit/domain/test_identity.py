"""Accounts, refresh families and members."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from marketplace.domain.errors import Conflict, NotFound, RuleViolated, Unauthenticated
from marketplace.domain.identity.events import RefreshTokenReused
from marketplace.domain.identity.refresh_family import GRACE, RefreshFamily
from marketplace.domain.identity.user import Role, User
from marketplace.domain.sellers.seller import MemberRole, Seller
from marketplace.domain.shared.ids import RefreshFamilyId, SellerId, UserId

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def a_user() -> User:
    return User.register(
        id=UserId(uuid4()), email="ann@example.org", name=" Ann ", password_hash="x", now=NOW
    )


def a_family() -> RefreshFamily:
    return RefreshFamily.start(
        id=RefreshFamilyId(uuid4()),
        user_id=UserId(uuid4()),
        token_hash="first",
        now=NOW,
        lifetime=DAY,
    )


def rotate(family: RefreshFamily, token: str, successor: str, now: datetime) -> bool:
    return family.rotate(token_hash=token, successor_hash=successor, now=now, lifetime=DAY)


def test_a_new_account_is_a_customer() -> None:
    user = a_user()
    assert (user.email, user.name) == ("ann@example.org", " Ann ")
    assert user.roles == {Role.CUSTOMER}
    assert user.version == 1


def test_renaming_and_appointing_count_as_changes() -> None:
    user = a_user()
    user.rename("Anna", NOW + DAY)
    user.make_admin(NOW + DAY)
    assert user.roles == {Role.CUSTOMER, Role.ADMIN}
    assert user.version == 3
    user.rehash_password("y")
    assert user.version == 3
    with pytest.raises(RuleViolated):
        user.rename(" ", NOW)


def test_a_refresh_token_is_good_once() -> None:
    family = a_family()
    assert rotate(family, "first", "second", NOW)
    assert rotate(family, "second", "third", NOW + DAY / 2)
    assert family.expires_at == NOW + DAY / 2 + DAY
    assert not rotate(family, "first", "second", NOW + DAY / 2)
    assert family.ended_at is not None
    assert isinstance(family.drain_events()[0], RefreshTokenReused)
    with pytest.raises(Unauthenticated):
        rotate(family, "third", "fourth", NOW + DAY / 2)


def test_a_lost_reply_may_be_asked_for_again_within_the_grace() -> None:
    family = a_family()
    rotate(family, "first", "second", NOW)
    assert rotate(family, "first", "second", NOW + GRACE - timedelta(microseconds=1))
    assert family.current_hash == "second"
    assert not rotate(family, "first", "second", NOW + GRACE)


def test_an_unknown_token_of_a_known_family_ends_it() -> None:
    family = a_family()
    assert not rotate(family, "forged", "x", NOW)
    assert family.ended_at == NOW


def test_a_family_expires_and_can_be_ended() -> None:
    with pytest.raises(Unauthenticated):
        rotate(a_family(), "first", "second", NOW + DAY)
    family = a_family()
    family.end(NOW)
    family.end(NOW + DAY)
    assert family.ended_at == NOW
    with pytest.raises(Unauthenticated):
        rotate(family, "first", "second", NOW)


def test_members_of_a_seller() -> None:
    owner, other = UserId(uuid4()), UserId(uuid4())
    seller = Seller.apply(
        id=SellerId(uuid4()), name="Acme", slug="acme", description="", owner_id=owner, now=NOW
    )
    seller.add_member(other, MemberRole.MANAGER, NOW)
    assert [member.role for member in seller.members] == [MemberRole.OWNER, MemberRole.MANAGER]
    with pytest.raises(Conflict, match="member"):
        seller.add_member(other, MemberRole.VIEWER, NOW)
    with pytest.raises(Conflict, match="owner"):
        seller.remove_member(owner, NOW)
    seller.remove_member(other, NOW)
    with pytest.raises(NotFound):
        seller.remove_member(other, NOW)
    assert seller.version == 3


def test_a_profile_changes_only_where_it_is_given() -> None:
    seller = Seller.apply(
        id=SellerId(uuid4()),
        name="Acme",
        slug="acme",
        description="All",
        owner_id=UserId(uuid4()),
        now=NOW,
    )
    seller.change_profile(name=None, slug=None, description=None, now=NOW + DAY)
    assert (seller.name, seller.slug, seller.description) == ("Acme", "acme", "All")
    seller.change_profile(name="Ace", slug="ace", description="", now=NOW + DAY)
    assert (seller.name, seller.slug, seller.description) == ("Ace", "ace", "")
    assert seller.version == 3
