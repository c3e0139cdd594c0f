"""Carts on the wire."""

from marketplace.domain.carts.cart import MOST_UNITS
from marketplace.domain.carts.refreshing import ChangeKind
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema


class CartItemInputSchema(RequestSchema):
    quantity = fields.Integer(min=1, max=MOST_UNITS, required=True, example=2)


class CartItemSchema(ResponseSchema):
    offer_id = fields.Id()
    product_id = fields.Id()
    slug = fields.Text(description="Of the product")
    name = fields.Text(description="Of the product")
    image = fields.MediaUrl(allow_none=True)
    options = fields.Mapping(fields.Text(), description="Of the variant")
    sku = fields.Text()
    seller_id = fields.Id()
    quantity = fields.Integer(description="Units that would be ordered now")
    unit_price = fields.Money(description="The present one")
    total = fields.Money()
    available = fields.Integer(description="Units in stock")


class CartSellerSchema(ResponseSchema):
    """One that sells in several currencies is there once for each."""

    id = fields.Id()
    name = fields.Text()
    slug = fields.Text()
    subtotal = fields.Money(description="Of its items")


class CartChangeSchema(ResponseSchema):
    """What differs from what was put, until the item is put again or removed."""

    offer_id = fields.Id()
    kind = fields.Enum(ChangeKind)
    before = fields.MoneyOrUnits(
        allow_none=True, description="The price of a unit, or a number of units"
    )
    after = fields.MoneyOrUnits(
        allow_none=True, description="Null where it is unavailable and no item any more"
    )


class CartSchema(ResponseSchema):
    id = fields.Id(description="Another one after each order of the cart")
    items = fields.List(fields.Nested(CartItemSchema))
    sellers = fields.List(fields.Nested(CartSellerSchema))
    total = fields.Money(
        allow_none=True, description="Null where there is nothing, or several currencies"
    )
    changes = fields.List(fields.Nested(CartChangeSchema))
