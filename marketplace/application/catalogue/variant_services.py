"""Variants of products that exist. They change at once: moderation looks at texts, not at them."""

from marketplace.application.actor import Actor
from marketplace.application.catalogue.commands import AddVariant, ChangeVariant, RemoveVariant
from marketplace.application.catalogue.steps import managed_product, merged
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.errors import NotFound
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import OfferId, VariantId


@transaction_step
def add_variant(uow: UnitOfWork, command: AddVariant, *, new_id: IdFactory) -> VariantId:
    """Append a variant, with the seller's offer of it.

    Raises:
        RuleViolated: options that do not fit the other variants, a bad barcode, weight or price.
        Conflict: `sku_taken`; `too_many_variants`; `invalid_transition` where archived.
    """
    with uow:
        found = managed_product(uow, command.actor, command.product)
        # Two at once would want the same position.
        product = uow.products.find_for_update(found.id)
        if product is None:
            raise NotFound("product", command.product)
        wanted = command.variant
        product.add_variant(
            Variant(
                id=command.variant_id,
                position=max(each.position for each in product.variants) + 1,
                options=wanted.options,
                barcode=wanted.barcode,
                weight=wanted.weight,
            ),
            uow.now,
        )
        offer = Offer.create(
            id=OfferId(new_id()),
            product_id=product.id,
            variant_id=command.variant_id,
            seller_id=product.seller_id,
            sku=wanted.sku,
            price=wanted.price,
            compare_at_price=wanted.compare_at_price,
            condition=wanted.condition,
            field="",
            now=uow.now,
        )
        uow.offers.add(offer)
        stock = StockItem(offer_id=offer.id, on_hand=wanted.on_hand)
        uow.stock.add(stock, actor_id=command.actor.user_id)
        uow.listings.refresh([product.id])
        uow.commit()
    return command.variant_id


@transaction_step
def change_variant(uow: UnitOfWork, command: ChangeVariant) -> VariantId:
    """Raises as `add_variant`."""
    with uow:
        product = _managed(uow, command.actor, command.variant_id)
        variant = product.variant(command.variant_id)
        barcode = None if command.clear_barcode else command.barcode or variant.barcode
        weight = variant.weight if command.weight is None else command.weight
        product.change_variant(
            variant.id,
            options=merged(variant.options, command.options, clear=command.clear_options),
            barcode=barcode,
            weight=None if command.clear_weight else weight,
            now=uow.now,
        )
        uow.listings.refresh([product.id])
        uow.commit()
    return command.variant_id


@transaction_step
def remove_variant(uow: UnitOfWork, command: RemoveVariant) -> None:
    """Take a variant away, and everybody's offers of it.

    Raises:
        Conflict: `last_variant`; `invalid_transition` where the product is archived.
    """
    with uow:
        product = _managed(uow, command.actor, command.variant_id)
        product.remove_variant(command.variant_id, uow.now)
        for offer in uow.offers.live_of_variant(command.variant_id):
            offer.withdraw(uow.now)
        uow.listings.refresh([product.id])
        uow.commit()


def _managed(uow: UnitOfWork, actor: Actor, variant_id: VariantId) -> Product:
    product = uow.products.find_of_variant(variant_id)
    if product is None:
        raise NotFound("variant", variant_id)
    actor.require_manager(
        product.seller_id, what="variant", key=variant_id, visible=product.is_public
    )
    return product
