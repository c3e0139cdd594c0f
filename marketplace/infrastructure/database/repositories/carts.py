"""Carts."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from marketplace.domain.carts.cart import Cart
from marketplace.domain.shared.ids import CartId, OfferId, UserId
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import carts

_OPEN = insert(carts).on_conflict_do_nothing(index_elements=[carts.c.user_id])
_CHECK_OUT = text(
    """
    WITH cart AS (
        UPDATE carts SET id = :new_id, version = version + 1, updated_at = :now
        WHERE user_id = :user_id AND id = :cart_id
        RETURNING user_id
    )
    DELETE FROM cart_items USING cart
    WHERE cart_items.user_id = cart.user_id
        AND cart_items.offer_id = ANY(CAST(:ordered AS uuid[]))
        AND cart_items.put_at <= :placed_at
    """
)


class SqlCartRepository(SqlRepository[Cart]):
    aggregate = Cart
    table = carts
    what = "cart"

    def find(self, user_id: UserId) -> Cart | None:
        """As it stands, for looking only."""
        return self._find(carts.c.user_id == user_id)

    def get_for_update(self, user_id: UserId) -> Cart | None:
        """Others that want it so wait until this transaction ends."""
        return self._find_for_update(carts.c.user_id == user_id)

    def open(self, cart: Cart) -> Cart:
        """As `get_for_update`; the user's cart is `cart` from now on if there is no other."""
        found = self.get_for_update(cart.user_id)
        if found is None:
            values = {column.name: getattr(cart, column.name) for column in carts.c}
            self._transaction.write(_OPEN, values)
            found = self.get_for_update(cart.user_id)
        return self._found(cart.user_id, found)

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
        self._transaction.write(
            _CHECK_OUT,
            {
                "cart_id": cart_id,
                "user_id": user_id,
                "ordered": list(ordered),
                "placed_at": placed_at,
                "new_id": new_id,
                "now": self._transaction.now,
            },
        )
