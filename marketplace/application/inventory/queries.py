"""What sellers read of their stock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.inventory.movement import MovementKind
from marketplace.domain.shared.ids import MovementId, OfferId, OrderId, UserId


@dataclass(frozen=True, kw_only=True)
class StockMovementView:
    """An entry of the journal, and what the numbers came to by it.

    `quantity` is as it was entered, for a count what was counted; `change` is what was added.
    """

    id: MovementId
    offer_id: OfferId
    kind: MovementKind
    quantity: int
    change: int
    reason: str | None
    order_id: OrderId | None
    actor_id: UserId | None
    on_hand: int
    allocated: int
    available: int
    created_at: datetime


class StockQueries(Protocol):
    def movement(self, movement_id: MovementId, viewer: Actor) -> StockMovementView:
        """Of an offer that `viewer` may read. Raises `NotFound`."""

    def movements(
        self, offer_id: OfferId, page: PageRequest, viewer: Actor
    ) -> Page[StockMovementView]:
        """Newest first. Raises `NotFound` for an offer that `viewer` may not read,
        `InvalidCursor`."""
