"""Sellers."""

from marketplace.domain.sellers.seller import Seller
from marketplace.domain.shared.ids import SellerId
from marketplace.infrastructure.database.repository import SluggedRepository
from marketplace.infrastructure.database.tables import sellers


class SqlSellerRepository(SluggedRepository[Seller]):
    aggregate = Seller
    table = sellers
    what = "seller"

    def get(self, seller: SellerId | str) -> Seller:
        """By id or slug. Raises `NotFound`."""
        return self._by_key(seller)

    def get_for_update(self, seller: SellerId | str, *, slug: bool = False) -> Seller:
        """As `get`; nobody writes a listing that names it until this transaction ends. `slug` if
        that is going to change."""
        return self._by_key_for_update(seller, slug=slug)
