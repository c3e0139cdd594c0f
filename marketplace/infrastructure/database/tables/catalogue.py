"""Categories, products, variants and offers."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Index, Named, Table, TypedColumns

from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeValue
from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.catalogue.limits import HEAVIEST
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.shared.ids import CategoryId, OfferId, ProductId, SellerId, VariantId
from marketplace.infrastructure.database.tables.base import (
    amounts,
    count,
    currencies,
    id_of,
    instant,
    instants,
    metadata,
    minor_units,
    one_of,
    primary_key,
    text,
    words,
)
from marketplace.infrastructure.database.types import Changes, Definitions, Document, Texts


class CategoryColumns(TypedColumns):
    id: Named[CategoryId] = primary_key()
    version: Named[int] = count()
    parent_id: Named[CategoryId | None] = id_of("categories.id", index=True)
    name: Named[str] = text()
    slug: Named[str] = text(unique=True)
    path: Named[str] = text()
    attributes: Named[tuple[AttributeDefinition, ...]] = Column(Definitions)
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()


categories = Table(
    "categories",
    metadata,
    CategoryColumns,
    CheckConstraint("right('/' || path, length(slug) + 1) = '/' || slug", "path_ends_in_slug"),
    *instants("created_at", "updated_at"),
    # Descendants are found by LIKE, which this operator class serves in every collation.
    Index("ix_categories_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
)


class ProductColumns(TypedColumns):
    id: Named[ProductId] = primary_key()
    version: Named[int] = count()
    seller_id: Named[SellerId] = id_of("sellers.id")
    category_id: Named[CategoryId] = id_of("categories.id")
    name: Named[str] = text()
    slug: Named[str] = text(unique=True)
    description: Named[str] = text()
    attributes: Named[Mapping[str, AttributeValue]] = Column(Document)
    tags: Named[tuple[str, ...]] = Column(Texts)
    status: Named[ProductStatus] = words(ProductStatus)
    reason: Named[str | None] = text()
    pending_changes: Named[ProductChanges | None] = Column(Changes)
    # Where the files of its first picture lie, written with its gallery: lists need no more.
    cover: Named[str | None] = text()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()
    published_at: Named[datetime | None] = instant()


products = Table(
    "products",
    metadata,
    ProductColumns,
    one_of("status", ProductStatus),
    *instants("created_at", "updated_at", "published_at"),
)
# Categories are counted by it alone.
Index("ix_products_category", products.c.category_id, products.c.status, products.c.seller_id)
Index("ix_products_seller", products.c.seller_id, products.c.created_at, products.c.id)
Index(
    "ix_products_waiting",
    products.c.status,
    products.c.updated_at,
    products.c.id,
    postgresql_where="status <> 'published'",
)
Index(
    "ix_products_to_moderate",
    products.c.updated_at,
    products.c.id,
    postgresql_where="status = 'pending' OR pending_changes IS NOT NULL",
)


class ProductSlugColumns(TypedColumns):
    """Slugs that products had once; the present one is in `products`."""

    slug: Named[str] = text(primary_key=True)
    product_id: Named[ProductId] = id_of("products.id", index=True)
    replaced_at: Named[datetime] = instant()


product_slugs = Table("product_slugs", metadata, ProductSlugColumns, *instants("replaced_at"))


class VariantColumns(TypedColumns):
    id: Named[VariantId] = primary_key()
    product_id: Named[ProductId] = id_of("products.id")
    position: Named[int] = count()
    options: Named[Mapping[str, str]] = Column(Document)
    barcode: Named[str | None] = text()
    weight: Named[int | None] = count()
    removed_at: Named[datetime | None] = instant()


variants = Table(
    "variants",
    metadata,
    VariantColumns,
    CheckConstraint(f"weight BETWEEN 0 AND {HEAVIEST}", "weight_range"),
    *instants("removed_at"),
    Index("ix_variants_product", "product_id", "position"),
)


class OfferColumns(TypedColumns):
    id: Named[OfferId] = primary_key()
    version: Named[int] = count()
    product_id: Named[ProductId] = id_of("products.id", index=True)
    variant_id: Named[VariantId] = id_of("variants.id")
    seller_id: Named[SellerId] = id_of("sellers.id")
    sku: Named[str] = text()
    price_amount: Named[int] = minor_units()
    price_currency: Named[str] = text()
    compare_at_amount: Named[int | None] = minor_units()
    compare_at_currency: Named[str | None] = text()
    condition: Named[Condition] = words(Condition)
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()
    withdrawn_at: Named[datetime | None] = instant()


offers = Table(
    "offers",
    metadata,
    OfferColumns,
    one_of("condition", Condition),
    CheckConstraint(
        "(compare_at_amount IS NULL) = (compare_at_currency IS NULL)", "compare_at_whole"
    ),
    *amounts("price_amount", "compare_at_amount"),
    *currencies("price_currency", "compare_at_currency"),
    *instants("created_at", "updated_at", "withdrawn_at"),
)
_live = "withdrawn_at IS NULL"
Index("uq_offers_live_sku", offers.c.seller_id, offers.c.sku, unique=True, postgresql_where=_live)
Index(
    "uq_offers_live_variant",
    offers.c.variant_id,
    offers.c.seller_id,
    offers.c.condition,
    unique=True,
    postgresql_where=_live,
)
Index(
    "ix_offers_seller_newest",
    offers.c.seller_id,
    offers.c.created_at,
    offers.c.id,
    postgresql_where=_live,
)
