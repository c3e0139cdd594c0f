"""Where stock is kept. The numbers move by conditional updates, in the order of the offers' ids."""

from collections.abc import Collection, Mapping
from typing import Protocol

from marketplace.domain.inventory.movement import StockMovement
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import OfferId, OrderId, UserId


class StockRepository(Protocol):
    """Whatever changes a number is one statement, which writes the movements to the journal too,
    and to the outbox the events of `inventory.events` where a limit was crossed."""

    def add(self, *items: StockItem, actor_id: UserId | None = None) -> None:
        """Stock of new offers, received by `actor_id`, none of it allocated; no events."""

    def get(self, offer_id: OfferId) -> StockItem:
        """Raises `NotFound`."""

    def get_for_update(self, offer_id: OfferId) -> StockItem:
        """Others that want to change it wait until this transaction ends. Raises `NotFound`."""

    def record(self, movement: StockMovement) -> None:
        """Store what `StockItem.enter` returned for an item that was got for update."""

    def watch(self, item: StockItem) -> None:
        """Store the threshold of `item`; it is no movement."""

    def allocate(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> Collection[OfferId]:
        """Allocate all of it, or return the offers that have too little.

        What is returned was not allocated, what is not returned was: roll back unless the
        answer is empty. Rows are locked in the order of their ids.
        """

    def release(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        """Give allocated units back."""

    def ship(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        """Allocated units leave the warehouse."""

    def take_back(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        """Units that were shipped lie in the warehouse again, for anybody to buy."""
