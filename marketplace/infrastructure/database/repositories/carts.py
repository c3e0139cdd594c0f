"""Carts."""

from sqlalchemy.dialects.postgresql import insert

from marketplace.domain.carts.cart import Cart
from marketplace.domain.shared.ids import UserId
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import carts

_OPEN = insert(carts).on_conflict_do_nothing(index_elements=[carts.c.user_id])


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
