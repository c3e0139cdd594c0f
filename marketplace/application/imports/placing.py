"""Bringing a product of the catalogue to what rows ask for. The unit of work is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from marketplace.application.catalogue.steps import check_category, rename
from marketplace.application.imports import columns
from marketplace.application.imports.attributes import wanted_attributes
from marketplace.application.imports.refusals import RowsRefused, of_row, refusal
from marketplace.application.imports.variants import Shelf, own_options
from marketplace.application.imports.wanted import Wanted, WantedProduct, Wish
from marketplace.application.ports import IdFactory
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.attributes import AttributeDefinition
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.errors import InvalidTransition
from marketplace.domain.imports.product_import import RowError
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId, UserId, VariantId
from marketplace.domain.shared.slug import slugify


class Result(StrEnum):
    """What became of a row that was not refused."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(kw_only=True)
class Placing:
    """In whose name it happens, and what was looked up before."""

    seller_id: SellerId
    requested_by: UserId
    moderation: bool
    new_id: IdFactory
    categories: dict[tuple[str, ...], Sequence[CategoryId]] = field(default_factory=dict)
    definitions: dict[CategoryId, Sequence[AttributeDefinition]] = field(default_factory=dict)


def place(uow: UnitOfWork, wanted: Wanted, placing: Placing) -> Mapping[int, Result]:
    """Do what `wanted` asks for, and return what became of each row.

    Raises:
        RowsRefused: nothing may be committed then.
    """
    results = dict.fromkeys(wanted.idle, Result.UNCHANGED)
    product_id = uow.imports.find_product(placing.seller_id, wanted.handle)
    product = None if product_id is None else uow.products.find_for_update(product_id)
    if product is None:
        if wanted.product is None:
            raise RowsRefused(_without_product(wanted))
        product = _create(uow, wanted, wanted.product, placing)
        is_new = True
        left = []
    else:
        is_new = False
        left = [product.category_id]
        if wanted.product is not None and not wanted.product.superseded:
            results[wanted.product.row] = _revise(uow, product, wanted.product, placing)
    for row, result in _put_variants(uow, product, wanted, placing).items():
        if result is not Result.UNCHANGED or row not in results:
            results[row] = result
    if wanted.product is not None:
        with of_row(wanted.product.row, columns.STATUS):
            if _move(uow, product, wanted.product, placing):
                results[wanted.product.row] = Result.UPDATED
            results.setdefault(wanted.product.row, Result.UNCHANGED)
        if is_new:
            results[wanted.product.row] = Result.CREATED
    if any(result is not Result.UNCHANGED for result in results.values()):
        uow.listings.refresh([product.id], left=left)
    return results


def _without_product(wanted: Wanted) -> list[RowError]:
    """A product that cannot be made takes its rows along."""
    message = "The first row of a new product says its title."
    if refused := wanted.refused:
        message = f"There is no product of this handle: see row {min(refused)}."
    return [
        RowError(row=each.row, pointer=f"/{columns.TITLE}", code="no_product", message=message)
        for each in wanted.variants
    ]


def _put_variants(
    uow: UnitOfWork, product: Product, wanted: Wanted, placing: Placing
) -> Mapping[int, Result]:
    results = {}
    skus = {each.sku for each in wanted.variants if each.sku is not None}
    shelf = Shelf(
        uow=uow,
        product=product,
        seller_id=placing.seller_id,
        requested_by=placing.requested_by,
        new_id=placing.new_id,
        offers=list(uow.offers.live_of_seller(placing.seller_id, product.id, skus)),
    )
    for each in wanted.variants:
        with of_row(each.row):
            results[each.row] = Result.UPDATED if shelf.put(each) else Result.UNCHANGED
        if each.row in shelf.new_rows:
            results[each.row] = Result.CREATED
    shelf.stock_up()
    return results


def _create(uow: UnitOfWork, wanted: Wanted, said: WantedProduct, placing: Placing) -> Product:
    """A draft with the first of its variants, which is not on offer yet."""
    row = said.row
    if said.category is None:
        raise refusal(row, columns.CATEGORY, "required", "A new product says its category.")
    if not wanted.variants:
        raise refusal(row, columns.SKU, "required", "A new product has a variant with a SKU.")
    first = wanted.variants[0]
    category_id = _category(uow, said, said.category, placing)
    with of_row(row):
        attributes = _attributes(uow, said, category_id, {}, placing)
        check_category(uow, category_id, attributes)
    variant = Variant(
        id=VariantId(placing.new_id()),
        position=1,
        options=own_options(first),
        barcode=first.barcode,
    )
    with of_row(first.row):
        product = Product.create(
            id=ProductId(placing.new_id()),
            seller_id=placing.seller_id,
            category_id=category_id,
            name=said.title,
            slug=uow.products.free_slug(slugify(wanted.handle, fallback="product")),
            description=said.description or "",
            attributes=attributes,
            tags=said.tags or (),
            variants=[variant],
            now=uow.now,
        )
    uow.products.add(product)
    uow.imports.name_product(placing.seller_id, wanted.handle, product.id)
    return product


def _revise(uow: UnitOfWork, product: Product, said: WantedProduct, placing: Placing) -> Result:
    intended = product.intended
    category_id, attributes = intended.category_id or product.category_id, intended.attributes or {}
    with of_row(said.row):
        if said.category is not None:
            category_id = _category(uow, said, said.category, placing)
        wanted = _attributes(uow, said, category_id, attributes, placing)
        if category_id != intended.category_id or wanted != attributes:
            check_category(uow, category_id, wanted)
        asked = ProductChanges(
            name=_unless_so(said.title, intended.name),
            description=_unless_so(said.description, intended.description),
            category_id=category_id,
            attributes=wanted,
            tags=None if _same_tags(said.tags, intended.tags) else said.tags,
        ).without_what_is_so(intended)
        if not asked.given:
            return Result.UNCHANGED
        name = product.name
        product.revise(asked, uow.now, moderated=placing.moderation)
        rename(uow, product, name)
    return Result.UPDATED


def _unless_so(wanted: str | None, present: str | None) -> str | None:
    """White space around a text is lost in a file, and no change."""
    return None if wanted == (present or "").strip() else wanted


def _same_tags(wanted: tuple[str, ...] | None, present: tuple[str, ...] | None) -> bool:
    kept = (tag.strip() for tag in present or ())
    return wanted is None or wanted == tuple(dict.fromkeys(tag for tag in kept if tag))


def _category(
    uow: UnitOfWork, said: WantedProduct, names: Sequence[str], placing: Placing
) -> CategoryId:
    key = tuple(names)
    if key not in placing.categories:
        placing.categories[key] = uow.categories.named(key)
    found = placing.categories[key]
    if len(found) != 1:
        words = "There is no category" if not found else "There is more than one category"
        raise refusal(
            said.row, columns.CATEGORY, "unknown_category", f"{words} {' > '.join(names)}."
        )
    return found[0]


def _attributes(
    uow: UnitOfWork,
    said: WantedProduct,
    category_id: CategoryId,
    present: Mapping[str, str | int | float | bool],
    placing: Placing,
) -> Mapping[str, str | int | float | bool]:
    if not said.attributes:
        return present
    if category_id not in placing.definitions:
        category = uow.categories.find(category_id)
        found = [] if category is None else uow.categories.attributes_of(category)
        placing.definitions[category_id] = found
    return wanted_attributes(said.attributes, present, placing.definitions[category_id])


def _move(uow: UnitOfWork, product: Product, said: WantedProduct, placing: Placing) -> bool:
    """Lead the product to the status that the row says. Whether that took a step."""
    status = product.status
    if said.superseded:
        return False
    match said.status:
        case Wish.ACTIVE if status is ProductStatus.DRAFT:
            _submit(uow, product, said, placing)
            return True
        case Wish.ACTIVE if status is ProductStatus.ARCHIVED:
            product.submit(uow.now)
        case Wish.ARCHIVED if status is not ProductStatus.ARCHIVED:
            product.archive(uow.now)
            return True
        case Wish.DRAFT if status not in (ProductStatus.DRAFT, ProductStatus.REJECTED):
            raise InvalidTransition("product", status, "draft", [])
    return False


def _submit(uow: UnitOfWork, product: Product, said: WantedProduct, placing: Placing) -> None:
    seller = uow.sellers.get(placing.seller_id)
    if seller.status is not SellerStatus.APPROVED:
        raise refusal(
            said.row,
            columns.STATUS,
            "seller_not_approved",
            "Only approved sellers submit products: leave them drafts.",
        )
    product.submit(uow.now)
    if not placing.moderation:
        product.publish(uow.now)
