"""Shipping methods on the wire."""

from marketplace.domain.shipping.method import TEXT_LONGEST
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema

_ANYWHERE = "Where it ships to; none of them means anywhere"
_FREE_FROM = (
    "What the seller's items of an order have to cost for it to be free, in the currency of the"
    " price"
)


class ShippingMethodInputSchema(RequestSchema):
    name = fields.Text(min=1, max=TEXT_LONGEST, required=True, example="Parcel")
    carrier = fields.Text(min=1, max=TEXT_LONGEST, allow_none=True, example="DHL")
    price = fields.Money(required=True, example={"amount": 490, "currency": "EUR"})
    countries = fields.List(
        fields.Country(), max=len(fields.COUNTRIES), description=_ANYWHERE, example=["AT", "DE"]
    )
    free_from = fields.Money(
        min=1,
        allow_none=True,
        description=_FREE_FROM,
        example={"amount": 5000, "currency": "EUR"},
    )


class ShippingMethodPatchSchema(RequestSchema):
    name = fields.Text(min=1, max=TEXT_LONGEST, example="Parcel")
    carrier = fields.Text(min=1, max=TEXT_LONGEST, allow_none=True, example="DHL")
    price = fields.Money(example={"amount": 490, "currency": "EUR"})
    countries = fields.List(
        fields.Country(), max=len(fields.COUNTRIES), description=_ANYWHERE, example=["AT", "DE"]
    )
    free_from = fields.Money(
        min=1,
        allow_none=True,
        description=_FREE_FROM,
        example={"amount": 5000, "currency": "EUR"},
    )


class ShippingMethodSchema(ResponseSchema):
    id = fields.Id()
    seller_id = fields.Id()
    name = fields.Text()
    carrier = fields.Text(allow_none=True)
    price = fields.Money()
    countries = fields.List(fields.Country(), description=_ANYWHERE)
    free_from = fields.Money(allow_none=True, description=_FREE_FROM)
    version = fields.Integer()
    created_at = fields.Instant()
    updated_at = fields.Instant()
