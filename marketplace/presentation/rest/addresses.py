"""Postal addresses on the wire."""

from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema


class AddressInputSchema(RequestSchema):
    name = fields.Text(min=1, max=200, required=True, example="Ada Lovelace")
    line1 = fields.Text(min=1, max=200, required=True, example="Unter den Linden 1")
    line2 = fields.Text(min=1, max=200, allow_none=True)
    city = fields.Text(min=1, max=100, required=True, example="Berlin")
    region = fields.Text(min=1, max=100, allow_none=True)
    postal_code = fields.Text(min=1, max=20, required=True, example="10117")
    country = fields.Country(required=True)
    phone = fields.Text(min=3, max=40, allow_none=True)


class AddressPatchSchema(RequestSchema):
    name = fields.Text(min=1, max=200, example="Ada King")
    line1 = fields.Text(min=1, max=200, example="Unter den Linden 1")
    line2 = fields.Text(min=1, max=200, allow_none=True)
    city = fields.Text(min=1, max=100, example="Berlin")
    region = fields.Text(min=1, max=100, allow_none=True)
    postal_code = fields.Text(min=1, max=20, example="10117")
    country = fields.Country()
    phone = fields.Text(min=3, max=40, allow_none=True)


class AddressSchema(ResponseSchema):
    name = fields.Text()
    line1 = fields.Text()
    line2 = fields.Text(allow_none=True)
    city = fields.Text()
    region = fields.Text(allow_none=True)
    postal_code = fields.Text()
    country = fields.Country()
    phone = fields.Text(allow_none=True)


class SavedAddressSchema(AddressSchema):
    id = fields.Id()
    version = fields.Integer()
    created_at = fields.Instant()
