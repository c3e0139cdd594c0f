"""Products of a seller, for a file."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, func, select, text

from marketplace.application.actor import Actor
from marketplace.application.imports.queries import ExportedProduct, ExportedVariant
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.queries.sellers import own_seller
from marketplace.infrastructure.database.tables import (
    categories,
    offers,
    product_handles,
    products,
    sellers,
    stock_items,
    variants,
)

_SELLER = select(sellers.c.id).where(sellers.c.slug == bindparam("seller_slug"))
_COUNT = (
    select(func.count()).select_from(products).where(products.c.seller_id == bindparam("seller_id"))
)
_ATTRIBUTES = text(
    """
    SELECT DISTINCT used.name
    FROM products, LATERAL (
        SELECT jsonb_object_keys(attributes)
        UNION ALL
        SELECT jsonb_object_keys(pending_changes -> 'attributes')
    ) AS used (name)
    WHERE seller_id = :seller_id
    ORDER BY used.name
    """
)
_batch = (
    select(products, func.coalesce(product_handles.c.handle, products.c.slug).label("handle"))
    .outerjoin(product_handles, product_handles.c.product_id == products.c.id)
    .where(products.c.seller_id == bindparam("seller_id"))
    .order_by(products.c.id)
    .limit(bindparam("most"))
)
_FIRST = _batch
_NEXT = _batch.where(products.c.id > bindparam("after"))
_VARIANTS = (
    select(
        variants.c.product_id,
        variants.c.options,
        variants.c.barcode,
        variants.c.weight,
        offers.c.sku,
        offers.c.price_amount,
        offers.c.price_currency,
        offers.c.compare_at_amount,
        offers.c.condition,
        stock_items.c.on_hand,
    )
    .outerjoin(
        offers,
        (offers.c.variant_id == variants.c.id)
        & (offers.c.seller_id == bindparam("seller_id"))
        & offers.c.withdrawn_at.is_(None),
    )
    .outerjoin(stock_items, stock_items.c.offer_id == offers.c.id)
    .where(
        variants.c.product_id.in_(bindparam("product_ids", expanding=True)),
        variants.c.removed_at.is_(None),
    )
    .order_by(variants.c.product_id, variants.c.position, variants.c.id, offers.c.created_at)
)
# Each category with those above it: what is asked for is few, the tree may be large.
_NAMES = text(
    """
    WITH RECURSIVE upwards (asked, id, parent_id, names) AS (
        SELECT id, id, parent_id, ARRAY[name] FROM categories
        WHERE id = ANY(CAST(:ids AS uuid[]))
        UNION ALL
        SELECT upwards.asked, above.id, above.parent_id, above.name || upwards.names
        FROM upwards JOIN categories AS above ON above.id = upwards.parent_id
    )
    SELECT asked, names FROM upwards WHERE parent_id IS NULL
    """
).columns(asked=categories.c.id.type)


class SqlExportQueries:
    """Implements `application.imports.queries.ExportQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def seller(self, seller: SellerId | str, viewer: Actor) -> SellerId:
        """A seller that `viewer` belongs to or administers. Raises `NotFound` or `Forbidden`."""
        return own_seller(self._read, seller, viewer)

    def any_seller(self, slug: str) -> SellerId:
        """For the operator. Raises `NotFound`."""
        found: SellerId | None = self._read.execute(_SELLER, {"seller_slug": slug}).scalar()
        if found is None:
            raise NotFound("seller", slug)
        return found

    def count(self, seller_id: SellerId) -> int:
        """How many products the seller describes."""
        found: int = self._read.execute(_COUNT, {"seller_id": seller_id}).scalar_one()
        return found

    def attributes(self, seller_id: SellerId) -> Sequence[str]:
        """The names of all attributes of these, sorted."""
        return list(self._read.execute(_ATTRIBUTES, {"seller_id": seller_id}).scalars())

    def products(
        self, seller_id: SellerId, after: ProductId | None, limit: int
    ) -> Sequence[ExportedProduct]:
        """The next ones in the order of their ids."""
        asked: dict[str, Any] = {"seller_id": seller_id, "most": limit}
        statement = _FIRST if after is None else _NEXT
        if after is not None:
            asked["after"] = after
        found = self._read.execute(statement, asked).all()
        if not found:
            return []
        rows = self._read.execute(
            _VARIANTS, {"seller_id": seller_id, "product_ids": [row.id for row in found]}
        )
        by_product = {
            product_id: [_variant(row) for row in group]
            for product_id, group in groupby(rows, key=lambda row: row.product_id)
        }
        names = self._names(_meant(row).category_id or row.category_id for row in found)
        return [_product(row, by_product[row.id], names) for row in found]

    def _names(self, ids: Iterator[CategoryId]) -> dict[CategoryId, Sequence[str]]:
        rows = self._read.execute(_NAMES, {"ids": list(set(ids))})
        return {row.asked: row.names for row in rows}


def _meant(row: AnyRow) -> ProductChanges:
    said = ProductChanges(
        name=row.name,
        description=row.description,
        category_id=row.category_id,
        attributes=row.attributes,
        tags=row.tags,
    )
    return said if row.pending_changes is None else row.pending_changes.over(said)


def _product(
    row: AnyRow,
    found: Sequence[ExportedVariant],
    names: dict[CategoryId, Sequence[str]],
) -> ExportedProduct:
    meant = _meant(row)
    category_id = meant.category_id or row.category_id
    return ExportedProduct(
        id=row.id,
        handle=row.handle,
        name=meant.name or "",
        description=meant.description or "",
        # A category that is only asked for may have gone.
        category=names.get(category_id, []),
        attributes=meant.attributes or {},
        tags=meant.tags or (),
        status=ProductStatus(row.status),
        variants=found,
    )


def _variant(row: AnyRow) -> ExportedVariant:
    compare_at = row.compare_at_amount
    return ExportedVariant(
        options=row.options,
        barcode=row.barcode,
        weight=row.weight,
        sku=row.sku,
        price=None if row.sku is None else Money(row.price_amount, row.price_currency),
        compare_at_price=None if compare_at is None else Money(compare_at, row.price_currency),
        condition=row.condition,
        on_hand=row.on_hand,
    )
