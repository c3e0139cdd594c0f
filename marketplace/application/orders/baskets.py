"""What is to be bought: items that were named, or what a cart holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.application.actor import Actor, Guest
from marketplace.application.carts.steps import refresh_cart
from marketplace.application.orders.commands import OrderItem, PlaceOrder, QuoteOrder
from marketplace.application.price_list import PricedOffer, PricedSeller, PriceList
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.carts.cart import Cart
from marketplace.domain.carts.refreshing import CartChange, Standing, refresh
from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.shared.ids import CartId, OfferId, SellerId


@dataclass(frozen=True, kw_only=True)
class Basket:
    """Units of offers that can be bought; what differs from what was wanted; and the sellers of
    all that was wanted. Of a cart, `filled_at` is when it was last changed: perhaps after the
    transaction that had to wait for it had begun."""

    units: Sequence[tuple[PricedOffer, int]]
    changes: Sequence[CartChange] = ()
    sellers: Mapping[SellerId, PricedSeller]
    cart_id: CartId | None = None
    filled_at: datetime | None = None


def basket_to_order(uow: UnitOfWork, command: PlaceOrder) -> Basket:
    """A cart stays as it is until this transaction ends.

    Raises:
        RuleViolated: `unknown_id`, nothing is sold under it; `item_required`.
        Conflict: `offer_unavailable`; `cart_empty`; `checkout_in_progress`.
    """
    if command.items is None:
        return _cart_to_order(uow, command.actor)
    prices = _look_up(uow, command.items)
    units: dict[OfferId, tuple[PricedOffer, int]] = {}
    for field, offer, quantity in _named(command.items, prices):
        if not offer.purchasable:
            raise Conflict("offer_unavailable", "This is not sold at present.", field=field)
        _, before = units.get(offer.offer_id, (offer, 0))
        units[offer.offer_id] = offer, before + quantity
    return Basket(units=list(units.values()), sellers=prices.sellers)


def basket_to_quote(uow: UnitOfWork, command: QuoteOrder) -> Basket:
    """As much as can be bought of what is wanted. Nothing is locked.

    Raises:
        RuleViolated: `unknown_id`, nothing is sold under it; `item_required`.
    """
    if command.items is None:
        cart = uow.carts.find(command.actor.user_id) if command.actor is not None else None
        return _of_cart(uow, cart)
    prices = _look_up(uow, command.items)
    offers: dict[OfferId, PricedOffer] = {}
    wanted: dict[OfferId, int] = {}
    for _, offer, quantity in _named(command.items, prices):
        offers[offer.offer_id] = offer
        wanted[offer.offer_id] = wanted.get(offer.offer_id, 0) + quantity
    quantities, changes = refresh(_standing(offers[each], wanted[each]) for each in wanted)
    return Basket(
        units=[(offers[each], quantity) for each, quantity in quantities.items()],
        changes=changes,
        sellers=prices.sellers,
    )


def _cart_to_order(uow: UnitOfWork, actor: Actor | Guest) -> Basket:
    cart = uow.carts.get_for_update(actor.user_id) if isinstance(actor, Actor) else None
    basket = _of_cart(uow, cart)
    if cart is None or not basket.units:
        raise Conflict("cart_empty", "Your cart holds nothing that can be ordered.")
    # Asked for, not run into: who runs into the other order waits until its transaction ends, and
    # that one may wait for this cart.
    if uow.orders.is_ordered(cart.id):
        raise Conflict("checkout_in_progress", "This cart is being ordered already.")
    return basket


def _of_cart(uow: UnitOfWork, cart: Cart | None) -> Basket:
    """What `GET /cart` shows."""
    if cart is None:
        return Basket(units=[], sellers={})
    prices = uow.price_list.look_up([item.offer_id for item in cart.items], [])
    refreshed = refresh_cart(cart, prices.by_offer)
    return Basket(
        units=[(prices.by_offer[each], units) for each, units in refreshed.quantities.items()],
        changes=refreshed.changes,
        sellers=prices.sellers,
        cart_id=cart.id,
        filled_at=cart.updated_at,
    )


def _look_up(uow: UnitOfWork, items: Sequence[OrderItem]) -> PriceList:
    return uow.price_list.look_up(
        {item.offer_id for item in items if item.offer_id},
        {item.product_id for item in items if item.product_id},
    )


def _named(items: Sequence[OrderItem], prices: PriceList) -> Iterator[tuple[str, PricedOffer, int]]:
    """What each item is about: the field that names it, the offer and how much of it."""
    for index, item in enumerate(items):
        if item.offer_id is not None:
            field, offer = f"/items/{index}/offerId", prices.by_offer.get(item.offer_id)
        elif item.product_id is not None:
            field, offer = f"/items/{index}/productId", prices.by_product.get(item.product_id)
        else:
            raise RuleViolated(
                "item_required", "Name an offerId or a productId.", field=f"/items/{index}"
            )
        if offer is None:
            raise RuleViolated("unknown_id", "Nothing is sold under this id.", field=field)
        yield field, offer, item.quantity


def _standing(offer: PricedOffer, wanted: int) -> Standing:
    return Standing(
        offer_id=offer.offer_id,
        wanted=wanted,
        seen=offer.price,
        price=offer.price,
        available=offer.available if offer.purchasable else 0,
    )
