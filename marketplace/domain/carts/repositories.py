"""Where carts are kept."""

from typing import Protocol

from marketplace.domain.carts.cart import Cart
from marketplace.domain.shared.ids import UserId


class CartRepository(Protocol):
    def add(self, cart: Cart) -> None:
        """The user has none."""

    def find(self, user_id: UserId) -> Cart | None:
        """As it stands, for looking only."""

    def get_for_update(self, user_id: UserId) -> Cart | None:
        """Others that want it so wait until this transaction ends."""

    def open(self, cart: Cart) -> Cart:
        """As `get_for_update`; the user's cart is `cart` from now on if there is no other."""
