"""Where orders are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from marketplace.domain.orders.order import Order
from marketplace.domain.shared.ids import CartId, OrderId, SellerOrderId


class OrderRepository(Protocol):
    def add(self, order: Order) -> None:
        """Store a new order and give it its number. One statement, whatever its size.

        Raises:
            Conflict: `checkout_in_progress`, its cart is being ordered already.
        """

    def is_ordered(self, cart_id: CartId) -> bool:
        """Whether there is an order of this cart that was not given up."""

    def get(self, order: OrderId | str) -> Order:
        """By id or number, invisible ones too. Raises `NotFound`."""

    def get_for_update(self, order: OrderId | str) -> Order:
        """As `get`; others that want it for update wait until this transaction ends."""

    def holding(self, seller_order_id: SellerOrderId) -> OrderId:
        """The order that this is a part of. Raises `NotFound`."""

    def finalise(self, order: Order) -> None:
        """Store what `Order.finalise` changed, with statuses, money and timeline. One statement.

        Raises:
            Stale: it was finalised or abandoned meanwhile.
        """

    def abandon(self, order: Order) -> None:
        """Store what `Order.abandon` changed. One statement.

        Raises:
            Stale: it was finalised or abandoned meanwhile.
        """

    def save(self, order: Order) -> None:
        """Store whatever changed of an order that was got for update: statuses, units, money and
        timeline. One statement."""

    def unfinalised(self, placed_before: datetime, limit: int) -> Sequence[OrderId]:
        """Orders, oldest first, that are neither finalised nor settled after being given up."""

    def pending(self, placed_before: datetime, limit: int) -> Sequence[OrderId]:
        """Visible orders, oldest first, whose payment is pending."""
