"""What is read of products: each list and each page in one statement."""

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Subquery, bindparam, case, func, select, true

from marketplace.application.actor import Actor
from marketplace.application.catalogue.queries import (
    CategoryRef,
    OfferView,
    ProductFilter,
    ProductSummaryView,
    ProductView,
    SellerRef,
    VariantView,
)
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import ProductId, SellerId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.categories import at_or_below
from marketplace.infrastructure.database.queries.connection import ReadConnection
from marketplace.infrastructure.database.queries.paging import Listing, Sort, fetch_page
from marketplace.infrastructure.database.queries.sellers import (
    key_is,
    key_parameters,
    own_seller,
    viewer_kind,
    viewer_parameters,
    viewer_reads,
)
from marketplace.infrastructure.database.tables import (
    categories,
    offers,
    products,
    sellers,
    stock_items,
    variants,
)

_available = func.coalesce(stock_items.c.on_hand - stock_items.c.allocated, 0)
_approved = sellers.c.status == SellerStatus.APPROVED


def _summaries(page: Subquery) -> Select[Any]:
    """The rows of products in lists, with the offer that a buyer would be given first."""
    best = (
        select(
            offers.c.price_amount,
            offers.c.price_currency,
            func.count().over().label("offer_count"),
            (_available > 0).label("in_stock"),
        )
        .join(sellers, sellers.c.id == offers.c.seller_id)
        .outerjoin(stock_items, stock_items.c.offer_id == offers.c.id)
        .where(offers.c.product_id == page.c.id, _approved)
        .order_by((_available > 0).desc(), offers.c.price_amount, offers.c.id)
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


_ITEMS = select(
    products.c.id,
    products.c.slug,
    products.c.name,
    products.c.status,
    products.c.version,
    products.c.created_at,
    products.c.category_id,
)
_NEWEST = Sort((products.c.created_at, products.c.id), descending=True)
_NAME = Sort((products.c.name, products.c.id))
_SORTS = {"newest": _NEWEST, "-newest": _NEWEST.reverse, "name": _NAME, "-name": _NAME.reverse}
_LISTING = Listing("products", _SORTS, shape=_summaries)
_SELLER_LISTING = Listing("seller_products", _SORTS, shape=_summaries)
_WAITING = Sort((products.c.updated_at, products.c.id))
_MODERATION_LISTING = Listing("moderation", {"oldest": _WAITING}, shape=_summaries)


@cache
def _public(category: type | None, seller: type | None) -> Select[Any]:
    """Published products of approved sellers; the filters are by id or by slug, if at all."""
    items = _ITEMS.join(sellers, sellers.c.id == products.c.seller_id).where(
        products.c.status == bindparam("wanted_status", type_=products.c.status.type), _approved
    )
    if category is not None:
        top, below = categories.alias("top"), categories.alias("below")
        named = top.c.id if category is UUID else top.c.slug
        items = items.where(
            products.c.category_id.in_(
                select(below.c.id)
                .join(top, at_or_below(below.c.path, top.c.path))
                .where(named == bindparam("category", type_=named.type))
            )
        )
    if seller is not None:
        named_seller = sellers.c.id if seller is UUID else sellers.c.slug
        items = items.where(named_seller == bindparam("seller", type_=named_seller.type))
    return items


@cache
def _of_seller(*, by_status: bool) -> Select[Any]:
    items = _ITEMS.where(products.c.seller_id == bindparam("seller_id"))
    return items.where(_status_is_wanted) if by_status else items


_status_is_wanted = products.c.status == bindparam("wanted_status", type_=products.c.status.type)
_MODERATION = _ITEMS.where(_status_is_wanted)


@cache
def _get(kind: str, *, by_id: bool) -> Select[Any]:
    """A row for each offer, or variant without one, cheapest first, those in stock before all.

    What may be long travels in the first row only.
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
        .where(viewer_reads(kind, offers.c.seller_id, vendor.c.status == SellerStatus.APPROVED))
        .subquery("offered")
    )
    order = (
        variants.c.position,
        variants.c.id,
        (offered.c.available > 0).desc(),
        offered.c.price_amount,
        offered.c.id,
    )
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
            products.c.seller_id,
            products.c.reason,
            case((first, products.c.description)).label("description"),
            case((first, products.c.attributes)).label("attributes"),
            case((first, products.c.tags)).label("tags"),
            categories.c.id.label("category_id"),
            categories.c.name.label("category_name"),
            categories.c.slug.label("category_slug"),
            categories.c.path.label("category_path"),
            variants.c.id.label("variant_id"),
            variants.c.options,
            variants.c.barcode,
            offered.c.id.label("offer_id"),
            *(column for column in offered.c if column.name not in ("id", "variant_id")),
        )
        .join(categories, categories.c.id == products.c.category_id)
        .join(owner, owner.c.id == products.c.seller_id)
        .join(variants, variants.c.product_id == products.c.id)
        .outerjoin(offered, offered.c.variant_id == variants.c.id)
        .where(
            key_is(products.c.id, products.c.slug, by_id=by_id),
            viewer_reads(kind, products.c.seller_id, public),
        )
        .order_by(*order)
    )


class SqlProductQueries:
    """Implements `application.catalogue.queries.ProductQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, product: ProductId | str, viewer: Actor | None) -> ProductView:
        """By id or slug; every status for its seller and administrators, else only published
        ones of approved sellers. One statement. Raises `NotFound`."""
        statement = _get(viewer_kind(viewer), by_id=isinstance(product, UUID))
        parameters = key_parameters(product) | viewer_parameters(viewer)
        rows = self._read.execute(statement, parameters).all()
        if not rows:
            raise NotFound("product", product)
        return _product(rows, viewer)

    def list(self, page: PageRequest, wanted: ProductFilter) -> Page[ProductSummaryView]:
        """What can be bought. Sorted by `newest` or `name`, `-` in front turns it round. One
        statement. An unknown category or seller has no products. Raises `InvalidCursor`."""
        parameters = {
            "wanted_status": wanted.status or ProductStatus.PUBLISHED,
            "category": wanted.category,
            "seller": wanted.seller,
        }
        return fetch_page(
            self._read,
            _LISTING,
            page,
            _public(_kind(wanted.category), _kind(wanted.seller)),
            {name: value for name, value in parameters.items() if value is not None},
            _summary,
        )

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, status: ProductStatus | None, viewer: Actor
    ) -> Page[ProductSummaryView]:
        """Every status, or the one asked for. Raises `NotFound` or `Forbidden` for a stranger."""
        parameters: dict[str, Any] = {"seller_id": own_seller(self._read, seller, viewer)}
        if status is not None:
            parameters["wanted_status"] = status
        items = _of_seller(by_status=status is not None)
        return fetch_page(self._read, _SELLER_LISTING, page, items, parameters, _summary)

    def list_for_moderation(
        self, page: PageRequest, status: ProductStatus
    ) -> Page[ProductSummaryView]:
        """Of all sellers, those that have waited longest first. Raises `InvalidCursor`."""
        wanted = {"wanted_status": status}
        return fetch_page(self._read, _MODERATION_LISTING, page, _MODERATION, wanted, _summary)


def _kind(key: UUID | str | None) -> type | None:
    if key is None:
        return None
    return UUID if isinstance(key, UUID) else str


def _summary(rows: Sequence[Row[Any]]) -> ProductSummaryView:
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


def _product(rows: Sequence[Row[Any]], viewer: Actor | None) -> ProductView:
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
    )


def _variant(rows: Sequence[Row[Any]]) -> VariantView:
    row = rows[0]
    return VariantView(
        id=row.variant_id,
        options=row.options,
        barcode=row.barcode,
        offers=[_offer(each) for each in rows if each.offer_id is not None],
    )


def _offer(row: Row[Any]) -> OfferView:
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
