"""What is read of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.application.stamped import Stamped
from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeValue
from marketplace.domain.catalogue.changes import FieldChange, ProductChanges
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.shared.ids import (
    CategoryId,
    MediumId,
    OfferId,
    ProductId,
    SellerId,
    VariantId,
)
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
    """`price_from` is the lowest price in stock, else the lowest, in the home currency: that of the
    oldest offer of the seller who describes it, else of the oldest. None without an offer. `image`
    is the small file of its first picture.

    `offer_count` counts the offers that can be bought from, and `in_stock` tells of them, whatever
    their currency. `status` is shown to its seller and
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
    """Offers in stock first, by currency, and of each from the cheapest on. `weight` in grams."""

    id: VariantId
    options: Mapping[str, str]
    barcode: str | None
    weight: int | None
    offers: Sequence[OfferView]


@dataclass(frozen=True, kw_only=True)
class ProductVariantView(VariantView):
    """A variant on its own."""

    product_id: ProductId


@dataclass(frozen=True, kw_only=True)
class MediumUrls:
    """The files of a picture, by the names that the storage knows."""

    small: str
    medium: str
    large: str


@dataclass(frozen=True, kw_only=True)
class MediumView:
    """`position` counts from 1; `width` and `height` are those of the large one, in pixels."""

    id: MediumId
    alt: str | None
    position: int
    variant_id: VariantId | None
    urls: MediumUrls
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class ModeratedProductView(ProductSummaryView):
    """`diff` is what would change about a published product; None for a new one."""

    diff: Sequence[FieldChange] | None


@dataclass(frozen=True, kw_only=True)
class ProductView(ProductSummaryView):
    """`reason` is why it, or the last change of it, was rejected; `pending_changes` wait for
    approval. Both are None for those outside the seller."""

    seller_id: SellerId
    description: str
    reason: str | None
    attributes: Mapping[str, AttributeValue]
    tags: Sequence[str]
    pending_changes: ProductChanges | None
    variants: Sequence[VariantView]
    media: Sequence[MediumView]


class CategoryQueries(Protocol):
    def get(self, category: CategoryId | str) -> CategoryView:
        """By id or slug. Raises `NotFound`."""

    def list(self) -> Sequence[CategoryView]:
        """All of them, parents before children, siblings by name."""


class ProductQueries(Protocol):
    def get(self, product: ProductId | str, viewer: Actor | None) -> ProductView:
        """By id or slug; every status for its seller and administrators, else only published
        ones of approved sellers. One statement. Raises `NotFound`."""

    def stamped(self, product: ProductId | str, viewer: Actor | None) -> Stamped[ProductView]:
        """What `get` gives, for those who may have it already."""

    def moved_to(self, slug: str, viewer: Actor | None) -> str | None:
        """The present slug of the product that once had `slug`, if `viewer` may read it."""

    def variant(self, variant_id: VariantId, viewer: Actor | None) -> ProductVariantView:
        """Of a product that `viewer` may read. One statement. Raises `NotFound`."""

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, status: ProductStatus | None, viewer: Actor
    ) -> Page[ProductSummaryView]:
        """Every status, or the one asked for. Raises `NotFound` or `Forbidden` for a stranger."""

    def list_for_moderation(
        self, page: PageRequest, status: ProductStatus | None
    ) -> Page[ModeratedProductView]:
        """Of all sellers, those that have waited longest first; without a status, those that wait
        for a decision. Raises `InvalidCursor`."""
