"""What sellers read of their shipping methods."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.application.shipping.queries import ShippingMethodView
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.queries.paging import Listing, Sort, fetch_page
from marketplace.infrastructure.database.queries.sellers import own_seller
from marketplace.infrastructure.database.tables import shipping_methods

_NAME = Sort((shipping_methods.c.name, shipping_methods.c.id))
_LISTING = Listing("shipping_methods", {"name": _NAME})
_OF_SELLER = select(shipping_methods).where(shipping_methods.c.seller_id == bindparam("seller_id"))
_ONE = _OF_SELLER.where(shipping_methods.c.id == bindparam("method_id"))


class SqlShippingMethodQueries:
    """Implements `application.shipping.queries.ShippingMethodQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(
        self, seller: SellerId | str, method_id: ShippingMethodId, viewer: Actor
    ) -> ShippingMethodView:
        """Raises `NotFound` too where the seller has no such method."""
        wanted = {"seller_id": own_seller(self._read, seller, viewer), "method_id": method_id}
        row = self._read.execute(_ONE, wanted).first()
        if row is None:
            raise NotFound("shipping method", method_id)
        return _view([row])

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, viewer: Actor
    ) -> Page[ShippingMethodView]:
        """Sorted by name. Raises `InvalidCursor`."""
        parameters = {"seller_id": own_seller(self._read, seller, viewer)}
        return fetch_page(self._read, _LISTING, page, _OF_SELLER, parameters, _view)


def _view(rows: Sequence[AnyRow]) -> ShippingMethodView:
    row = rows[0]
    free_from = row.free_from_amount
    return ShippingMethodView(
        id=row.id,
        seller_id=row.seller_id,
        name=row.name,
        carrier=row.carrier,
        price=Money(row.price_amount, row.price_currency),
        countries=row.countries,
        free_from=None if free_from is None else Money(free_from, row.free_from_currency),
        zones=row.zones,
        handling_days=row.handling_days,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
