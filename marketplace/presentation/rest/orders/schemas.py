"""Orders on the wire."""

from collections.abc import Iterable, Mapping
from typing import Any

from marshmallow import validates_schema

from marketplace.domain.orders.statuses import (
    By,
    FulfilmentStatus,
    OrderEntryKind,
    OrderStatus,
    PaymentStatus,
)
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OrderLineId
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.addresses import AddressInputSchema, AddressSchema
from marketplace.presentation.rest.catalogue.examples import HARBOUR_ID, HARBOUR_OFFER_ID
from marketplace.presentation.rest.orders.examples import LINE_ID
from marketplace.presentation.rest.pages import PageQuerySchema
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema, fault
from marketplace.presentation.rest.sellers.schemas import SellerRefSchema

MOST_ITEMS = 100
MOST_UNITS = 10_000


class OrderQuerySchema(PageQuerySchema):
    status = fields.Enum(OrderStatus)
    payment_status = fields.Enum(PaymentStatus)
    placed_after = fields.Instant(example=None)
    updated_after = fields.Instant(example=None)


class OrderItemSchema(RequestSchema):
    offer_id = fields.Id(description="What to buy, of whom", example=HARBOUR_OFFER_ID)
    product_id = fields.Id(
        description="Or a product: its cheapest offer in stock, in the currency of its `priceFrom` "
        "while there is one",
        example=HARBOUR_ID,
    )
    quantity = fields.Integer(min=1, max=MOST_UNITS, required=True, example=1)

    @validates_schema
    def name_one_thing(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("offer_id" in data) == ("product_id" in data):
            raise fault("Give either offerId or productId.", "offer_or_product")


class PaymentInputSchema(RequestSchema):
    method = fields.Text(min=1, max=50, required=True, example="sandbox")
    token = fields.Text(min=1, max=200, required=True, example="tok_ok")


class DeliverySchema(RequestSchema):
    """Where to, and how."""

    shipping_address = fields.Nested(AddressInputSchema)
    address_id = fields.Id(description="Or an address that you keep", example=None)
    shipping = fields.ById(
        fields.Id(),
        max=MOST_ITEMS,
        description="Shipping methods by seller; without one, the cheapest that fits",
        example=None,
    )

    @validates_schema
    def name_one_address(self, data: Mapping[str, Any], **_: Any) -> None:
        if "shipping_address" in data and "address_id" in data:
            raise fault("Give either shippingAddress or addressId.", "address_or_id", "addressId")
        if "shipping_address" not in data and "address_id" not in data:
            raise fault("Give this or addressId.", "required", "shippingAddress")


class OrderInputSchema(DeliverySchema):
    items = fields.List(fields.Nested(OrderItemSchema), min=1, max=MOST_ITEMS, required=True)
    email = fields.Email(description="Yours, if you have no account", example=None)
    payment = fields.Nested(PaymentInputSchema, required=True)
    expected_total = fields.Money(
        description="What you were shown: another total is refused", example=None
    )


class LineQuantitySchema(RequestSchema):
    line_id = fields.Id(required=True, example=LINE_ID)
    quantity = fields.Integer(min=1, max=MOST_UNITS, required=True, example=1)


class CancellationSchema(RequestSchema):
    reason = fields.Text(
        min=1, max=1000, allow_none=True, description="Why", example="Ordered by mistake"
    )
    lines = fields.List(
        fields.Nested(LineQuantitySchema),
        min=1,
        max=MOST_ITEMS,
        description="So many units of these; without it, all that is left",
        example=None,
    )


def quantities(lines: Iterable[Mapping[str, Any]]) -> dict[OrderLineId, int]:
    """Units by line; a line that is named twice counts twice."""
    wanted: dict[OrderLineId, int] = {}
    for line in lines:
        wanted[line["line_id"]] = wanted.get(line["line_id"], 0) + line["quantity"]
    return wanted


class OrderEventLineSchema(ResponseSchema):
    line_id = fields.Id()
    quantity = fields.Integer()


class OrderEventSchema(ResponseSchema):
    type = fields.Enum(OrderEntryKind)
    by = fields.Enum(By)
    seller_order_id = fields.Id(allow_none=True, description="Of the part that it is about")
    amount = fields.Money(allow_none=True)
    reason = fields.Text(allow_none=True)
    lines = fields.List(fields.Nested(OrderEventLineSchema))
    occurred_at = fields.Instant()


class NextActionSchema(ResponseSchema):
    """What the buyer has to do before the provider goes on."""

    type = fields.Text()
    url = fields.Url()


class PaymentSchema(ResponseSchema):
    id = fields.Id()
    provider = fields.Text()
    status = fields.Enum(PaymentState)
    amount = fields.Money()
    captured_amount = fields.Money()
    refunded_amount = fields.Money()
    next_action = fields.Nested(NextActionSchema, allow_none=True)


class OrderLineSchema(ResponseSchema):
    id = fields.Id()
    offer_id = fields.Id()
    product_id = fields.Id()
    variant_id = fields.Id()
    slug = fields.Text()
    image = fields.MediaUrl(allow_none=True)
    options = fields.Mapping(fields.Text())
    sku = fields.Text()
    name = fields.Text()
    quantity = fields.Integer()
    cancelled = fields.Integer(description="Units of quantity")
    shipped = fields.Integer(description="Units of quantity")
    refunded = fields.Integer(description="Units of quantity")
    delivered = fields.Integer(description="Units of those shipped")
    returned = fields.Integer(description="Units of those shipped")
    unit_price = fields.Money()
    total = fields.Money()


class CustomerSchema(ResponseSchema):
    name = fields.Text()
    email = fields.Text()


class ShippingSchema(ResponseSchema):
    method_id = fields.Id(allow_none=True)
    name = fields.Text()
    price = fields.Money()
    handling_days = fields.Integer(
        allow_none=True,
        description="Until the seller hands it over; null where nothing was said about that",
    )


class SellerOrderPaymentSchema(ResponseSchema):
    id = fields.Id()
    captured = fields.Money()
    refunded = fields.Money()


class ShipmentLineSchema(ResponseSchema):
    line_id = fields.Id()
    quantity = fields.Integer()


class ShipmentEventSchema(ResponseSchema):
    status = fields.Enum(CarrierStatus)
    occurred_at = fields.Instant()
    location = fields.Text(allow_none=True)


class ShipmentSchema(ResponseSchema):
    id = fields.Id()
    seller_order_id = fields.Id()
    status = fields.Enum(ShipmentStatus)
    carrier = fields.Text()
    tracking_number = fields.Text(allow_none=True)
    tracking_url = fields.Text(allow_none=True)
    estimated_delivery_at = fields.Instant(allow_none=True)
    lines = fields.List(fields.Nested(ShipmentLineSchema))
    events = fields.List(
        fields.Nested(ShipmentEventSchema), description="By when they occurred, the oldest first"
    )
    created_at = fields.Instant()


class SellerOrderSchema(ResponseSchema):
    id = fields.Id()
    number = fields.Text()
    order_id = fields.Id()
    seller = fields.Nested(SellerRefSchema)
    status = fields.Enum(OrderStatus)
    payment_status = fields.Enum(PaymentStatus)
    fulfilment_status = fields.Enum(FulfilmentStatus)
    placed_at = fields.Instant()
    customer = fields.Nested(CustomerSchema)
    shipping_address = fields.Nested(AddressSchema)
    lines = fields.List(fields.Nested(OrderLineSchema))
    shipping = fields.Nested(ShippingSchema)
    payment = fields.Nested(SellerOrderPaymentSchema)
    shipments = fields.List(fields.Nested(ShipmentSchema))
    total = fields.Money()


class OrderSchema(ResponseSchema):
    id = fields.Id()
    number = fields.Text()
    status = fields.Enum(OrderStatus)
    payment_status = fields.Enum(PaymentStatus)
    fulfilment_status = fields.Enum(FulfilmentStatus)
    prices_include_tax = fields.Bool()
    subtotal = fields.Money()
    shipping_total = fields.Money()
    tax_total = fields.Money()
    discount_total = fields.Money()
    total = fields.Money()
    email = fields.Text()
    shipping_address = fields.Nested(AddressSchema)
    placed_at = fields.Instant()
    payments = fields.List(fields.Nested(PaymentSchema))
    seller_orders = fields.List(fields.Nested(SellerOrderSchema))


class PlacedOrderSchema(OrderSchema):
    access_token = fields.Text(
        allow_none=True,
        description="As Bearer it reads and cancels this order. Null where you have an account",
    )
