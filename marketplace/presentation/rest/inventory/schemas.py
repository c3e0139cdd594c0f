"""Movements of stock on the wire."""

from marketplace.domain.inventory.movement import EnteredKind, MovementKind
from marketplace.domain.inventory.stock import MOST
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema

REASON_LONGEST = 1000


class StockMovementInputSchema(RequestSchema):
    kind = fields.Enum(EnteredKind, required=True, example="received")
    quantity = fields.Integer(
        min=-MOST,
        max=MOST,
        required=True,
        description="Units received, by how many to adjust, or how many were counted on hand",
        example=10,
    )
    reason = fields.Text(
        min=1,
        max=REASON_LONGEST,
        allow_none=True,
        description="Why; an adjustment needs one",
        example="Delivery 4711",
    )


class StockMovementSchema(ResponseSchema):
    id = fields.Id()
    offer_id = fields.Id()
    kind = fields.Enum(MovementKind)
    quantity = fields.Integer(description="As it was entered: for a count, what was counted")
    change = fields.Integer(
        description="What was added, negative where units went: to `onHand`, by `allocated` and"
        " `released` to `allocated`, by `shipped` to both"
    )
    reason = fields.Text(allow_none=True)
    order_id = fields.Id(allow_none=True, description="Of what follows from an order")
    actor_id = fields.Id(allow_none=True, description="The account that entered it")
    on_hand = fields.Integer(description="Units in the warehouse after it")
    allocated = fields.Integer(description="Units of them that belonged to orders after it")
    available = fields.Integer(description="Units that could be ordered after it")
    created_at = fields.Instant()
