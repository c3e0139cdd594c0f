"""Checkout on the wire."""

from marketplace.presentation.rest import fields
from marketplace.presentation.rest.carts.schemas import CartChangeSchema
from marketplace.presentation.rest.orders.schemas import (
    MOST_ITEMS,
    DeliverySchema,
    OrderItemSchema,
    PaymentInputSchema,
    ShippingSchema,
)
from marketplace.presentation.rest.schema import ResponseSchema
from marketplace.presentation.rest.sellers.schemas import SellerRefSchema


class CheckoutSchema(DeliverySchema):
    payment = fields.Nested(PaymentInputSchema, required=True)
    expected_total = fields.Money(
        required=True,
        description="What you were shown: another total is refused",
        example={"amount": 2690, "currency": "EUR"},
    )


class QuoteInputSchema(DeliverySchema):
    """What an order has beside, but for the payment, is accepted and makes no difference."""

    items = fields.List(
        fields.Nested(OrderItemSchema),
        min=1,
        max=MOST_ITEMS,
        description="What to buy; without it, what your cart holds",
    )
    email = fields.Email(description="Makes no difference here", example=None)
    expected_total = fields.Money(description="Makes no difference here", example=None)


class QuoteLineSchema(ResponseSchema):
    offer_id = fields.Id()
    product_id = fields.Id()
    variant_id = fields.Id()
    seller_id = fields.Id()
    slug = fields.Text(description="Of the product")
    options = fields.Mapping(fields.Text(), description="Of the variant")
    sku = fields.Text()
    name = fields.Text(description="Of the product")
    quantity = fields.Integer(description="Units that can be bought now")
    unit_price = fields.Money()
    total = fields.Money()


class QuoteSellerSchema(ResponseSchema):
    seller = fields.Nested(SellerRefSchema)
    subtotal = fields.Money(description="Of its lines")
    shipping = fields.Nested(ShippingSchema)
    total = fields.Money()


class ShippingOptionSchema(ResponseSchema):
    method_id = fields.Id()
    name = fields.Text()
    carrier = fields.Text(allow_none=True)
    price = fields.Money()
    handling_days = fields.Integer(description="Until the seller hands it over")


class SellerOptionsSchema(ResponseSchema):
    seller_id = fields.Id()
    options = fields.List(
        fields.Nested(ShippingOptionSchema),
        description="The cheapest first; empty where the seller has no methods, and ships free",
    )


class QuoteSchema(ResponseSchema):
    """Amounts are null where there is nothing to buy."""

    lines = fields.List(fields.Nested(QuoteLineSchema))
    sellers = fields.List(fields.Nested(QuoteSellerSchema))
    shipping_options = fields.List(fields.Nested(SellerOptionsSchema))
    prices_include_tax = fields.Bool()
    subtotal = fields.Money(allow_none=True)
    shipping_total = fields.Money(allow_none=True)
    tax_total = fields.Money(allow_none=True)
    discount_total = fields.Money(allow_none=True)
    total = fields.Money(allow_none=True, description="What checkout compares")
    changes = fields.List(
        fields.Nested(CartChangeSchema),
        description="What differs from the items, or from what was put into the cart",
    )
    payment_methods = fields.List(fields.Text())
