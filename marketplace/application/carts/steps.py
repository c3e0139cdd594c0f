"""From a cart to what is ordered of it, as things stand in an open unit of work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.application.price_list import PricedOffer
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.carts.cart import Cart
from marketplace.domain.carts.refreshing import CartChange, Standing, refresh
from marketplace.domain.shared.ids import OfferId, UserId


@dataclass(frozen=True, kw_only=True)
class RefreshedCart:
    """How much of each offer can be ordered of a cart now, and what differs from what was put
    into it."""

    quantities: Mapping[OfferId, int]
    changes: Sequence[CartChange]


def refresh_cart_of(uow: UnitOfWork, user_id: UserId) -> RefreshedCart:
    """What `GET /cart` shows, to be ordered; the cart stays so until this transaction ends."""
    cart = uow.carts.get_for_update(user_id)
    if cart is None:
        return RefreshedCart(quantities={}, changes=[])
    prices = uow.price_list.look_up([item.offer_id for item in cart.items], [])
    return refresh_cart(cart, prices.by_offer)


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
