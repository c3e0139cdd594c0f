"""Where sellers are kept."""

from typing import Protocol

from marketplace.domain.sellers.seller import Seller
from marketplace.domain.shared.ids import SellerId


class SellerRepository(Protocol):
    def add(self, seller: Seller) -> None: ...

    def get(self, seller: SellerId | str) -> Seller:
        """By id or slug. Raises `NotFound`."""

    def get_for_update(self, seller: SellerId | str, *, slug: bool = False) -> Seller:
        """As `get`; nobody writes a listing that names it until this transaction ends. `slug` if
        that is going to change.
        """

    def free_slug(self, slug: str) -> str:
        """`slug`, or its next free numbered form; it stays free for this transaction."""
