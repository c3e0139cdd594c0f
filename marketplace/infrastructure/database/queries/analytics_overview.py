"""All at a glance."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from marketplace.application.analytics.queries import (
    CartConversionView,
    DurationView,
    Interval,
    OverviewView,
    Range,
)
from marketplace.infrastructure.database.queries.analytics_rankings import top
from marketplace.infrastructure.database.queries.analytics_sales import SOLD
from marketplace.infrastructure.database.queries.analytics_scope import (
    SELLS,
    Scope,
    moment,
    money,
    revenue,
    span_of,
    statement,
)
from marketplace.infrastructure.database.queries.connection import ReadConnection

USUAL_DAYS: Final = 30

_TOTALS = statement(
    f"""
    SELECT currency, sum(orders) AS orders, sum(cancelled_orders) AS cancelled_orders,
        sum(units) AS units, sum(cancelled_units) AS cancelled_units, sum(amount) AS amount
    FROM ({SOLD}) AS sold
    GROUP BY currency ORDER BY currency
    """,  # noqa: S608  names of ours
    "currency",
    "orders",
    "cancelled_orders",
    "units",
    "cancelled_units",
    "amount",
)
# A cart is another one once it was ordered, so the present ones have not been.
_CARTS = statement(
    """
    SELECT
        (
            SELECT count(*) FROM orders
            WHERE cart_id IS NOT NULL AND finalised_at IS NOT NULL
                AND placed_at >= :start AND placed_at < :end
        ) AS converted,
        (
            SELECT count(*) FROM carts
            WHERE updated_at >= :start AND updated_at < :end
                AND EXISTS (SELECT FROM cart_items WHERE cart_items.user_id = carts.user_id)
        ) AS waiting
    """,
    "converted",
    "waiting",
)
_DURATIONS = statement(
    f"""
    SELECT
        count(to_ship) AS shipped,
        percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY to_ship) AS to_ship,
        count(to_deliver) AS delivered,
        percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY to_deliver) AS to_deliver
    FROM delivery_facts
    WHERE placed_at >= :start AND placed_at < :end AND {SELLS.format(seller_id="seller_id")}
    """,  # noqa: S608  names of ours
    "shipped",
    "to_ship",
    "delivered",
    "to_deliver",
)


def overview(read: ReadConnection, placed: Range, scope: Scope) -> OverviewView:
    now, as_of = moment(read)
    end = placed.end or now
    span = span_of(placed.start or end - timedelta(days=USUAL_DAYS), end)
    asked = span.parameters(Interval.HOUR, scope)
    rows = read.fetch(_TOTALS, asked)
    to_ship, to_deliver = _durations(read, asked)
    return OverviewView(
        start=span.start,
        end=span.end,
        as_of=as_of,
        orders=sum(int(row.orders) for row in rows),
        cancelled_orders=sum(int(row.cancelled_orders) for row in rows),
        units=sum(int(row.units) for row in rows),
        cancelled_units=sum(int(row.cancelled_units) for row in rows),
        revenue=revenue(rows),
        average_order=[
            money(row.amount // (row.orders - row.cancelled_orders), row.currency)
            for row in rows
            if row.orders > row.cancelled_orders
        ],
        cart_conversion=_conversion(read, asked) if scope.sellers is None else None,
        days_to_ship=to_ship,
        days_to_deliver=to_deliver,
        top_products=top(read, "products", span, scope),
        top_sellers=top(read, "sellers", span, scope),
        top_categories=top(read, "categories", span, scope),
    )


def _conversion(read: ReadConnection, asked: dict[str, Any]) -> CartConversionView:
    [row] = read.fetch(_CARTS, asked)
    carts = row.converted + row.waiting
    return CartConversionView(
        carts=carts, converted=row.converted, rate=row.converted / carts if carts else None
    )


def _durations(read: ReadConnection, asked: dict[str, Any]) -> tuple[DurationView, DurationView]:
    [row] = read.fetch(_DURATIONS, asked)
    return _duration(row.shipped, row.to_ship), _duration(row.delivered, row.to_deliver)


def _duration(count: int, seconds: Sequence[int] | None) -> DurationView:
    if not count or seconds is None:
        return DurationView(count=0, p50=None, p90=None)
    p50, p90 = (round(each / 86_400, 2) for each in seconds)
    return DurationView(count=count, p50=p50, p90=p90)
