"""What `/meta` tells."""

from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import ResponseSchema


class CurrencySchema(ResponseSchema):
    code = fields.Text()
    name = fields.Text()
    exponent = fields.Integer(description="Decimal places: 2 means that 100 minor units are 1")


class CountrySchema(ResponseSchema):
    code = fields.Text()
    name = fields.Text()


class LimitsSchema(ResponseSchema):
    body_bytes = fields.Integer()
    page_default = fields.Integer()
    page_max = fields.Integer()
    order_items = fields.Integer()
    order_item_quantity = fields.Integer()
    cart_items = fields.Integer()
    addresses = fields.Integer(description="That an account keeps")
    product_variants = fields.Integer()
    product_media = fields.Integer()
    import_bytes = fields.Integer(description="Of a file of products")
    picture_bytes = fields.Integer()
    picture_pixels = fields.Integer(description="Fewer for some formats, which cost more memory")
    idempotency_hours = fields.Integer(description="How long answers are kept for repeats")


class EnumsSchema(ResponseSchema):
    attribute_type = fields.List(fields.Text())
    condition = fields.List(fields.Text())
    fulfilment_status = fields.List(fields.Text())
    member_role = fields.List(fields.Text())
    order_status = fields.List(fields.Text())
    payment = fields.List(fields.Text())
    payment_status = fields.List(fields.Text())
    product_status = fields.List(fields.Text())
    role = fields.List(fields.Text())
    seller_status = fields.List(fields.Text())
    shipment_status = fields.List(fields.Text())


class MetaSchema(ResponseSchema):
    version = fields.Text(description="Of the server")
    currencies = fields.List(fields.Nested(CurrencySchema))
    countries = fields.List(fields.Nested(CountrySchema))
    payment_methods = fields.List(fields.Text())
    enums = fields.Nested(EnumsSchema)
    limits = fields.Nested(LimitsSchema)
