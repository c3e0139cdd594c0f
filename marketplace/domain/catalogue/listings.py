"""Listings: what the catalogue shows of products that are for sale, kept for filters and search."""

from collections.abc import Collection
from typing import Protocol

from marketplace.domain.shared.ids import CategoryId, OfferId, ProductId, SellerId


class Listings(Protocol):
    """Each published product of an approved seller has a listing, nothing else has one.

    A use case that changes what a listing says calls `refresh` after its last change and before
    its commit. Stock is the exception: orders move it without a word, and the listing follows
    within seconds.
    """

    def refresh(
        self, product_ids: Collection[ProductId], *, left: Collection[CategoryId] = ()
    ) -> None:
        """Let the listings of these products say what is stored. Once in a transaction.

        `left` are categories that they were in before this transaction.
        """

    def restock(self, offer_ids: Collection[OfferId]) -> None:
        """Let the listings of the products of these offers say what is in stock, and the price
        that comes of it."""

    def refresh_seller(self, seller_id: SellerId) -> None:
        """The same for everything that this seller describes or offers; it was got for update."""

    def refresh_category(self, category_id: CategoryId) -> None:
        """The same for everything in this category and below it; they were got for update."""

    def add_missing(self) -> None:
        """List what is for sale and has no listing."""

    def refresh_all(self) -> None:
        """The same for everything."""
