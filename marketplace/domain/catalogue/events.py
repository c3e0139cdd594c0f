"""What happens in the catalogue."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import CategoryId, OfferId, ProductId, SellerId


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
class OfferCreated(Event):
    offer_id: OfferId
    seller_id: SellerId
