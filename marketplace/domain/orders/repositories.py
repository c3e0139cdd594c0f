"""Where orders are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from marketplace.domain.orders.order import Order
from marketplace.domain.shared.ids import OrderId


class OrderRepository(Protocol):
    def add(self, order: Order) -> None:
        """Store a new order and give it its number. One statement, whatever its size."""

    def get(self, order_id: OrderId) -> Order:
        """Invisible ones too. Raises `NotFound`."""

    def finalise(self, order: Order) -> None:
        """Store what `Order.finalise` changed. One statement.

        Raises:
            Stale: it was finalised or abandoned meanwhile.
        """

    def abandon(self, order: Order) -> None:
        """Store what `Order.abandon` changed. One statement.

        Raises:
            Stale: it was finalised or abandoned meanwhile.
        """

    def unfinalised(self, placed_before: datetime, limit: int) -> Sequence[OrderId]:
        """Orders, oldest first, that are neither finalised nor settled after being given up."""
