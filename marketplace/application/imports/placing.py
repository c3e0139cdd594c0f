"""Bringing products of the catalogue to what rows ask for. The unit of work is open."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from marketplace.application.catalogue.steps import rename
from marketplace.application.imports import columns
from marketplace.application.imports.attributes import wanted_attributes
from marketplace.application.imports.batch import Batch, Placing
from marketplace.application.imports.refusals import RowsRefused, of_row, refusal
from marketplace.application.imports.variants import Shelf, own_options
from marketplace.application.imports.wanted import Wanted, WantedProduct, Wish
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.catalogue.attributes import check_attributes
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.catalogue.product import Product, ProductStatus
from marketplace.domain.catalogue.variant import Variant
from marketplace.domain.errors import InvalidTransition
from marketplace.domain.imports.product_import import RowError
from marketplace.domain.shared.ids import CategoryId, ProductId, VariantId


class Result(StrEnum):
    """What became of a row that was not refused."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def place(uow: UnitOfWork, everything: Sequence[Wanted], placing: Placing) -> Mapping[int, Result]:
    """Do what all of these ask for, and return what became of each row.

    Raises:
        RowsRefused: rows of one of them; nothing may be committed then.
    """
    batch = Batch.look_up(uow, placing, everything)
    results: dict[int, Result] = {}
    for wanted in everything:
        results |= dict.fromkeys(wanted.idle, Result.UNCHANGED)
        if wanted.asks:
            results |= _place(batch, wanted)
    batch.write()
    return results


def _place(batch: Batch, wanted: Wanted) -> Mapping[int, Result]:
    results: dict[int, Result] = {}
    product = batch.products.get(wanted.handle)
    is_new = product is None
    left = [] if product is None else [product.category_id]
    if product is None:
        if wanted.product is None:
            raise RowsRefused(_without_product(wanted))
        product = _create(batch, wanted, wanted.product)
    elif wanted.product is not None and not wanted.product.superseded:
        results[wanted.product.row] = _revise(batch, product, wanted.product)
    for row, result in _put_variants(batch, product, wanted).items():
        if result is not Result.UNCHANGED or row not in results:
            results[row] = result
    if wanted.product is not None:
        with of_row(wanted.product.row, columns.STATUS):
            if _move(batch, product, wanted.product):
                results[wanted.product.row] = Result.UPDATED
            results.setdefault(wanted.product.row, Result.UNCHANGED)
        if is_new:
            results[wanted.product.row] = Result.CREATED
    if any(result is not Result.UNCHANGED for result in results.values()):
        batch.changed(product, left)
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


def _put_variants(batch: Batch, product: Product, wanted: Wanted) -> Mapping[int, Result]:
    results = {}
    skus = wanted.skus
    shelf = Shelf(
        uow=batch.uow,
        product=product,
        seller_id=batch.placing.seller_id,
        requested_by=batch.placing.requested_by,
        new_id=batch.placing.new_id,
        offers=[each for each in batch.offers if each.product_id == product.id or each.sku in skus],
    )
    for each in wanted.variants:
        with of_row(each.row):
            results[each.row] = Result.UPDATED if shelf.put(each) else Result.UNCHANGED
        if each.row in shelf.new_rows:
            results[each.row] = Result.CREATED
    batch.add_stock(shelf.stock)
    return results


def _create(batch: Batch, wanted: Wanted, said: WantedProduct) -> Product:
    """A draft with the first of its variants, which is not on offer yet."""
    row = said.row
    if said.category is None:
        raise refusal(row, columns.CATEGORY, "required", "A new product says its category.")
    if not wanted.variants:
        raise refusal(row, columns.SKU, "required", "A new product has a variant with a SKU.")
    first = wanted.variants[0]
    category_id = _category(batch, said, said.category)
    with of_row(row):
        attributes = _attributes(batch, said, category_id, {})
        check_attributes(batch.definitions(category_id), attributes)
    variant = Variant(
        id=VariantId(batch.placing.new_id()),
        position=1,
        options=own_options(first),
        barcode=first.barcode,
        weight=first.weight,
    )
    with of_row(first.row):
        product = Product.create(
            id=ProductId(batch.placing.new_id()),
            seller_id=batch.placing.seller_id,
            category_id=category_id,
            name=said.title,
            slug=batch.slugs[wanted.handle],
            description=said.description or "",
            attributes=attributes,
            tags=said.tags or (),
            variants=[variant],
            now=batch.uow.now,
        )
    batch.add_product(wanted.handle, product)
    return product


def _revise(batch: Batch, product: Product, said: WantedProduct) -> Result:
    intended = product.intended
    category_id, attributes = intended.category_id or product.category_id, intended.attributes or {}
    with of_row(said.row):
        if said.category is not None:
            category_id = _category(batch, said, said.category)
        wanted = _attributes(batch, said, category_id, attributes)
        if category_id != intended.category_id or wanted != attributes:
            check_attributes(batch.definitions(category_id), wanted)
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
        product.revise(asked, batch.uow.now, moderated=batch.placing.moderation)
        rename(batch.uow, product, name)
    return Result.UPDATED


def _unless_so(wanted: str | None, present: str | None) -> str | None:
    """White space around a text is lost in a file, and no change."""
    return None if wanted == (present or "").strip() else wanted


def _same_tags(wanted: tuple[str, ...] | None, present: tuple[str, ...] | None) -> bool:
    kept = (tag.strip() for tag in present or ())
    return wanted is None or wanted == tuple(dict.fromkeys(tag for tag in kept if tag))


def _category(batch: Batch, said: WantedProduct, names: Sequence[str]) -> CategoryId:
    found = batch.categories(names)
    if len(found) != 1:
        words = "There is no category" if not found else "There is more than one category"
        raise refusal(
            said.row, columns.CATEGORY, "unknown_category", f"{words} {' > '.join(names)}."
        )
    return found[0]


def _attributes(
    batch: Batch,
    said: WantedProduct,
    category_id: CategoryId,
    present: Mapping[str, str | int | float | bool],
) -> Mapping[str, str | int | float | bool]:
    if not said.attributes:
        return present
    return wanted_attributes(said.attributes, present, batch.definitions(category_id))


def _move(batch: Batch, product: Product, said: WantedProduct) -> bool:
    """Lead the product to the status that the row says. Whether that took a step."""
    status = product.status
    if said.superseded:
        return False
    match said.status:
        case Wish.ACTIVE if status is ProductStatus.DRAFT:
            _submit(batch, product, said)
            return True
        case Wish.ACTIVE if status is ProductStatus.ARCHIVED:
            product.submit(batch.uow.now)
        case Wish.ARCHIVED if status is not ProductStatus.ARCHIVED:
            product.archive(batch.uow.now)
            return True
        case Wish.DRAFT if status not in (ProductStatus.DRAFT, ProductStatus.REJECTED):
            raise InvalidTransition("product", status, "draft", [])
    return False


def _submit(batch: Batch, product: Product, said: WantedProduct) -> None:
    if not batch.is_approved:
        raise refusal(
            said.row,
            columns.STATUS,
            "seller_not_approved",
            "Only approved sellers submit products: leave them drafts.",
        )
    product.submit(batch.uow.now)
    if not batch.placing.moderation:
        product.publish(batch.uow.now)
