"""Movements: the journal of stock, from which its numbers can be made anew."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from marketplace.domain.shared.ids import MovementId, OfferId, OrderId, UserId


class MovementKind(StrEnum):
    """Why a number changed. Units are `received`, `adjusted`, `counted` and `returned` on hand;
    `allocated` and `released` move the allocated ones, `shipped` both."""

    RECEIVED = "received"
    ADJUSTED = "adjusted"
    COUNTED = "counted"
    ALLOCATED = "allocated"
    RELEASED = "released"
    SHIPPED = "shipped"
    RETURNED = "returned"


class EnteredKind(StrEnum):
    """What a seller enters; all other movements follow from orders."""

    RECEIVED = "received"
    ADJUSTED = "adjusted"
    COUNTED = "counted"


@dataclass(frozen=True, kw_only=True)
class StockMovement:
    """One entry of the journal, never changed.

    `quantity` is what was added, negative where units went: to the units on hand, for `allocated`
    and `released` to the allocated ones, for `shipped` to both. `on_hand` and `allocated` are
    what they came to.
    """

    id: MovementId
    offer_id: OfferId
    kind: MovementKind
    quantity: int
    on_hand: int
    allocated: int
    order_id: OrderId | None = None
    actor_id: UserId | None = None
    reason: str | None = None
    occurred_at: datetime
