"""Sellers apply, are admitted, and manage their members."""

from typing import Any

import pytest

from marketplace.application.actor import Actor
from marketplace.application.precondition import Precondition
from marketplace.application.sellers.commands import (
    AddSellerMember,
    ApplyAsSeller,
    ApproveSeller,
    ChangeSellerProfile,
    ReinstateSeller,
    RejectSeller,
    RemoveSellerMember,
    SuspendSeller,
)
from marketplace.application.sellers.services import (
    add_seller_member,
    apply_as_seller,
    approve_seller,
    change_seller_profile,
    reinstate_seller,
    reject_seller,
    remove_seller_member,
    suspend_seller,
)
from marketplace.domain.errors import Conflict, Forbidden, NotFound, RuleViolated
from marketplace.domain.sellers.seller import MemberRole, Seller, SellerStatus
from marketplace.domain.shared.ids import SellerId
from tests.factories import an_actor, new_id
from tests.unit.application.shop import Shop


def seller_of(shop: Shop, seller_id: Any) -> Seller:
    with shop.database.unit_of_work() as uow:
        return uow.sellers.get(seller_id)


def apply(shop: Shop, name: str = "Oak & Sons", slug: str | None = None) -> SellerId:
    command = ApplyAsSeller(actor=shop.buyer, seller_id=SellerId(new_id()), name=name, slug=slug)
    return apply_as_seller(shop.database.unit_of_work(), command)


def test_who_applies_owns_and_waits(shop: Shop) -> None:
    seller = seller_of(shop, apply(shop))
    assert (seller.slug, seller.status) == ("oak-sons", SellerStatus.PENDING)
    assert [(m.user_id, m.role) for m in seller.members] == [(shop.buyer.user_id, MemberRole.OWNER)]


def test_a_derived_slug_gives_way_and_a_chosen_one_does_not(shop: Shop) -> None:
    apply(shop)
    assert seller_of(shop, apply(shop)).slug == "oak-sons-2"
    with pytest.raises(Conflict):
        apply(shop, slug="oak-sons")


def test_admission(shop: Shop) -> None:
    seller = apply(shop)
    new = shop.database.unit_of_work
    approve_seller(new(), ApproveSeller(actor=shop.admin, seller=seller))
    assert seller_of(shop, seller).status is SellerStatus.APPROVED
    suspend_seller(new(), SuspendSeller(actor=shop.admin, seller=seller, reason="Fraud"))
    assert seller_of(shop, seller).reason == "Fraud"
    reinstate_seller(new(), ReinstateSeller(actor=shop.admin, seller="oak-sons"))
    assert seller_of(shop, seller).status is SellerStatus.APPROVED
    assert seller_of(shop, seller).reason is None
    other = apply(shop)
    reject_seller(new(), RejectSeller(actor=shop.admin, seller=other, reason="No imprint"))
    assert seller_of(shop, other).status is SellerStatus.REJECTED


@pytest.mark.parametrize(
    ("service", "command"),
    [
        (approve_seller, ApproveSeller),
        (reinstate_seller, ReinstateSeller),
        (reject_seller, RejectSeller),
        (suspend_seller, SuspendSeller),
    ],
)
def test_only_administrators_admit(shop: Shop, service: Any, command: Any) -> None:
    fields = {"reason": "x"} if command in (RejectSeller, SuspendSeller) else {}
    with pytest.raises(Forbidden):
        service(
            shop.database.unit_of_work(),
            command(actor=shop.member, seller=shop.seller.id, **fields),
        )


def change(shop: Shop, actor: Actor, seller: SellerId) -> None:
    change_seller_profile(
        shop.database.unit_of_work(),
        ChangeSellerProfile(
            actor=actor, seller=seller, precondition=Precondition(anything=True), name="New"
        ),
    )


def test_a_profile_is_changed_by_managers_only(shop: Shop) -> None:
    change(shop, shop.member, shop.seller.id)
    assert seller_of(shop, shop.seller.id).name == "New"
    viewer = an_actor(shop.customer, {shop.seller.id: MemberRole.VIEWER})
    for actor in (viewer, shop.buyer, shop.admin):
        with pytest.raises(Forbidden):
            change(shop, actor, shop.seller.id)


def test_a_seller_that_is_not_public_is_unknown_to_strangers(shop: Shop) -> None:
    seller = apply(shop)
    with pytest.raises(NotFound):
        change(shop, shop.member, seller)
    with pytest.raises(Forbidden):
        change(shop, shop.admin, seller)


def add(shop: Shop, actor: Actor, email: str, seller: SellerId | None = None) -> Any:
    return add_seller_member(
        shop.database.unit_of_work(),
        AddSellerMember(
            actor=actor,
            seller=seller or shop.seller.id,
            email=email,
            role=MemberRole.MANAGER,
        ),
    )


def test_owners_manage_the_members(shop: Shop) -> None:
    assert add(shop, shop.member, shop.customer.email) == shop.customer.id
    with pytest.raises(Conflict):
        add(shop, shop.member, shop.customer.email)
    with pytest.raises(RuleViolated) as error:
        add(shop, shop.member, "nobody@example.com")
    assert error.value.params["field"] == "/email"

    def remove(user_id: Any) -> None:
        remove_seller_member(
            shop.database.unit_of_work(),
            RemoveSellerMember(actor=shop.member, seller=shop.seller.id, user_id=user_id),
        )

    remove(shop.customer.id)
    with pytest.raises(NotFound):
        remove(shop.customer.id)
    with pytest.raises(Conflict):
        remove(shop.owner.id)


def test_managers_and_strangers_do_not(shop: Shop) -> None:
    manager = an_actor(shop.customer, {shop.seller.id: MemberRole.MANAGER})
    for actor in (manager, shop.buyer):
        with pytest.raises(Forbidden):
            add(shop, actor, shop.boss.email)
    hidden = apply(shop)
    with pytest.raises(NotFound):
        add(shop, shop.member, shop.boss.email, hidden)
