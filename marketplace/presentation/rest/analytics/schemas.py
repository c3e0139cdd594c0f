"""Analytics on the wire."""

from collections.abc import Sequence
from enum import StrEnum

from marketplace.application.analytics.queries import Interval, Range
from marketplace.domain.orders.statuses import OrderStatus
from marketplace.domain.shipping.statuses import IN_PROGRESS, ShipmentStatus
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import Json, RequestSchema, ResponseSchema

AS_OF = "All that happened up to then is counted"


class WantedStatus(StrEnum):
    """A status of shipments, or `inProgress`, which is several."""

    IN_PROGRESS = "inProgress"
    CREATED = "created"
    IN_TRANSIT = "inTransit"
    OUT_FOR_DELIVERY = "outForDelivery"
    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNED = "returned"

    @property
    def meant(self) -> Sequence[ShipmentStatus]:
        if self is WantedStatus.IN_PROGRESS:
            return sorted(IN_PROGRESS)
        return [ShipmentStatus(self.value)]


class RangeQuerySchema(RequestSchema):
    from_ = fields.Instant(description="Placed then or later", example="2026-01-01T00:00:00Z")
    to = fields.Instant(description="Placed before", example="2026-04-01T00:00:00Z")


class ProductShippingQuerySchema(RequestSchema):
    status = fields.List(
        fields.Enum(WantedStatus),
        min=1,
        max=len(WantedStatus),
        description="`inProgress` is `created`, `inTransit` and `outForDelivery`",
        example=["inProgress"],
    )


class SellerRangeQuerySchema(RangeQuerySchema):
    seller_id = fields.Id(description="What this seller sold", example=None)


class SalesQuerySchema(SellerRangeQuerySchema):
    interval = fields.Enum(Interval, load_default=Interval.DAY, example="month")


class ProductOrdersSchema(ResponseSchema):
    product_id = fields.Id()
    from_ = fields.Instant(attribute="start", allow_none=True)
    to = fields.Instant(attribute="end", allow_none=True)
    as_of = fields.Instant(description=AS_OF)
    current_orders = fields.Integer(
        description="With a unit of it that is neither delivered, returned nor cancelled, whenever"
        " they were placed"
    )
    orders = fields.Integer(description="Placed in the range, cancelled ones included")
    units = fields.Integer(description="Of these, but for what was cancelled")
    revenue = fields.List(fields.Money(), description="What these units were sold for")
    by_status = fields.Counts(OrderStatus, description="These orders")


class ProductShippingSchema(ResponseSchema):
    product_id = fields.Id()
    as_of = fields.Instant(description=AS_OF)
    status = fields.Text(allow_none=True, description="What was asked for, with commas between")
    count = fields.Integer(
        allow_none=True, description="Shipments that hold the product, of that status"
    )
    by_status = fields.Counts(
        ShipmentStatus, allow_none=True, description="All of them, where no status was asked for"
    )


class SalesBucketSchema(ResponseSchema):
    start = fields.Instant()
    orders = fields.Integer(description="Placed, cancelled ones included")
    cancelled_orders = fields.Integer(description="Of these, by now")
    units = fields.Integer(description="But for what was cancelled")
    revenue = fields.List(fields.Money())


class SalesSchema(ResponseSchema):
    interval = fields.Enum(Interval)
    from_ = fields.Instant(attribute="start")
    to = fields.Instant(attribute="end")
    as_of = fields.Instant(description=AS_OF)
    series = fields.List(
        fields.Nested(SalesBucketSchema),
        attribute="buckets",
        description="Without gaps, the oldest first; in UTC, and weeks begin on Monday",
    )


class RankedSchema(ResponseSchema):
    id = fields.Id()
    name = fields.Text()
    slug = fields.Text()
    orders = fields.Integer()
    units = fields.Integer()
    revenue = fields.List(fields.Money())


class DurationSchema(ResponseSchema):
    """From the order to a seller's first parcel, or until all that it sent has arrived."""

    count = fields.Integer(description="Seller orders that came so far")
    p50 = fields.Number(allow_none=True, description="Half of them took at most so many days")
    p90 = fields.Number(allow_none=True, description="Nine of ten took at most so many days")


class CartConversionSchema(ResponseSchema):
    """Of the whole marketplace: a cart belongs to no seller."""

    carts = fields.Integer(description="Ordered or last filled in the range")
    converted = fields.Integer(description="Of these, ordered")
    rate = fields.Number(allow_none=True, description="Their part of all, 0 to 1")


class OverviewSchema(ResponseSchema):
    from_ = fields.Instant(attribute="start")
    to = fields.Instant(attribute="end")
    as_of = fields.Instant(description=AS_OF)
    orders = fields.Integer(description="Placed in the range, cancelled ones included")
    cancelled_orders = fields.Integer(description="Of these, by now")
    units = fields.Integer(description="But for what was cancelled")
    cancelled_units = fields.Integer()
    revenue = fields.List(fields.Money())
    average_order = fields.List(
        fields.Money(), description="Of those that are not cancelled, rounded down"
    )
    cart_conversion = fields.Nested(CartConversionSchema, allow_none=True)
    days_to_ship = fields.Nested(DurationSchema)
    days_to_deliver = fields.Nested(DurationSchema)
    top_products = fields.List(fields.Nested(RankedSchema), description="By units")
    top_sellers = fields.List(fields.Nested(RankedSchema), description="By units")
    top_categories = fields.List(fields.Nested(RankedSchema), description="By units")


def take_range(query: Json) -> Range:
    """Take the range out of the arguments."""
    return Range(start=query.pop("from_", None), end=query.pop("to", None))


def statuses(wanted: Sequence[WantedStatus]) -> set[ShipmentStatus]:
    return {status for each in wanted for status in each.meant}
