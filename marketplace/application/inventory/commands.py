"""What can be asked for about stock."""

from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.domain.inventory.movement import EnteredKind
from marketplace.domain.shared.ids import MovementId, OfferId


@dataclass(frozen=True, kw_only=True)
class EnterMovement:
    """`quantity` is what was received, by how much to adjust, or what was counted."""

    actor: Actor
    movement_id: MovementId
    offer_id: OfferId
    kind: EnteredKind
    quantity: int
    reason: str | None = None
