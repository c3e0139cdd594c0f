"""Products as a file that an import takes for no change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TypeAlias

from marketplace.application.imports import cells, columns
from marketplace.application.imports.attributes import write_attribute
from marketplace.application.imports.queries import (
    ExportedProduct,
    ExportedVariant,
    ExportQueries,
    ImportQueries,
)
from marketplace.application.imports.wanted import NO_OPTION, Wish
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.shared.ids import ImportId, ProductId, SellerId

OpenExports: TypeAlias = Callable[[], AbstractContextManager[ExportQueries]]
OpenImports: TypeAlias = Callable[[], AbstractContextManager[ImportQueries]]

BATCH = 200

_STATUS = {
    ProductStatus.DRAFT: Wish.DRAFT,
    ProductStatus.PENDING: Wish.ACTIVE,
    ProductStatus.PUBLISHED: Wish.ACTIVE,
    ProductStatus.REJECTED: Wish.DRAFT,
    ProductStatus.ARCHIVED: Wish.ARCHIVED,
}
_PRODUCT = (columns.TITLE, columns.BODY, columns.CATEGORY, columns.TAGS, columns.PUBLISHED)
_OPTIONS = tuple(name for pair in columns.OPTIONS for name in pair)
_VARIANT = (
    columns.SKU,
    columns.QUANTITY,
    columns.PRICE,
    columns.COMPARE_AT_PRICE,
    columns.BARCODE,
    columns.GRAMS,
    columns.CONDITION,
    columns.CURRENCY,
)


def export_products(
    open_exports: OpenExports, seller_id: SellerId, *, decimals: Callable[[str], int]
) -> Iterator[tuple[str, int]]:
    """Pieces of a CSV file of everything that a seller describes, each with the number of products
    in it. `decimals` tells how many a currency has.

    Batches are read one after another: a product that changes meanwhile is as it is when its
    batch is read.
    """
    with open_exports() as read:
        attributes = read.attributes(seller_id)
    named = [columns.attribute_column(name) for name in attributes]
    header = [columns.HANDLE, *_PRODUCT, *_OPTIONS, *_VARIANT, columns.STATUS, *named]
    yield cells.write_row(header), 0
    after: ProductId | None = None
    while True:
        with open_exports() as read:
            found = read.products(seller_id, after, BATCH)
        if found:
            yield "".join(_rows(found, header, attributes, decimals)), len(found)
            after = found[-1].id
        if len(found) < BATCH:
            return


def export_errors(open_imports: OpenImports, import_id: ImportId) -> Iterator[str]:
    """Pieces of a CSV file of all errors of an import."""
    yield cells.write_row(["row", "pointer", "code", "message"])
    last: int | None = 0
    while last is not None:
        with open_imports() as read:
            page = read.errors(import_id, last)
        yield "".join(
            cells.write_row([str(error.row), error.pointer, error.code, error.message])
            for error in page.errors
        )
        last = page.last


def _rows(
    found: Sequence[ExportedProduct],
    header: Sequence[str],
    attributes: Sequence[str],
    decimals: Callable[[str], int],
) -> Iterator[str]:
    for product in found:
        said = _product(product, attributes)
        for variant in product.variants:
            row = {columns.HANDLE: product.handle, **said, **_variant(variant, decimals)}
            yield cells.write_row([row.get(name, "") for name in header])
            # What is of the product stands in its first row alone.
            said = {}


def _product(product: ExportedProduct, attributes: Sequence[str]) -> Mapping[str, str]:
    values = {
        columns.TITLE: product.name,
        columns.BODY: cells.write_html(product.description),
        columns.CATEGORY: " > ".join(product.category),
        columns.TAGS: cells.write_tags(product.tags),
        columns.PUBLISHED: "TRUE" if product.status is ProductStatus.PUBLISHED else "FALSE",
        columns.STATUS: str(_STATUS[product.status]),
    }
    for name in attributes:
        if name in product.attributes:
            values[columns.attribute_column(name)] = write_attribute(product.attributes[name])
    return values


def _variant(variant: ExportedVariant, decimals: Callable[[str], int]) -> Mapping[str, str]:
    values = {
        columns.BARCODE: variant.barcode or "",
        columns.GRAMS: "" if variant.weight is None else str(variant.weight),
    }
    options = list(variant.options.items()) or [NO_OPTION]
    for (name_column, column), (name, value) in zip(columns.OPTIONS, options, strict=False):
        values |= {name_column: name, column: value}
    if variant.sku is None or variant.price is None:
        return values
    price, compare_at = variant.price, variant.compare_at_price
    return values | {
        columns.SKU: variant.sku,
        columns.QUANTITY: str(variant.on_hand or 0),
        columns.PRICE: cells.write_price(price, decimals(price.currency)),
        columns.COMPARE_AT_PRICE: (
            "" if compare_at is None else cells.write_price(compare_at, decimals(price.currency))
        ),
        columns.CONDITION: str(variant.condition or ""),
        columns.CURRENCY: price.currency,
    }
