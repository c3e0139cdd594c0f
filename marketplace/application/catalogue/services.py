"""Products: sellers describe and submit them, administrators let them in."""

from collections.abc import Sequence

from marketplace.application.catalogue.commands import (
    ApproveProduct,
    ArchiveProduct,
    CreateProduct,
    NewVariant,
    RejectProduct,
    ReviseProduct,
    SubmitProduct,
)
from marketplace.application.catalogue.steps import (
    check_category,
    managed_product,
    merged,
    rename,
    seller_of,
)
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.catalogue.offer import Offer
from marketplace.domain.catalogue.product import Product
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.errors import Conflict
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import OfferId, ProductId, VariantId
from marketplace.domain.shared.slug import slugify


@transaction_step
def create_product(uow: UnitOfWork, command: CreateProduct, *, new_id: IdFactory) -> ProductId:
    """Describe a product as a draft, and offer each variant of it.

    Raises:
        RuleViolated: a seller that is not the caller's, an unknown category, attributes that
            the category does not accept, variants that do not fit together.
        Conflict: `sku_taken` within the seller.
    """
    seller_id = seller_of(command.actor, command.seller_id)
    with uow:
        check_category(uow, command.category_id, command.attributes)
        variants = _variants(command.variants, new_id)
        product = Product.create(
            id=command.product_id,
            seller_id=seller_id,
            category_id=command.category_id,
            name=command.name,
            slug=uow.products.free_slug(slugify(command.name, fallback="product")),
            description=command.description,
            attributes=command.attributes,
            tags=command.tags,
            variants=variants,
            now=uow.now,
        )
        uow.products.add(product)
        stock = _offer_variants(uow, product, command.variants, new_id)
        uow.stock.add(*stock, actor_id=command.actor.user_id)
        uow.commit()
    return command.product_id


@transaction_step
def revise_product(uow: UnitOfWork, command: ReviseProduct, *, moderation: bool) -> ProductId:
    """Change what a product says of itself.

    Under moderation the changes of a published product wait for approval; what was rejected
    becomes a draft again. Where a new name takes effect the slug follows it.

    Raises:
        RuleViolated: `unknown_category`, `invalid_attribute`.
        Conflict: `invalid_transition` where archived.
    """
    with uow:
        product = managed_product(uow, command.actor, command.product)
        command.precondition.check("product", product)
        product.require_editable()
        name, category_id = product.name, product.category_id
        product.revise(_changes(uow, product, command), uow.now, moderated=moderation)
        rename(uow, product, name)
        uow.listings.refresh([product.id], left=[category_id])
        uow.commit()
    return product.id


@transaction_step
def submit_product(uow: UnitOfWork, command: SubmitProduct, *, moderation: bool) -> ProductId:
    """Ask for publication; without moderation that publishes at once.

    Raises:
        Conflict: `seller_not_approved`; `invalid_transition`.
    """
    with uow:
        product = managed_product(uow, command.actor, command.product)
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
        product = managed_product(uow, command.actor, command.product)
        product.archive(uow.now)
        uow.listings.refresh([product.id])
        uow.commit()
    return product.id


@transaction_step
def approve_product(uow: UnitOfWork, command: ApproveProduct) -> ProductId:
    """Publish what was submitted, or the changes that wait.

    Raises:
        Conflict: `category_gone` since the changes were asked for; `invalid_transition`.
        RuleViolated: `invalid_attribute` where the category has come to refuse the changes.
    """
    command.actor.require_admin()
    with uow:
        product = uow.products.get(command.product)
        _require_acceptable(uow, product)
        name, category_id = product.name, product.category_id
        product.approve(uow.now)
        rename(uow, product, name)
        uow.listings.refresh([product.id], left=[category_id])
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


def _changes(uow: UnitOfWork, product: Product, command: ReviseProduct) -> ProductChanges:
    intended = product.intended
    attributes = None
    if command.attributes is not None or command.clear_attributes:
        attributes = merged(
            intended.attributes or {}, command.attributes, clear=command.clear_attributes
        )
    changes = ProductChanges(
        name=command.name,
        description=command.description,
        category_id=command.category_id,
        attributes=attributes,
        tags=None if command.tags is None else tuple(command.tags),
    )
    if changes.category_id is not None or attributes is not None:
        _check_wanted(uow, product, changes.over(intended))
    return changes


def _check_wanted(uow: UnitOfWork, product: Product, wanted: ProductChanges) -> None:
    check_category(uow, wanted.category_id or product.category_id, wanted.attributes or {})


def _require_acceptable(uow: UnitOfWork, product: Product) -> None:
    # Nothing holds on to a category that is only asked for, and definitions may have changed.
    changes = product.pending_changes
    if changes is None:
        return
    if changes.category_id and uow.categories.find(changes.category_id) is None:
        raise Conflict("category_gone", "The category that is asked for exists no more.")
    if changes.category_id is not None or changes.attributes is not None:
        _check_wanted(uow, product, product.intended)


def _variants(wanted: Sequence[NewVariant], new_id: IdFactory) -> list[Variant]:
    return [
        Variant(
            id=VariantId(new_id()),
            position=position,
            options=variant.options,
            barcode=variant.barcode,
            weight=variant.weight,
        )
        for position, variant in enumerate(wanted, start=1)
    ]


def _offer_variants(
    uow: UnitOfWork, product: Product, wanted: Sequence[NewVariant], new_id: IdFactory
) -> list[StockItem]:
    stock = []
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
        stock.append(StockItem(offer_id=offer.id, on_hand=offered.on_hand))
    return stock
