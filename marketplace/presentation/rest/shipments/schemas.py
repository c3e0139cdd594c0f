"""Shipments on the wire."""

from marketplace.domain.shipping.shipment import TEXT_LONGEST
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.orders.schemas import MOST_ITEMS, LineQuantitySchema
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema

_WORDS = r"\S+(?: \S+)*"


class ShipmentInputSchema(RequestSchema):
    lines = fields.List(
        fields.Nested(LineQuantitySchema),
        max=MOST_ITEMS,
        description="So many units of these; none of them: all that is open",
        example=None,
    )
    carrier = fields.Text(
        min=1,
        max=TEXT_LONGEST,
        pattern=_WORDS,
        required=True,
        description="Any text. `sandbox` walks the parcel to the door, where that is switched on",
        example="DHL",
    )
    tracking_number = fields.Text(
        min=1,
        max=TEXT_LONGEST,
        pattern=_WORDS,
        allow_none=True,
        description="Without it, that of a carrier which gives its own",
        example="00340434161094022115",
    )
    tracking_url = fields.Url(allow_none=True, example=None)


class ShipmentEventInputSchema(RequestSchema):
    status = fields.Enum(CarrierStatus, required=True)
    occurred_at = fields.Instant(required=True)
    location = fields.Text(min=1, max=TEXT_LONGEST, allow_none=True, example="Leipzig")
    external_id = fields.Text(
        min=1,
        max=TEXT_LONGEST,
        allow_none=True,
        description="The carrier's own: what comes under it again is a repeat",
        example="evt-7001",
    )


class StoredShipmentEventSchema(ResponseSchema):
    id = fields.Id()
    status = fields.Enum(CarrierStatus)
    occurred_at = fields.Instant()
    location = fields.Text(allow_none=True)
    external_id = fields.Text(allow_none=True)
    shipment_status = fields.Enum(ShipmentStatus, description="That of the shipment now")
    created_at = fields.Instant()
