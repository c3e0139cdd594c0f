"""The statements that read products: built once, each with its variants by what is asked for."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Subquery,
    bindparam,
    case,
    func,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.infrastructure.database.queries.connection import AnySelect
from marketplace.infrastructure.database.queries.paging import Listing, Sort
from marketplace.infrastructure.database.queries.sellers import viewer_reads
from marketplace.infrastructure.database.tables import (
    categories,
    media,
    offers,
    product_slugs,
    products,
    sellers,
    stock_items,
    variants,
)

_available = func.coalesce(stock_items.c.on_hand - stock_items.c.allocated, 0)
_approved = sellers.c.status == SellerStatus.APPROVED
# In the order of `product_views._medium`.
_picture = func.jsonb_build_array(
    media.c.id, media.c.alt, media.c.variant_id, media.c.folder, media.c.width, media.c.height
)
_pictures = (
    select(func.jsonb_agg(aggregate_order_by(_picture, media.c.position), type_=JSONB))
    .where(media.c.product_id == products.c.id, media.c.unused_since.is_(None))
    .correlate(products)
    .scalar_subquery()
)


def summaries(page: Subquery) -> AnySelect:
    """The rows of products in lists, with the price of their cheapest offer.

    `page` has the `seller_id` of who describes a product: amounts are compared in the currency of
    the oldest of that seller's offers, else of all. Ids sort by time.
    """
    oldest = (offers.c.seller_id == page.c.seller_id).desc(), offers.c.id
    home = func.first_value(offers.c.price_currency).over(order_by=oldest)
    best = (
        select(
            offers.c.price_amount,
            offers.c.price_currency,
            func.count().over().label("offer_count"),
            func.bool_or(_available > 0).over().label("in_stock"),
        )
        .join(sellers, sellers.c.id == offers.c.seller_id)
        .outerjoin(stock_items, stock_items.c.offer_id == offers.c.id)
        .where(offers.c.product_id == page.c.id, offers.c.withdrawn_at.is_(None), _approved)
        .order_by(
            (offers.c.price_currency == home).desc(),
            (_available > 0).desc(),
            offers.c.price_amount,
            offers.c.id,
        )
        .limit(1)
        .lateral("best")
    )
    return (
        select(
            page.c.id,
            page.c.slug,
            page.c.name,
            page.c.status,
            page.c.version,
            page.c.created_at,
            page.c.cover,
            page.c.category_id,
            categories.c.name,
            categories.c.slug,
            categories.c.path,
            best.c.price_amount,
            best.c.price_currency,
            best.c.offer_count,
            best.c.in_stock,
        )
        .join_from(page, categories, categories.c.id == page.c.category_id)
        .outerjoin(best, true())
    )


def _with_changes(page: Subquery) -> AnySelect:
    """The rows of `summaries` with what waits for approval, and what it would replace."""
    revised = products.alias("revised")
    pending = revised.c.pending_changes
    return (
        summaries(page)
        .join(revised, revised.c.id == page.c.id)
        .add_columns(
            pending,
            *(
                case((pending.is_not(None), revised.c[name])).label(f"before_{name}")
                for name in ("description", "attributes", "tags")
            ),
        )
    )


_ITEMS = select(
    products.c.id,
    products.c.slug,
    products.c.name,
    products.c.status,
    products.c.version,
    products.c.created_at,
    products.c.cover,
    products.c.category_id,
    products.c.seller_id,
)
_NEWEST = Sort((products.c.created_at, products.c.id), descending=True)
_NAME = Sort((products.c.name, products.c.id))
_SORTS = {"newest": _NEWEST, "-newest": _NEWEST.reverse, "name": _NAME, "-name": _NAME.reverse}
LISTING = Listing("products", _SORTS, shape=summaries)
SELLER_LISTING = Listing("seller_products", _SORTS, shape=summaries)
_WAITING = Sort((products.c.updated_at, products.c.id))
MODERATION_LISTING = Listing("moderation", {"oldest": _WAITING}, shape=_with_changes)


@cache
def of_seller(*, by_status: bool) -> AnySelect:
    items = _ITEMS.where(products.c.seller_id == bindparam("seller_id"))
    return items.where(_status_is_wanted) if by_status else items


_status_is_wanted = products.c.status == bindparam("wanted_status", type_=products.c.status.type)
IN_STATUS = _ITEMS.where(_status_is_wanted)
# As the index says it, literally. In parentheses: the condition of a page comes on top.
TO_MODERATE = _ITEMS.where(
    text("(products.status = 'pending' OR products.pending_changes IS NOT NULL)")
)


@cache
def one_product(kind: str, by: str) -> AnySelect:
    """A row for each offer, or variant without one, cheapest first, those in stock before all;
    amounts compare within a currency.

    `by` is what the parameter `wanted_key` holds: id, slug, or variant, which leaves its sisters
    out. What may be long travels in the first row only.
    """
    owner, vendor = sellers.alias("owner"), sellers.alias("vendor")
    offered = (
        select(
            offers.c.id,
            offers.c.variant_id,
            offers.c.sku,
            offers.c.price_amount,
            offers.c.price_currency,
            offers.c.compare_at_amount,
            offers.c.compare_at_currency,
            offers.c.condition,
            vendor.c.id.label("vendor_id"),
            vendor.c.name.label("vendor_name"),
            vendor.c.slug.label("vendor_slug"),
            (vendor.c.status == SellerStatus.APPROVED).label("for_sale"),
            _available.label("available"),
        )
        .join(vendor, vendor.c.id == offers.c.seller_id)
        .outerjoin(stock_items, stock_items.c.offer_id == offers.c.id)
        .where(
            offers.c.variant_id == variants.c.id,
            offers.c.withdrawn_at.is_(None),
            viewer_reads(kind, offers.c.seller_id, vendor.c.status == SellerStatus.APPROVED),
        )
        # Planned on its own: so many tables in one join take longer to plan than to read.
        .offset(literal_column("0"))
        .lateral("offered")
    )
    order = (
        variants.c.position,
        variants.c.id,
        (offered.c.available > 0).desc(),
        offered.c.price_currency,
        offered.c.price_amount,
        offered.c.id,
    )
    keys: Mapping[str, ColumnElement[Any]] = {
        "id": products.c.id,
        "slug": products.c.slug,
        "variant": variants.c.id,
    }
    named = keys[by]
    first = func.row_number().over(order_by=order) == 1
    public = (products.c.status == ProductStatus.PUBLISHED) & (
        owner.c.status == SellerStatus.APPROVED
    )
    return (
        select(
            products.c.id,
            products.c.slug,
            products.c.name,
            products.c.status,
            products.c.version,
            products.c.created_at,
            products.c.cover,
            products.c.seller_id,
            products.c.reason,
            case((first, products.c.description)).label("description"),
            case((first, products.c.attributes)).label("attributes"),
            case((first, products.c.tags)).label("tags"),
            case((first, products.c.pending_changes)).label("pending_changes"),
            case((first & products.c.cover.is_not(None), _pictures)).label("media"),
            categories.c.id.label("category_id"),
            categories.c.name.label("category_name"),
            categories.c.slug.label("category_slug"),
            categories.c.path.label("category_path"),
            variants.c.id.label("variant_id"),
            variants.c.options,
            variants.c.barcode,
            offered.c.id.label("offer_id"),
            *(column for column in offered.c if column.name not in ("id", "variant_id")),
            variants.c.weight,
        )
        .join(categories, categories.c.id == products.c.category_id)
        .join(owner, owner.c.id == products.c.seller_id)
        .join(variants, variants.c.product_id == products.c.id)
        .outerjoin(offered, true())
        .where(
            named == bindparam("wanted_key", type_=named.type),
            variants.c.removed_at.is_(None),
            viewer_reads(kind, products.c.seller_id, public),
        )
        .order_by(*order)
    )


@cache
def moved(kind: str) -> AnySelect:
    """The present slug of the product that had `wanted_key` for one."""
    owner = sellers.alias("owner")
    public = (products.c.status == ProductStatus.PUBLISHED) & (
        owner.c.status == SellerStatus.APPROVED
    )
    return (
        select(products.c.slug)
        .join(product_slugs, product_slugs.c.product_id == products.c.id)
        .join(owner, owner.c.id == products.c.seller_id)
        .where(
            product_slugs.c.slug == bindparam("wanted_key"),
            viewer_reads(kind, products.c.seller_id, public),
        )
    )
