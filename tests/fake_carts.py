"""The carts of `tests.fakes`, by their users."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from marketplace.domain.carts.cart import Cart
from marketplace.domain.shared.ids import CartId, OfferId, UserId


class FakeCarts:
    def __init__(self, kept: dict[UserId, Cart], seen: list[Any], now: datetime) -> None:
        self._kept = kept
        self._seen = seen
        self._now = now

    def add(self, cart: Cart) -> None:
        self._kept[cart.user_id] = cart
        self._seen.append(cart)

    def find(self, user_id: UserId) -> Cart | None:
        return self._kept.get(user_id)

    def get_for_update(self, user_id: UserId) -> Cart | None:
        return self._kept.get(user_id)

    def open(self, cart: Cart) -> Cart:
        return self._kept.setdefault(cart.user_id, cart)

    def check_out(
        self,
        cart_id: CartId,
        user_id: UserId,
        ordered: Collection[OfferId],
        *,
        placed_at: datetime,
        new_id: CartId,
    ) -> None:
        cart = self._kept.get(user_id)
        if cart is None or cart.id != cart_id:
            return
        cart.items = [
            item for item in cart.items if item.offer_id not in ordered or item.put_at > placed_at
        ]
        cart.id, cart.updated_at = new_id, self._now
        cart.version += 1
