"""Offers: who sells a variant, and for how much.

Each locks the product first: the listing of a product is made of all its offers, and what others
do to them at the same time has to be seen.
"""

from marketplace.application.actor import Actor
from marketplace.application.catalogue.offer_commands import (
    ChangeOffer,
    CreateOffer,
    WithdrawOffer,
)
from marketplace.application.catalogue.steps import seller_of
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.errors import NotFound, RuleViolated
from marketplace.domain.inventory.movement import EnteredKind
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import MovementId, OfferId, SellerId, VariantId


@transaction_step
def create_offer(uow: UnitOfWork, command: CreateOffer) -> OfferId:
    """Offer a variant of a product of one's own, or of a published one of an approved seller.

    Raises:
        RuleViolated: a seller that is not the caller's; `unknown_variant`; `invalid_price`.
        Conflict: `sku_taken`; `offer_exists` for the variant in this condition;
            `invalid_transition` where the product is archived.
    """
    seller_id = seller_of(command.actor, command.seller_id)
    with uow:
        product = _product_to_offer(uow, command.variant_id, seller_id)
        product.require_editable()
        offer = Offer.create(
            id=command.offer_id,
            product_id=product.id,
            variant_id=command.variant_id,
            seller_id=seller_id,
            sku=command.sku,
            price=command.price,
            compare_at_price=command.compare_at_price,
            condition=command.condition,
            field="",
            now=uow.now,
        )
        uow.offers.add(offer)
        stock = StockItem(
            offer_id=offer.id,
            on_hand=command.on_hand,
            low_stock_threshold=command.low_stock_threshold,
        )
        uow.stock.add(stock, actor_id=command.actor.user_id)
        uow.listings.refresh([product.id])
        uow.commit()
    return command.offer_id


@transaction_step
def change_offer(uow: UnitOfWork, command: ChangeOffer, *, new_id: IdFactory) -> OfferId:
    """Units on hand that are others than were known are a count of them.

    Raises:
        RuleViolated: `invalid_price`.
        Conflict: `sku_taken`; `offer_exists`; `stock_allocated` where orders need more.
    """
    with uow:
        offer = _managed(uow, command.actor, command.offer_id)
        command.precondition.check("offer", offer)
        uow.products.find_for_update(offer.product_id)
        compare_at_price = command.compare_at_price or offer.compare_at_price
        offer.change(
            sku=command.sku or offer.sku,
            price=command.price or offer.price,
            compare_at_price=None if command.clear_compare_at_price else compare_at_price,
            condition=command.condition or offer.condition,
            now=uow.now,
        )
        if _change_stock(uow, command, new_id):
            offer.touch(uow.now)
        uow.listings.refresh([offer.product_id])
        uow.commit()
    return command.offer_id


@transaction_step
def withdraw_offer(uow: UnitOfWork, command: WithdrawOffer) -> None:
    with uow:
        offer = _managed(uow, command.actor, command.offer_id)
        command.precondition.check("offer", offer)
        uow.products.find_for_update(offer.product_id)
        offer.withdraw(uow.now)
        uow.listings.refresh([offer.product_id])
        uow.commit()


def _change_stock(uow: UnitOfWork, command: ChangeOffer, new_id: IdFactory) -> bool:
    """Whether there was anything to change."""
    watched = command.clear_low_stock_threshold or command.low_stock_threshold is not None
    if command.on_hand is None and not watched:
        return False
    item = uow.stock.get_for_update(command.offer_id)
    counted = False
    if command.on_hand is not None and command.on_hand != item.on_hand:
        counted = True
        movement = item.enter(
            EnteredKind.COUNTED,
            command.on_hand,
            id=MovementId(new_id()),
            actor_id=command.actor.user_id,
            reason=None,
            field="/onHand",
            now=uow.now,
        )
        uow.stock.record(movement)
    watched = watched and command.low_stock_threshold != item.low_stock_threshold
    if watched:
        item.low_stock_threshold = command.low_stock_threshold
        uow.stock.watch(item)
    return counted or watched


def _managed(uow: UnitOfWork, actor: Actor, offer_id: OfferId) -> Offer:
    offer = uow.offers.get(offer_id)
    actor.require_manager(offer.seller_id, what="offer", key=offer_id, visible=False)
    if offer.withdrawn_at is not None:
        raise NotFound("offer", offer_id)
    return offer


def _product_to_offer(uow: UnitOfWork, variant_id: VariantId, seller_id: SellerId) -> Product:
    product = uow.products.find_of_variant(variant_id)
    if product is None or all(each.id != variant_id for each in product.live_variants):
        raise _unknown_variant()
    if product.seller_id != seller_id and not (
        product.is_public and uow.sellers.get(product.seller_id).status is SellerStatus.APPROVED
    ):
        raise _unknown_variant()
    return product


def _unknown_variant() -> RuleViolated:
    return RuleViolated(
        "unknown_variant", "There is no such variant that you can offer.", field="/variantId"
    )
