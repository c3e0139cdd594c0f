"""What is read of the addresses of users."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from marketplace.application.actor import Actor
from marketplace.application.identity.queries import SavedAddressView
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import AddressId
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.queries.paging import Listing, Sort, fetch_page
from marketplace.infrastructure.database.tables import addresses

_NEWEST = Sort((addresses.c.created_at, addresses.c.id), descending=True)
_LISTING = Listing("addresses", {"newest": _NEWEST})
_OWN = select(addresses).where(addresses.c.user_id == bindparam("viewer_id"))
_ONE = _OWN.where(addresses.c.id == bindparam("address_id"))


class SqlAddressQueries:
    """Implements `application.identity.queries.AddressQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, address_id: AddressId, viewer: Actor) -> SavedAddressView:
        """One of the viewer's. Raises `NotFound`."""
        wanted = {"address_id": address_id, "viewer_id": viewer.user_id}
        rows = self._read.fetch(_ONE, wanted)
        if not rows:
            raise NotFound("address", address_id)
        return _view(rows)

    def list(self, page: PageRequest, viewer: Actor) -> Page[SavedAddressView]:
        """The viewer's, newest first. Raises `InvalidCursor`."""
        return fetch_page(self._read, _LISTING, page, _OWN, {"viewer_id": viewer.user_id}, _view)


def _view(rows: Sequence[AnyRow]) -> SavedAddressView:
    row = rows[0]
    return SavedAddressView(
        **vars(row.address), id=row.id, version=row.version, created_at=row.created_at
    )
