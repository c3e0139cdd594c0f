"""Sellers apply, are admitted, and manage their profile and members."""

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
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import RuleViolated
from marketplace.domain.sellers.seller import Seller
from marketplace.domain.shared.ids import SellerId, UserId
from marketplace.domain.shared.slug import slugify


@transaction_step
def apply_as_seller(uow: UnitOfWork, command: ApplyAsSeller) -> SellerId:
    """Ask to be admitted; the caller becomes the owner.

    Raises:
        Conflict: `slug_taken`, when the slug was chosen and not derived.
    """
    with uow:
        slug = command.slug or uow.sellers.free_slug(slugify(command.name, fallback="seller"))
        seller = Seller.apply(
            id=command.seller_id,
            name=command.name,
            slug=slug,
            description=command.description,
            owner_id=command.actor.user_id,
            now=uow.now,
        )
        uow.sellers.add(seller)
        uow.commit()
    return command.seller_id


@transaction_step
def change_seller_profile(uow: UnitOfWork, command: ChangeSellerProfile) -> SellerId:
    with uow:
        if command.slug is None:
            seller = uow.sellers.get(command.seller)
        else:
            seller = uow.sellers.get_for_update(command.seller, slug=True)
        command.actor.require_manager(
            seller.id, what="seller", key=command.seller, visible=seller.is_public
        )
        command.precondition.check("seller", seller)
        seller.change_profile(
            name=command.name, slug=command.slug, description=command.description, now=uow.now
        )
        if command.slug is not None:
            uow.listings.refresh_seller(seller.id)
        uow.commit()
    return seller.id


@transaction_step
def approve_seller(uow: UnitOfWork, command: ApproveSeller) -> SellerId:
    command.actor.require_admin()
    with uow:
        seller = uow.sellers.get_for_update(command.seller)
        seller.approve(uow.now)
        uow.listings.refresh_seller(seller.id)
        uow.commit()
    return seller.id


@transaction_step
def reject_seller(uow: UnitOfWork, command: RejectSeller) -> SellerId:
    command.actor.require_admin()
    with uow:
        seller = uow.sellers.get(command.seller)
        seller.reject(command.reason, uow.now)
        uow.commit()
    return seller.id


@transaction_step
def suspend_seller(uow: UnitOfWork, command: SuspendSeller) -> SellerId:
    """Take a seller off the market: its offers vanish, its open orders can still be shipped."""
    command.actor.require_admin()
    with uow:
        seller = uow.sellers.get_for_update(command.seller)
        seller.suspend(command.reason, uow.now)
        uow.listings.refresh_seller(seller.id)
        uow.commit()
    return seller.id


@transaction_step
def reinstate_seller(uow: UnitOfWork, command: ReinstateSeller) -> SellerId:
    command.actor.require_admin()
    with uow:
        seller = uow.sellers.get_for_update(command.seller)
        seller.reinstate(uow.now)
        uow.listings.refresh_seller(seller.id)
        uow.commit()
    return seller.id


@transaction_step
def add_seller_member(uow: UnitOfWork, command: AddSellerMember) -> UserId:
    """Give an existing account a role.

    Raises:
        RuleViolated: `unknown_account`.
        Conflict: `already_member`.
    """
    with uow:
        seller = _owned(uow, command)
        user = uow.users.find_by_email(command.email)
        if user is None:
            raise RuleViolated("unknown_account", "No account has this address.", field="/email")
        seller.add_member(user.id, command.role, uow.now)
        uow.commit()
    return user.id


@transaction_step
def remove_seller_member(uow: UnitOfWork, command: RemoveSellerMember) -> None:
    """Raises `NotFound` for no member, `Conflict` (`last_owner`)."""
    with uow:
        seller = _owned(uow, command)
        seller.remove_member(command.user_id, uow.now)
        uow.commit()


def _owned(uow: UnitOfWork, command: AddSellerMember | RemoveSellerMember) -> Seller:
    seller = uow.sellers.get(command.seller)
    command.actor.require_owner(seller.id, key=command.seller, visible=seller.is_public)
    return seller
