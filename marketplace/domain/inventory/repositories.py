"""Where stock is kept. The numbers move by conditional updates, in the order of the offers' ids."""

from collections.abc import Collection, Mapping
from typing import Protocol

from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import OfferId


class StockRepository(Protocol):
    def add(self, item: StockItem) -> None: ...

    def get(self, offer_id: OfferId) -> StockItem:
        """Raises `NotFound`."""

    def allocate(self, quantities: Mapping[OfferId, int]) -> Collection[OfferId]:
        """Allocate all of it, or return the offers that have too little.

        What is returned was not allocated, what is not returned was: roll back unless the
        answer is empty. One statement; rows are locked in the order of their ids.
        """

    def release(self, quantities: Mapping[OfferId, int]) -> None:
        """Give allocated units back."""
