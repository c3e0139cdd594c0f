"""What sellers read of their offers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class SellerOfferView:
    """An offer as its seller sees it; `slug`, `name` and `options` are what it is an offer of."""

    id: OfferId
    seller_id: SellerId
    product_id: ProductId
    variant_id: VariantId
    slug: str
    name: str
    options: Mapping[str, str]
    sku: str
    price: Money
    compare_at_price: Money | None
    condition: Condition
    on_hand: int
    allocated: int
    available: int
    low_stock_threshold: int | None
    version: int
    created_at: datetime


class OfferQueries(Protocol):
    def get(self, offer_id: OfferId, viewer: Actor) -> SellerOfferView:
        """Of a seller that `viewer` belongs to or administers. Raises `NotFound`."""

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, viewer: Actor
    ) -> Page[SellerOfferView]:
        """Newest first. Raises `NotFound` or `Forbidden` for a stranger, `InvalidCursor`."""
