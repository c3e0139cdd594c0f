"""Rows of products as views."""

from collections.abc import Sequence
from itertools import groupby

from marketplace.application.actor import Actor
from marketplace.application.catalogue.queries import (
    CategoryRef,
    OfferView,
    ProductSummaryView,
    ProductView,
    SellerRef,
    VariantView,
)
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow


def summary_view(rows: Sequence[AnyRow]) -> ProductSummaryView:
    """A product in a list, of its one row."""
    (
        product_id,
        slug,
        name,
        status,
        version,
        created_at,
        category_id,
        category_name,
        category_slug,
        category_path,
        price_amount,
        price_currency,
        offer_count,
        in_stock,
        *_,
    ) = rows[0]
    return ProductSummaryView(
        id=product_id,
        slug=slug,
        name=name,
        category=CategoryRef(
            id=category_id, name=category_name, slug=category_slug, path=category_path
        ),
        image=None,
        price_from=None if price_amount is None else Money(price_amount, price_currency),
        offer_count=offer_count or 0,
        in_stock=bool(in_stock),
        rating=None,
        status=status,
        version=version,
        created_at=created_at,
    )


def product_view(rows: Sequence[AnyRow], viewer: Actor | None) -> ProductView:
    """A product of the rows of its variants and offers."""
    row = rows[0]
    for_sale = [each for each in rows if each.for_sale]
    best = min(for_sale, key=lambda each: (each.available <= 0, each.price_amount), default=None)
    return ProductView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        category=CategoryRef(
            id=row.category_id,
            name=row.category_name,
            slug=row.category_slug,
            path=row.category_path,
        ),
        image=None,
        price_from=None if best is None else Money(best.price_amount, best.price_currency),
        offer_count=len(for_sale),
        in_stock=best is not None and best.available > 0,
        rating=None,
        status=row.status,
        version=row.version,
        created_at=row.created_at,
        seller_id=row.seller_id,
        description=row.description,
        reason=row.reason if viewer is not None and viewer.reads(row.seller_id) else None,
        attributes=row.attributes,
        tags=row.tags,
        variants=[
            _variant(list(group)) for _, group in groupby(rows, key=lambda each: each.variant_id)
        ],
        media=(),
    )


def _variant(rows: Sequence[AnyRow]) -> VariantView:
    row = rows[0]
    return VariantView(
        id=row.variant_id,
        options=row.options,
        barcode=row.barcode,
        offers=[_offer(each) for each in rows if each.offer_id is not None],
    )


def _offer(row: AnyRow) -> OfferView:
    compare_at = row.compare_at_amount
    return OfferView(
        id=row.offer_id,
        seller=SellerRef(id=row.vendor_id, name=row.vendor_name, slug=row.vendor_slug),
        sku=row.sku,
        price=Money(row.price_amount, row.price_currency),
        compare_at_price=None if compare_at is None else Money(compare_at, row.compare_at_currency),
        condition=row.condition,
        available=row.available,
    )
