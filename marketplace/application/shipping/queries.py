"""What sellers read of their shipping methods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.zones import Zone


@dataclass(frozen=True, kw_only=True)
class ShippingMethodView:
    id: ShippingMethodId
    seller_id: SellerId
    name: str
    carrier: str | None
    price: Money
    countries: Sequence[str]
    free_from: Money | None
    zones: Sequence[Zone]
    handling_days: int
    version: int
    created_at: datetime
    updated_at: datetime


class ShippingMethodQueries(Protocol):
    """Of a seller that the viewer belongs to or administers; anybody else gets `NotFound`, or
    `Forbidden` where the seller is public."""

    def get(
        self, seller: SellerId | str, method_id: ShippingMethodId, viewer: Actor
    ) -> ShippingMethodView:
        """Raises `NotFound` too where the seller has no such method."""

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, viewer: Actor
    ) -> Page[ShippingMethodView]:
        """Sorted by name. Raises `InvalidCursor`."""
