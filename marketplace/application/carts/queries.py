"""What is read of carts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.domain.carts.refreshing import CartChange
from marketplace.domain.shared.ids import CartId, OfferId, ProductId, SellerId
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class CartItemView:
    """An item as it would be ordered now; `available` may be more than `quantity`."""

    offer_id: OfferId
    product_id: ProductId
    slug: str
    name: str
    image: str | None
    options: Mapping[str, str]
    sku: str
    seller_id: SellerId
    quantity: int
    unit_price: Money
    total: Money
    available: int


@dataclass(frozen=True, kw_only=True)
class CartSellerView:
    """`subtotal` of the items of one seller in one currency."""

    id: SellerId
    name: str
    slug: str
    subtotal: Money


@dataclass(frozen=True, kw_only=True)
class CartView:
    """`total` is None where there is nothing, or several currencies."""

    id: CartId
    items: Sequence[CartItemView]
    sellers: Sequence[CartSellerView]
    total: Money | None
    changes: Sequence[CartChange]


class CartQueries(Protocol):
    def find(self, viewer: Actor) -> CartView | None:
        """The viewer's, as it stands now; None before it was opened. One statement."""
