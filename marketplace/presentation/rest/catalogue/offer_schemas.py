"""Offers on the wire."""

from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.inventory import stock
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema


class OfferInputSchema(RequestSchema):
    variant_id = fields.Id(
        required=True, description="Of a product of your own, or of any published one"
    )
    seller_id = fields.Id(
        allow_none=True, description="Your only seller unless it is given", example=None
    )
    sku = fields.Text(min=1, max=100, required=True, example="OAK-TABLE-USED")
    price = fields.Money(required=True)
    compare_at_price = fields.Money(allow_none=True, example={"amount": 2499, "currency": "EUR"})
    condition = fields.Enum(Condition, load_default=Condition.NEW)
    on_hand = fields.Integer(max=stock.MOST, load_default=0, example=3)
    low_stock_threshold = fields.Integer(max=stock.MOST, allow_none=True, example=2)


class OfferPatchSchema(RequestSchema):
    sku = fields.Text(min=1, max=100, example="OAK-TABLE-180")
    price = fields.Money()
    compare_at_price = fields.Money(allow_none=True, example={"amount": 2499, "currency": "EUR"})
    condition = fields.Enum(Condition)
    on_hand = fields.Integer(max=stock.MOST, description="What was counted", example=12)
    low_stock_threshold = fields.Integer(max=stock.MOST, allow_none=True, example=2)


class SellerOfferSchema(ResponseSchema):
    id = fields.Id()
    seller_id = fields.Id()
    product_id = fields.Id()
    variant_id = fields.Id()
    slug = fields.Text(description="Of the product")
    name = fields.Text(description="Of the product")
    options = fields.Mapping(fields.Text(), description="Of the variant")
    sku = fields.Text()
    price = fields.Money()
    compare_at_price = fields.Money(allow_none=True)
    condition = fields.Enum(Condition)
    on_hand = fields.Integer(description="Units in the warehouse")
    allocated = fields.Integer(description="Units of them that belong to orders")
    available = fields.Integer(description="Units that can be ordered now")
    low_stock_threshold = fields.Integer(
        allow_none=True, description="Once no more units are available stock is low"
    )
    version = fields.Integer()
    created_at = fields.Instant()
