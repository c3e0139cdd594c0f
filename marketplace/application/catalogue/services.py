"""Products: sellers describe and submit them, administrators let them in."""

from collections.abc import Sequence

from marketplace.application.actor import Actor
from marketplace.application.catalogue.commands import (
    ApproveProduct,
    ArchiveProduct,
    CreateProduct,
    NewVariant,
    RejectProduct,
    SubmitProduct,
)
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.catalogue.attributes import check_attributes
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product, Variant
from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.slug import slugify


@transaction_step
def create_product(uow: UnitOfWork, command: CreateProduct, *, new_id: IdFactory) -> ProductId:
    """Describe a product as a draft, and offer each variant of it.

    Raises:
        RuleViolated: a seller that is not the caller's, an unknown category, attributes that
            the category does not accept, variants that do not fit together.
        Conflict: `sku_taken` within the seller.
    """
    seller_id = _seller_of(command.actor, command.seller_id)
    with uow:
        category = uow.categories.find(command.category_id)
        if category is None:
            raise RuleViolated(
                "unknown_category", "There is no such category.", field="/categoryId"
            )
        check_attributes(uow.categories.attributes_of(category), command.attributes)
        variants = _variants(command.variants, new_id)
        product = Product.create(
            id=command.product_id,
            seller_id=seller_id,
            category_id=category.id,
            name=command.name,
            slug=uow.products.free_slug(slugify(command.name, fallback="product")),
            description=command.description,
            attributes=command.attributes,
            tags=command.tags,
            variants=variants,
            now=uow.now,
        )
        uow.products.add(product)
        _offer_variants(uow, product, command.variants, new_id)
        uow.commit()
    return command.product_id


@transaction_step
def submit_product(uow: UnitOfWork, command: SubmitProduct, *, moderation: bool) -> ProductId:
    """Ask for publication; without moderation that publishes at once.

    Raises:
        Conflict: `seller_not_approved`; `invalid_transition`.
    """
    with uow:
        product = _managed(uow, command.actor, command.product)
        seller = uow.sellers.get(product.seller_id)
        if seller.status is not SellerStatus.APPROVED:
            raise Conflict(
                "seller_not_approved",
                f"Only approved sellers submit products; this one is {seller.status}.",
            )
        product.submit(uow.now)
        if not moderation:
            product.publish(uow.now)
        uow.listings.refresh([product.id])
        uow.commit()
    return product.id


@transaction_step
def archive_product(uow: UnitOfWork, command: ArchiveProduct) -> ProductId:
    with uow:
        product = _managed(uow, command.actor, command.product)
        product.archive(uow.now)
        uow.listings.refresh([product.id])
        uow.commit()
    return product.id


@transaction_step
def approve_product(uow: UnitOfWork, command: ApproveProduct) -> ProductId:
    command.actor.require_admin()
    with uow:
        product = uow.products.get(command.product)
        product.publish(uow.now)
        uow.listings.refresh([product.id])
        uow.commit()
    return product.id


@transaction_step
def reject_product(uow: UnitOfWork, command: RejectProduct) -> ProductId:
    command.actor.require_admin()
    with uow:
        product = uow.products.get(command.product)
        product.reject(command.reason, uow.now)
        uow.commit()
    return product.id


def _seller_of(actor: Actor, seller_id: SellerId | None) -> SellerId:
    if seller_id is None:
        if len(actor.sellers) != 1:
            raise RuleViolated(
                "seller_required",
                "Say which seller: your account does not belong to exactly one.",
                field="/sellerId",
            )
        seller_id = next(iter(actor.sellers))
    elif not actor.reads(seller_id):
        raise RuleViolated(
            "unknown_seller", "Your account does not belong to this seller.", field="/sellerId"
        )
    actor.require_manager(seller_id, what="seller", key=seller_id, visible=True)
    return seller_id


def _managed(uow: UnitOfWork, actor: Actor, key: ProductId | str) -> Product:
    product = uow.products.get(key)
    actor.require_manager(product.seller_id, what="product", key=key, visible=product.is_public)
    return product


def _variants(wanted: Sequence[NewVariant], new_id: IdFactory) -> list[Variant]:
    return [
        Variant(
            id=VariantId(new_id()),
            position=position,
            options=variant.options,
            barcode=variant.barcode,
        )
        for position, variant in enumerate(wanted, start=1)
    ]


def _offer_variants(
    uow: UnitOfWork, product: Product, wanted: Sequence[NewVariant], new_id: IdFactory
) -> None:
    for index, (variant, offered) in enumerate(zip(product.variants, wanted, strict=True)):
        offer = Offer.create(
            id=OfferId(new_id()),
            product_id=product.id,
            variant_id=variant.id,
            seller_id=product.seller_id,
            sku=offered.sku,
            price=offered.price,
            compare_at_price=offered.compare_at_price,
            condition=offered.condition,
            field=f"/variants/{index}",
            now=uow.now,
        )
        uow.offers.add(offer)
        uow.stock.add(StockItem(offer_id=offer.id, on_hand=offered.on_hand))
