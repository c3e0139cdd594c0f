"""What is read of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeValue
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.shared.ids import CategoryId, OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class CategoryView:
    """`attributes` hold the inherited definitions too; `product_count` counts published products
    of the category and all below it."""

    id: CategoryId
    name: str
    slug: str
    path: str
    parent_id: CategoryId | None
    product_count: int
    attributes: Sequence[AttributeDefinition]
    version: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class CategoryRef:
    id: CategoryId
    name: str
    slug: str
    path: str


@dataclass(frozen=True, kw_only=True)
class SellerRef:
    id: SellerId
    name: str
    slug: str


@dataclass(frozen=True, kw_only=True)
class ProductSummaryView:
    """`price_from` is the lowest price in stock, else the lowest; None without an offer.

    `offer_count` counts the offers that can be bought from. `status` is shown to its seller and
    to administrators.
    """

    id: ProductId
    slug: str
    name: str
    category: CategoryRef
    image: str | None
    price_from: Money | None
    offer_count: int
    in_stock: bool
    rating: float | None
    status: ProductStatus
    version: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class OfferView:
    id: OfferId
    seller: SellerRef
    sku: str
    price: Money
    compare_at_price: Money | None
    condition: Condition
    available: int


@dataclass(frozen=True, kw_only=True)
class VariantView:
    """Offers from the cheapest on, those in stock first."""

    id: VariantId
    options: Mapping[str, str]
    barcode: str | None
    offers: Sequence[OfferView]


@dataclass(frozen=True, kw_only=True)
class MediaUrls:
    """Absolute addresses of the same picture in three sizes."""

    small: str
    medium: str
    large: str


@dataclass(frozen=True, kw_only=True)
class MediaView:
    """A picture. `width` and `height` are those of the large one, in pixels."""

    id: UUID
    alt: str | None
    position: int
    variant_id: VariantId | None
    urls: MediaUrls
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class ProductView(ProductSummaryView):
    """`reason` is why it was rejected: None for those outside the seller."""

    seller_id: SellerId
    description: str
    reason: str | None
    attributes: Mapping[str, AttributeValue]
    tags: Sequence[str]
    variants: Sequence[VariantView]
    media: Sequence[MediaView]


@dataclass(frozen=True, kw_only=True)
class ProductFilter:
    """`category` takes in all categories below it; `status` None: published ones."""

    category: CategoryId | str | None = None
    seller: SellerId | str | None = None
    status: ProductStatus | None = None


class CategoryQueries(Protocol):
    def get(self, category: CategoryId | str) -> CategoryView:
        """By id or slug. Raises `NotFound`."""

    def list(self) -> Sequence[CategoryView]:
        """All of them, parents before children, siblings by name."""


class ProductQueries(Protocol):
    def get(self, product: ProductId | str, viewer: Actor | None) -> ProductView:
        """By id or slug; every status for its seller and administrators, else only published
        ones of approved sellers. One statement. Raises `NotFound`."""

    def list(self, page: PageRequest, wanted: ProductFilter) -> Page[ProductSummaryView]:
        """What can be bought. Sorted by `newest` or `name`, `-` in front turns it round. One
        statement. An unknown category or seller has no products. Raises `InvalidCursor`."""

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, status: ProductStatus | None, viewer: Actor
    ) -> Page[ProductSummaryView]:
        """Every status, or the one asked for. Raises `NotFound` or `Forbidden` for a stranger."""

    def list_for_moderation(
        self, page: PageRequest, status: ProductStatus
    ) -> Page[ProductSummaryView]:
        """Of all sellers, those that have waited longest first. Raises `InvalidCursor`."""
