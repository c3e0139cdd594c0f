"""From a cart to what is ordered of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.application.price_list import PricedOffer
from marketplace.domain.carts.cart import Cart
from marketplace.domain.carts.refreshing import CartChange, Standing, refresh
from marketplace.domain.shared.ids import OfferId


@dataclass(frozen=True, kw_only=True)
class RefreshedCart:
    """How much of each offer can be ordered of a cart now, and what differs from what was put
    into it."""

    quantities: Mapping[OfferId, int]
    changes: Sequence[CartChange]


def refresh_cart(cart: Cart, offers: Mapping[OfferId, PricedOffer]) -> RefreshedCart:
    """`offers` are those of its items; what is missing there cannot be bought any more."""
    standings = []
    for item in cart.items:
        offer = offers.get(item.offer_id)
        standings.append(
            Standing(
                offer_id=item.offer_id,
                wanted=item.quantity,
                seen=item.seen,
                price=offer.price if offer else item.seen,
                available=offer.available if offer and offer.purchasable else 0,
            )
        )
    quantities, changes = refresh(standings)
    return RefreshedCart(quantities=quantities, changes=changes)
