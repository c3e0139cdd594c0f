"""A user's cart is opened, filled and emptied. Nobody else can name it."""

from marketplace.application.carts.commands import (
    ClearCart,
    OpenCart,
    PutCartItem,
    RemoveCartItem,
)
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.carts.cart import Cart
from marketplace.domain.errors import Conflict, NotFound


@transaction_step
def open_cart(uow: UnitOfWork, command: OpenCart) -> None:
    """See to it that there is a cart."""
    with uow:
        _opened(uow, command)
        uow.commit()


@transaction_step
def put_cart_item(uow: UnitOfWork, command: PutCartItem) -> None:
    """Want so many units of an offer, as it stands now.

    Raises:
        NotFound: no such offer.
        Conflict: `offer_unavailable`, `out_of_stock`, `cart_full`.
        RuleViolated: `amount_out_of_range`.
    """
    with uow:
        offer = uow.price_list.look_up([command.offer_id], []).by_offer.get(command.offer_id)
        if offer is None:
            raise NotFound("offer", command.offer_id)
        if not offer.purchasable:
            raise Conflict("offer_unavailable", "This is not sold at present.")
        if offer.available < command.quantity:
            raise Conflict(
                "out_of_stock",
                f"There are {offer.available} units in stock.",
                field="/quantity",
                offers=[str(offer.offer_id)],
                available=offer.available,
            )
        # Last, so that requests about one cart wait for each other as briefly as may be.
        _opened(uow, command).put(offer.offer_id, command.quantity, offer.price, uow.now)
        uow.commit()


@transaction_step
def remove_cart_item(uow: UnitOfWork, command: RemoveCartItem) -> None:
    """What is not in the cart is removed already."""
    with uow:
        cart = uow.carts.get_for_update(command.actor.user_id)
        if cart is not None:
            cart.remove(command.offer_id, uow.now)
        uow.commit()


@transaction_step
def clear_cart(uow: UnitOfWork, command: ClearCart) -> None:
    """Take everything out."""
    with uow:
        cart = uow.carts.get_for_update(command.actor.user_id)
        if cart is not None:
            cart.clear(uow.now)
        uow.commit()


def _opened(uow: UnitOfWork, command: OpenCart | PutCartItem) -> Cart:
    return uow.carts.open(Cart.open(id=command.cart_id, user_id=command.actor.user_id, now=uow.now))
