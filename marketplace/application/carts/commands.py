"""What can be asked for about the caller's cart."""

from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.domain.shared.ids import CartId, OfferId


@dataclass(frozen=True, kw_only=True)
class OpenCart:
    """`cart_id` is for the case that there is none."""

    actor: Actor
    cart_id: CartId


@dataclass(frozen=True, kw_only=True)
class PutCartItem:
    """`cart_id` as in `OpenCart`."""

    actor: Actor
    cart_id: CartId
    offer_id: OfferId
    quantity: int


@dataclass(frozen=True, kw_only=True)
class RemoveCartItem:
    actor: Actor
    offer_id: OfferId


@dataclass(frozen=True, kw_only=True)
class ClearCart:
    actor: Actor
