"""Rows of products as views."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import fields
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson

from marketplace.application.actor import Actor
from marketplace.application.catalogue.queries import (
    CategoryRef,
    MediumUrls,
    MediumView,
    ModeratedProductView,
    OfferView,
    ProductSummaryView,
    ProductVariantView,
    ProductView,
    SellerRef,
    VariantView,
)
from marketplace.domain.catalogue.changes import ProductChanges, diff
from marketplace.domain.catalogue.media import PictureSize, picture_file
from marketplace.domain.shared.ids import CategoryId, MediumId, SellerId, VariantId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow
from marketplace.infrastructure.database.queries.making import made


def summary_view(rows: Sequence[AnyRow]) -> ProductSummaryView:
    """A product in a list, of its one row."""
    (
        product_id,
        slug,
        name,
        status,
        version,
        created_at,
        cover,
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
    return made(
        ProductSummaryView,
        id=product_id,
        slug=slug,
        name=name,
        category=_category(category_id, category_name, category_slug, category_path),
        image=_image(cover),
        price_from=None if price_amount is None else _price(price_amount, price_currency),
        offer_count=offer_count or 0,
        in_stock=bool(in_stock),
        rating=None,
        status=status,
        version=version,
        created_at=created_at,
    )


def moderated_view(rows: Sequence[AnyRow]) -> ModeratedProductView:
    """A product in the queue of moderation, of its one row."""
    row, shown = rows[0], summary_view(rows)
    summary = {each.name: getattr(shown, each.name) for each in fields(shown)}
    if row.pending_changes is None:
        return ModeratedProductView(**summary, diff=None)
    before = ProductChanges(
        name=shown.name,
        description=row.before_description,
        category_id=shown.category.id,
        attributes=row.before_attributes,
        tags=row.before_tags,
    )
    return ModeratedProductView(**summary, diff=diff(before, row.pending_changes))


def product_view(rows: Sequence[AnyRow], viewer: Actor | None) -> ProductView:
    """A product of the rows of its variants and offers."""
    row = rows[0]
    for_sale = [each for each in rows if each.for_sale]
    reads_all = viewer is not None and viewer.reads(row.seller_id)
    variants = [
        _variant(list(group)) for _, group in groupby(rows, key=lambda each: each.variant_id)
    ]
    return ProductView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        category=_category(
            row.category_id, row.category_name, row.category_slug, row.category_path
        ),
        image=_image(row.cover),
        price_from=_lowest(for_sale, row.seller_id) if for_sale else None,
        offer_count=len(for_sale),
        in_stock=any(each.available > 0 for each in for_sale),
        rating=None,
        status=row.status,
        version=row.version,
        created_at=row.created_at,
        seller_id=row.seller_id,
        description=row.description,
        reason=row.reason if reads_all else None,
        pending_changes=row.pending_changes if reads_all else None,
        attributes=row.attributes,
        tags=row.tags,
        variants=variants,
        media=_media(row.media or (), {variant.id for variant in variants}),
    )


def product_digest(rows: Sequence[AnyRow], viewer: Actor | None) -> bytes:
    """A hash of what `product_view` shows, at a fraction of its cost.

    What is shown to some only never changes alone, without the version.
    """
    reads_all = viewer is not None and viewer.reads(rows[0].seller_id)
    document = orjson.dumps(
        [reads_all, *map(tuple, rows)], default=str, option=orjson.OPT_NON_STR_KEYS
    )
    return blake2b(document, digest_size=16).digest()


def variant_view(rows: Sequence[AnyRow]) -> ProductVariantView:
    """A variant on its own, of the rows of its offers."""
    row, shown = rows[0], _variant(rows)
    return ProductVariantView(
        id=shown.id,
        product_id=row.id,
        options=shown.options,
        barcode=shown.barcode,
        weight=shown.weight,
        offers=shown.offers,
    )


# The same ones come in every list, and making a frozen dataclass takes a while.
@lru_cache(maxsize=10_000)
def _category(id: CategoryId, name: str, slug: str, path: str) -> CategoryRef:
    return CategoryRef(id=id, name=name, slug=slug, path=path)


@lru_cache(maxsize=10_000)
def _price(amount: int, currency: str) -> Money:
    return Money(amount, currency)


def _lowest(for_sale: Sequence[AnyRow], describing: SellerId) -> Money:
    """In the home currency, as `product_statements.summaries` has it."""
    oldest = min(for_sale, key=lambda each: (each.vendor_id != describing, each.offer_id))
    home = oldest.price_currency
    best = min(
        (each for each in for_sale if each.price_currency == home),
        key=lambda each: (each.available <= 0, each.price_amount),
    )
    return Money(best.price_amount, home)


def _image(cover: str | None) -> str | None:
    return None if cover is None else picture_file(cover, PictureSize.SMALL)


def _media(pictures: Iterable[Any], variants: Set[VariantId]) -> list[MediumView]:
    return [
        _medium(position, variants, *picture) for position, picture in enumerate(pictures, start=1)
    ]


def _medium(
    position: int,
    variants: Set[VariantId],
    medium_id: str,
    alt: str | None,
    variant: str | None,
    folder: str,
    width: int,
    height: int,
) -> MediumView:
    variant_id = None if variant is None else VariantId(UUID(variant))
    return MediumView(
        id=MediumId(UUID(medium_id)),
        alt=alt,
        position=position,
        # A variant that was removed leaves its pictures to the product.
        variant_id=variant_id if variant_id in variants else None,
        urls=MediumUrls(**{size.value: picture_file(folder, size) for size in PictureSize}),
        width=width,
        height=height,
    )


def _variant(rows: Sequence[AnyRow]) -> VariantView:
    row = rows[0]
    return VariantView(
        id=row.variant_id,
        options=row.options,
        barcode=row.barcode,
        weight=row.weight,
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
