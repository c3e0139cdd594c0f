"""What was sold, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask.views import MethodView

from marketplace.application.analytics.queries import (
    OverviewView,
    ProductOrdersView,
    ProductShippingView,
    SalesView,
)
from marketplace.domain.shared.ids import ProductId
from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.presentation.rest import context
from marketplace.presentation.rest.analytics import examples
from marketplace.presentation.rest.analytics.schemas import (
    OverviewSchema,
    ProductOrdersSchema,
    ProductShippingQuerySchema,
    ProductShippingSchema,
    RangeQuerySchema,
    SalesQuerySchema,
    SalesSchema,
    SellerRangeQuerySchema,
    statuses,
    take_range,
)
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.policies import ADMIN, MEMBER
from marketplace.presentation.rest.schema import Json

blp = Blueprint("analytics", __name__, description="What was sold, and what became of it")


@blp.route("/analytics/products/<product>/orders", examples={"product": examples.PRODUCT})
class ProductOrders(MethodView):
    @blp.allow(ADMIN | MEMBER)
    @blp.arguments(RangeQuerySchema, location="query")
    @blp.response(200, ProductOrdersSchema, example=examples.PRODUCT_ORDERS)
    @blp.problems("invalid_range")
    def get(self, query: Json, product: ProductId | str) -> ProductOrdersView:
        """Count the orders of a product.

        Members of a seller see what it sold of it, administrators see all.
        """
        with context.reader() as read:
            return read.analytics.product_orders(product, take_range(query), context.signed_in())


@blp.route("/analytics/products/<product>/shipping", examples={"product": examples.PRODUCT})
class ProductShipping(MethodView):
    @blp.allow(ADMIN | MEMBER)
    @blp.arguments(ProductShippingQuerySchema, location="query")
    @blp.response(200, ProductShippingSchema, example=examples.PRODUCT_SHIPPING)
    def get(self, query: Json, product: ProductId | str) -> "_Shipping":
        """Count the shipments that hold a product.

        Of one status or several, or of each where none is asked for. Members of a seller see what
        it sent of it, administrators see all.
        """
        wanted = query.get("status", ())
        with context.reader() as read:
            view = read.analytics.product_shipping(product, statuses(wanted), context.signed_in())
        return _Shipping.of(view, ",".join(dict.fromkeys(wanted)))


@dataclass(frozen=True, kw_only=True)
class _Shipping:
    """Either the status that was asked for with its count, or all."""

    product_id: ProductId
    as_of: datetime
    status: str | None
    count: int | None
    by_status: Mapping[ShipmentStatus, int] | None

    @classmethod
    def of(cls, view: ProductShippingView, wanted: str) -> "_Shipping":
        return cls(
            product_id=view.product_id,
            as_of=view.as_of,
            status=wanted or None,
            count=sum(view.by_status.values()) if wanted else None,
            by_status=None if wanted else view.by_status,
        )


@blp.route("/analytics/sales")
class Sales(MethodView):
    @blp.allow(ADMIN | MEMBER)
    @blp.arguments(SalesQuerySchema, location="query")
    @blp.response(200, SalesSchema, example=examples.SALES)
    @blp.problems("not_found", "invalid_range", "too_many_buckets")
    def get(self, query: Json) -> SalesView:
        """Read sales over time.

        Without a range, the last 30 buckets. Members of a seller see what it sold, administrators
        see all.
        """
        placed, actor = take_range(query), context.signed_in()
        with context.reader() as read:
            return read.analytics.sales(query["interval"], placed, query.get("seller_id"), actor)


@blp.route("/analytics/overview")
class Overview(MethodView):
    @blp.allow(ADMIN | MEMBER)
    @blp.arguments(SellerRangeQuerySchema, location="query")
    @blp.response(200, OverviewSchema, example=examples.OVERVIEW)
    @blp.problems("not_found", "invalid_range")
    def get(self, query: Json) -> OverviewView:
        """Read what was sold in a range, and how fast it arrived.

        Without a range, of the last 30 days. Members of a seller see what it sold, administrators
        see all.
        """
        placed, actor = take_range(query), context.signed_in()
        with context.reader() as read:
            return read.analytics.overview(placed, query.get("seller_id"), actor)
