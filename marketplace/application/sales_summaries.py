"""What is counted ahead, so that reading it is quick."""

from collections.abc import Sequence
from typing import Protocol

from marketplace.domain.shared.ids import OrderId


class SalesSummaries(Protocol):
    """What was sold, added up. It follows from orders and shipments: what is to be changed is
    never told, but found by looking at an order, whichever event is the reason."""

    def refresh(self, order_id: OrderId) -> None:
        """Count this order as it stands now, instead of as it was counted before."""

    def rebuild(self) -> int:
        """The same for all orders; returns how many rows were wrong. Others wait meanwhile."""

    def differences(self) -> Sequence[str]:
        """What is otherwise than it would be counted now, a hundred at most of each table. Orders
        of which events wait to be handled are left out."""
