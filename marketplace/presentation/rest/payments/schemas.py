"""Payments on the wire."""

from marketplace.domain.payments.ledger import OperationKind, OperationState, Stage
from marketplace.domain.shared.money import MAX_AMOUNT
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.orders.schemas import LineQuantitySchema, PaymentSchema
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema

MOST_LINES = 100
REASON_LONGEST = 1000


class VoidInputSchema(RequestSchema):
    reason = fields.Text(
        min=1, max=REASON_LONGEST, allow_none=True, description="Why", example="Damaged"
    )


class PartOfPaymentSchema(VoidInputSchema):
    amount = fields.Integer(
        min=1,
        max=MAX_AMOUNT,
        description="Minor units of the payment's currency; without it and `lines`, all that is"
        " left of what is yours",
        example=500,
    )
    lines = fields.List(
        fields.Nested(LineQuantitySchema),
        min=1,
        max=MOST_LINES,
        description="Or what so many units had cost",
        example=None,
    )


class RefundLineSchema(ResponseSchema):
    line_id = fields.Id()
    quantity = fields.Integer()


class RefundSchema(ResponseSchema):
    id = fields.Id()
    payment_id = fields.Id()
    status = fields.Enum(OperationState)
    amount = fields.Money()
    reason = fields.Text(allow_none=True)
    lines = fields.List(fields.Nested(RefundLineSchema))
    created_at = fields.Instant()


class PaymentEventSchema(ResponseSchema):
    kind = fields.Enum(OperationKind)
    stage = fields.Enum(Stage)
    amount = fields.Money()
    reason = fields.Text(allow_none=True)
    occurred_at = fields.Instant()


class PaymentDetailSchema(PaymentSchema):
    order_id = fields.Id()
    reference = fields.Text(allow_none=True, description="The provider's own id")
    refunds = fields.List(fields.Nested(RefundSchema))
    events = fields.List(
        fields.Nested(PaymentEventSchema), description="What was asked for, and what was answered"
    )
    created_at = fields.Instant()
    updated_at = fields.Instant()
