"""Stock numbers of an offer."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.inventory.movement import EnteredKind, MovementKind, StockMovement
from marketplace.domain.shared.ids import MovementId, OfferId, UserId

MOST = 2**31 - 1


@dataclass(eq=False, kw_only=True)
class StockItem:
    """`on_hand` units lie in the warehouse, of which `allocated` belong to orders already.

    Once no more than `low_stock_threshold` are available, `StockRanLow` says so; None asks for
    no such word.
    """

    offer_id: OfferId
    on_hand: int
    allocated: int = 0
    low_stock_threshold: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.allocated <= self.on_hand <= MOST:
            raise RuleViolated(
                "invalid_stock", "Stock is not negative, and covers what is allocated."
            )

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated

    def enter(
        self,
        kind: EnteredKind,
        quantity: int,
        *,
        id: MovementId,
        actor_id: UserId,
        reason: str | None,
        now: datetime,
        field: str = "/quantity",
    ) -> StockMovement:
        """Take over what the seller says, and return the movement that tells of it.

        `quantity` is what was received, by how much to adjust, or what a count found on hand;
        `field` is where the request says it.

        Raises:
            RuleViolated: `invalid_quantity`; `reason_required` to adjust; `invalid_stock` where
                it becomes too much.
            Conflict: `stock_allocated`, orders need more than would be left.
        """
        _check(kind, quantity, reason)
        on_hand = quantity if kind is EnteredKind.COUNTED else self.on_hand + quantity
        if on_hand < self.allocated:
            raise Conflict(
                "stock_allocated",
                f"{self.allocated} of {self.on_hand} units on hand are allocated to orders.",
                field=field,
                onHand=self.on_hand,
                allocated=self.allocated,
            )
        if on_hand > MOST:
            raise RuleViolated("invalid_stock", f"Stock ends at {MOST} units.", field=field)
        change, self.on_hand = on_hand - self.on_hand, on_hand
        return StockMovement(
            id=id,
            offer_id=self.offer_id,
            kind=MovementKind(kind),
            quantity=change,
            on_hand=self.on_hand,
            allocated=self.allocated,
            actor_id=actor_id,
            reason=reason,
            occurred_at=now,
        )


def _check(kind: EnteredKind, quantity: int, reason: str | None) -> None:
    if kind is EnteredKind.ADJUSTED:
        if quantity == 0:
            raise _invalid_quantity("Say by how much: a negative quantity takes units away.")
        if reason is None:
            raise RuleViolated("reason_required", "Say why the stock is adjusted.", field="/reason")
    elif quantity < (1 if kind is EnteredKind.RECEIVED else 0):
        raise _invalid_quantity("Fewer units than that cannot be received or counted.")


def _invalid_quantity(detail: str) -> RuleViolated:
    return RuleViolated("invalid_quantity", detail, field="/quantity")
