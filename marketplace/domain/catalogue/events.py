"""What happens in the catalogue."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import (
    CategoryId,
    MediumId,
    OfferId,
    ProductId,
    SellerId,
    VariantId,
)


@dataclass(frozen=True, kw_only=True)
class CategoryCreated(Event):
    category_id: CategoryId


@dataclass(frozen=True, kw_only=True)
class CategoryChanged(Event):
    category_id: CategoryId


@dataclass(frozen=True, kw_only=True)
class CategoryDeleted(Event):
    category_id: CategoryId


@dataclass(frozen=True, kw_only=True)
class ProductCreated(Event):
    product_id: ProductId
    seller_id: SellerId


@dataclass(frozen=True, kw_only=True)
class ProductStatusChanged(Event):
    product_id: ProductId
    before: str
    after: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class ProductChanged(Event):
    """Texts, category, attributes or tags are others now."""

    product_id: ProductId


@dataclass(frozen=True, kw_only=True)
class ProductChangesProposed(Event):
    """What waits for approval on a published product is something else now, or nothing."""

    product_id: ProductId


@dataclass(frozen=True, kw_only=True)
class ProductChangesRejected(Event):
    product_id: ProductId
    reason: str


@dataclass(frozen=True, kw_only=True)
class VariantAdded(Event):
    product_id: ProductId
    variant_id: VariantId


@dataclass(frozen=True, kw_only=True)
class VariantChanged(Event):
    product_id: ProductId
    variant_id: VariantId


@dataclass(frozen=True, kw_only=True)
class VariantRemoved(Event):
    product_id: ProductId
    variant_id: VariantId


@dataclass(frozen=True, kw_only=True)
class MediumAdded(Event):
    product_id: ProductId
    medium_id: MediumId


@dataclass(frozen=True, kw_only=True)
class MediumChanged(Event):
    """Its text, its variant or its place is another one now."""

    product_id: ProductId
    medium_id: MediumId


@dataclass(frozen=True, kw_only=True)
class MediumRemoved(Event):
    product_id: ProductId
    medium_id: MediumId


@dataclass(frozen=True, kw_only=True)
class OfferCreated(Event):
    offer_id: OfferId
    seller_id: SellerId


@dataclass(frozen=True, kw_only=True)
class OfferChanged(Event):
    """SKU, price, compare-at price, condition or what the seller says of its stock are others."""

    offer_id: OfferId
    seller_id: SellerId


@dataclass(frozen=True, kw_only=True)
class OfferWithdrawn(Event):
    offer_id: OfferId
    seller_id: SellerId
