"""What sold best, by units."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Final

from sqlalchemy import TextualSelect

from marketplace.application.analytics.queries import Interval, RankedView
from marketplace.infrastructure.database.queries.analytics_scope import (
    EDGES,
    SELLS,
    Scope,
    Span,
    money,
    statement,
)
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.tables import ALL

RANKED: Final = 10

_FACTS = f"""
    FROM sales_facts AS fact
    JOIN products ON products.id = fact.product_id
    WHERE {EDGES} AND {SELLS.format(seller_id="fact.seller_id")}
"""


def _beside(key: str) -> str:
    """What lies beside the totals, by `key`."""
    return f"""
        SELECT {key} AS id, currency, count(DISTINCT order_id) AS orders, sum(units) AS units,
            sum(amount) AS amount
        {_FACTS} GROUP BY {key}, currency
    """


_WHOLE = "starts_at >= :whole_start AND starts_at < :whole_end"
_OF_PRODUCTS = f"""
    SELECT product_id AS id, currency, orders, units, amount
    FROM sales_totals
    WHERE seller_id = :total AND product_id <> '{ALL}' AND {_WHOLE}
    UNION ALL {_beside("fact.product_id")}
"""  # noqa: S608  names of ours
_OF_SELLERS = f"""
    SELECT sellers.id, sold.*
    FROM sellers CROSS JOIN LATERAL (
        SELECT currency, sum(orders) AS orders, sum(units) AS units, sum(amount) AS amount
        FROM sales_totals
        WHERE product_id = '{ALL}' AND seller_id = sellers.id AND {_WHOLE}
        GROUP BY currency
    ) AS sold
    WHERE {SELLS.format(seller_id="sellers.id")}
    UNION ALL {_beside("fact.seller_id")}
"""  # noqa: S608  names of ours
# An order may hold several products of a category: these are counted below.
_OF_CATEGORIES = f"""
    SELECT products.category_id AS id, sold.currency, 0 AS orders, sold.units, sold.amount
    FROM ({_OF_PRODUCTS}) AS sold JOIN products ON products.id = sold.id
"""  # noqa: S608  names of ours
_KINDS: Final[Mapping[str, tuple[Interval, str]]] = {
    "products": (Interval.DAY, _OF_PRODUCTS),
    "sellers": (Interval.HOUR, _OF_SELLERS),
    "categories": (Interval.DAY, _OF_CATEGORIES),
}
_ORDERS_OF_CATEGORIES = f"""
    SELECT id, currency, count(*) AS orders
    FROM (
        SELECT DISTINCT products.category_id AS id, fact.currency, fact.order_id
        FROM sales_facts AS fact
        JOIN products ON products.id = fact.product_id
        WHERE fact.placed_at >= :start AND fact.placed_at < :end
            AND {SELLS.format(seller_id="fact.seller_id")}
            AND products.category_id IN (SELECT id FROM best)
    ) AS held
    GROUP BY id, currency
"""  # noqa: S608  names of ours


@cache
def _ranking(table: str) -> TextualSelect:
    _, sold = _KINDS[table]
    orders, counted = "best.orders", ""
    if table == "categories":
        orders = "counted.orders"
        counted = f"JOIN ({_ORDERS_OF_CATEGORIES}) AS counted USING (id, currency)"
    return statement(
        f"""
        WITH summed AS (
            SELECT id, currency, sum(orders) AS orders, sum(units) AS units, sum(amount) AS amount,
                sum(sum(units)) OVER (PARTITION BY id) AS all_units
            FROM ({sold}) AS sold GROUP BY id, currency
        ), best AS MATERIALIZED (
            SELECT * FROM (
                SELECT *, dense_rank() OVER (ORDER BY all_units DESC, id) AS place
                FROM summed WHERE all_units > 0
            ) AS ranked WHERE place <= {RANKED}
        )
        SELECT id, named.name, named.slug, currency, {orders} AS orders, best.units, best.amount
        FROM best JOIN {table} AS named USING (id) {counted}
        ORDER BY place, currency
        """,  # noqa: S608  names of ours
        "id",
        "name",
        "slug",
        "currency",
        "orders",
        "units",
        "amount",
    )


def top(read: ReadConnection, table: str, span: Span, scope: Scope) -> Sequence[RankedView]:
    """The best of products, sellers or categories."""
    unit, _ = _KINDS[table]
    found = read.fetch(_ranking(table), span.parameters(unit, scope))
    return [_ranked(list(rows)) for _, rows in groupby(found, key=lambda row: row.id)]


def _ranked(rows: Sequence[AnyRow]) -> RankedView:
    """Of the rows of each currency."""
    return RankedView(
        id=rows[0].id,
        name=rows[0].name,
        slug=rows[0].slug,
        orders=sum(int(row.orders) for row in rows),
        units=sum(int(row.units) for row in rows),
        revenue=[money(row.amount, row.currency) for row in rows if row.amount],
    )
