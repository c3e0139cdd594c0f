"""Shipping methods."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from sqlalchemy import select

from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import shipping_methods


class SqlShippingMethodRepository(SqlRepository[ShippingMethod]):
    """Implements `domain.shipping.repositories.ShippingMethodRepository`."""

    aggregate = ShippingMethod
    table = shipping_methods
    what = "shipping method"

    def get(self, method_id: ShippingMethodId) -> ShippingMethod:
        """Raises `NotFound`."""
        return self._found(method_id, self._find(shipping_methods.c.id == method_id))

    def remove(self, method: ShippingMethod) -> None:
        self._transaction.delete(method)

    def of_sellers(
        self, seller_ids: Collection[SellerId]
    ) -> Mapping[SellerId, Sequence[ShippingMethod]]:
        """The methods of these sellers, in the order of their ids; none for whom there is none.
        One statement."""
        found = self._transaction.all(
            select(ShippingMethod)
            .where(shipping_methods.c.seller_id.in_(seller_ids))
            .order_by(shipping_methods.c.seller_id, shipping_methods.c.id)
        )
        return {
            seller_id: list(methods)
            for seller_id, methods in groupby(found, key=lambda method: method.seller_id)
        }
