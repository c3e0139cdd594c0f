"""The carts of `tests.fakes`, by their users."""

from typing import Any

from marketplace.domain.carts.cart import Cart
from marketplace.domain.shared.ids import UserId


class FakeCarts:
    def __init__(self, kept: dict[UserId, Cart], seen: list[Any]) -> None:
        self._kept = kept
        self._seen = seen

    def add(self, cart: Cart) -> None:
        self._kept[cart.user_id] = cart
        self._seen.append(cart)

    def find(self, user_id: UserId) -> Cart | None:
        return self._kept.get(user_id)

    def get_for_update(self, user_id: UserId) -> Cart | None:
        return self._kept.get(user_id)

    def open(self, cart: Cart) -> Cart:
        return self._kept.setdefault(cart.user_id, cart)
