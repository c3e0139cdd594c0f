"""What became of one product: each answer in one statement."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TextualSelect

from marketplace.application.analytics.queries import (
    Interval,
    ProductOrdersView,
    ProductShippingView,
    Range,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.orders.statuses import OrderStatus
from marketplace.domain.shared.ids import ProductId
from marketplace.domain.shared.instants import EARLIEST, LATEST
from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.infrastructure.database.queries.analytics_scope import (
    AS_OF,
    BESIDE,
    SELLS,
    TOTALS,
    WHOLE,
    Scope,
    revenue,
    span_of,
    statement,
)
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.sales import SHIPMENTS

_SOLD = ("currency", "current_orders", "orders", "cancelled_orders", "units", "amount")
_SENT = tuple(SHIPMENTS.values())
_SUMS = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in _SENT)
_ORDERS = f"""
    SELECT currency, sum(current_orders) AS current_orders, sum(orders) AS orders,
        sum(cancelled_orders) AS cancelled_orders, sum(units) AS units, sum(amount) AS amount
    FROM (
        SELECT currency, current_orders, orders * meant AS orders,
            cancelled_orders * meant AS cancelled_orders, units * meant AS units,
            amount * meant AS amount
        FROM (
            SELECT *, CAST({WHOLE} AS integer) AS meant
            FROM sales_totals WHERE product_id = products.id AND {TOTALS}
        ) AS totals
        UNION ALL
        SELECT currency, 0, 1, CAST(bool_and(gone) AS integer), sum(units), sum(amount)
        FROM ({BESIDE} AND product_id = products.id) AS beside
        GROUP BY order_id, counted_for, currency
    ) AS sold
    GROUP BY currency
"""  # noqa: S608  names of ours
_SHIPPING = f"""
    SELECT {_SUMS} FROM sales_totals WHERE product_id = products.id AND {TOTALS}
"""  # noqa: S608  names of ours


@cache
def _of_product(figures: str, columns: tuple[str, ...], *, by_id: bool) -> TextualSelect:
    """`figures` of a product that a seller of the scope describes or sells, be it no more."""
    return statement(
        f"""
        SELECT products.id, {AS_OF} AS as_of, {", ".join(f"figures.{name}" for name in columns)}
        FROM products LEFT JOIN LATERAL ({figures}) AS figures ON true
        WHERE products.{"id" if by_id else "slug"} = :product AND (
            {SELLS.format(seller_id="products.seller_id")}
            OR EXISTS (
                SELECT FROM offers WHERE offers.product_id = products.id
                    AND {SELLS.format(seller_id="offers.seller_id")}
            )
        )
        """,  # noqa: S608  names of ours
        "id",
        "as_of",
        *columns,
    )


def product_orders(
    read: ReadConnection, product: ProductId | str, placed: Range, scope: Scope
) -> ProductOrdersView:
    span = span_of(placed.start or EARLIEST, placed.end or LATEST)
    rows = _ask(read, _ORDERS, _SOLD, product, span.parameters(Interval.DAY, scope))
    sold = [row for row in rows if row.currency is not None]
    orders = sum(int(row.orders) for row in sold)
    cancelled = sum(int(row.cancelled_orders) for row in sold)
    return ProductOrdersView(
        product_id=rows[0].id,
        start=placed.start,
        end=placed.end,
        as_of=rows[0].as_of,
        current_orders=sum(int(row.current_orders) for row in sold),
        orders=orders,
        units=sum(int(row.units) for row in sold),
        revenue=revenue(sorted(sold, key=lambda row: row.currency)),
        by_status={OrderStatus.PLACED: orders - cancelled, OrderStatus.CANCELLED: cancelled},
    )


def product_shipping(
    read: ReadConnection,
    product: ProductId | str,
    statuses: Collection[ShipmentStatus],
    scope: Scope,
) -> ProductShippingView:
    [row] = _ask(read, _SHIPPING, _SENT, product, scope.parameters)
    return ProductShippingView(
        product_id=row.id,
        as_of=row.as_of,
        by_status={
            status: int(getattr(row, name))
            for status, name in SHIPMENTS.items()
            if not statuses or status in statuses
        },
    )


def _ask(
    read: ReadConnection,
    figures: str,
    columns: tuple[str, ...],
    product: ProductId | str,
    asked: dict[str, Any],
) -> list[AnyRow]:
    """At least one row. Raises `NotFound`."""
    wanted = _of_product(figures, columns, by_id=isinstance(product, UUID))
    rows = read.fetch(wanted, {"product": product, **asked})
    if not rows:
        raise NotFound("product", product)
    return rows
