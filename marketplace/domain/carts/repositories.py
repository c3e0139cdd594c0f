"""Where carts are kept."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from marketplace.domain.carts.cart import Cart
from marketplace.domain.shared.ids import CartId, OfferId, UserId


class CartRepository(Protocol):
    def add(self, cart: Cart) -> None:
        """The user has none."""

    def find(self, user_id: UserId) -> Cart | None:
        """As it stands, for looking only."""

    def get_for_update(self, user_id: UserId) -> Cart | None:
        """Others that want it so wait until this transaction ends."""

    def open(self, cart: Cart) -> Cart:
        """As `get_for_update`; the user's cart is `cart` from now on if there is no other."""

    def check_out(
        self,
        cart_id: CartId,
        user_id: UserId,
        ordered: Collection[OfferId],
        *,
        placed_at: datetime,
        new_id: CartId,
    ) -> None:
        """Take out of the user's cart what was ordered of it at `placed_at`, but for what was put
        again after that, and let it be the cart `new_id` from now on. One that is not `cart_id` any
        more stays as it is. One statement."""
