"""Stock: what sellers say of it. Orders move it in steps of their own."""

from marketplace.application.inventory.commands import EnterMovement
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import MovementId


@transaction_step
def enter_movement(uow: UnitOfWork, command: EnterMovement) -> MovementId:
    """Note in the journal of an offer what was received, adjusted or counted.

    Raises:
        RuleViolated: `invalid_quantity`, `reason_required`, `invalid_stock`.
        Conflict: `stock_allocated`, orders need more than would be left.
    """
    with uow:
        offer = uow.offers.get(command.offer_id)
        command.actor.require_manager(
            offer.seller_id, what="offer", key=command.offer_id, visible=False
        )
        if offer.withdrawn_at is not None:
            raise NotFound("offer", command.offer_id)
        movement = uow.stock.get_for_update(offer.id).enter(
            command.kind,
            command.quantity,
            id=command.movement_id,
            actor_id=command.actor.user_id,
            reason=command.reason,
            now=uow.now,
        )
        uow.stock.record(movement)
        uow.commit()
    return command.movement_id
