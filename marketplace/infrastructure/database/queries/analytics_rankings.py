"""What sold best, by units."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Final

from sqlalchemy import TextualSelect

from marketplace.application.analytics.queries import Interval, RankedView
from marketplace.infrastructure.database.queries.analytics_scope import (
    BESIDE,
    SELLS,
    TOTALS,
    WHOLE,
    Scope,
    Span,
    revenue,
    statement,
)
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.tables import ALL

RANKED: Final = 10


def _beside(key: str) -> str:
    """Of the facts beside the totals, by `key`."""
    return f"""
        SELECT {key} AS id, currency, count(DISTINCT (order_id, counted_for)) AS orders,
            sum(units) AS units, sum(amount) AS amount
        FROM ({BESIDE}) AS beside GROUP BY {key}, currency
    """  # noqa: S608  names of ours


_PRODUCTS = f"""
    SELECT product_id AS id, currency, orders, units, amount
    FROM sales_totals WHERE product_id <> '{ALL}' AND {TOTALS} AND {WHOLE}
    UNION ALL {_beside("product_id")}
"""  # noqa: S608  names of ours
_SELLERS = f"""
    SELECT sellers.id, sold.*
    FROM sellers CROSS JOIN LATERAL (
        SELECT currency, sum(orders) AS orders, sum(units) AS units, sum(amount) AS amount
        FROM sales_totals
        WHERE product_id = '{ALL}' AND seller_id = sellers.id AND {WHOLE}
        GROUP BY currency
    ) AS sold
    WHERE {SELLS.format(seller_id="sellers.id")}
    UNION ALL {_beside("seller_id")}
"""  # noqa: S608  names of ours
_CATEGORIES = f"""
    SELECT products.category_id AS id, currency, orders, units, amount
    FROM ({_PRODUCTS}) AS sold JOIN products USING (id)
"""  # noqa: S608  names of ours
_RANKINGS: Final[Mapping[str, tuple[Interval, str]]] = {
    "products": (Interval.DAY, _PRODUCTS),
    "sellers": (Interval.HOUR, _SELLERS),
    "categories": (Interval.DAY, _CATEGORIES),
}


@cache
def _ranking(table: str) -> TextualSelect:
    _, sold = _RANKINGS[table]
    return statement(
        f"""
        WITH summed AS (
            SELECT id, currency, sum(orders) AS orders, sum(units) AS units, sum(amount) AS amount,
                sum(sum(units)) OVER (PARTITION BY id) AS all_units
            FROM ({sold}) AS sold GROUP BY id, currency
        ), ranked AS (
            SELECT *, dense_rank() OVER (ORDER BY all_units DESC, id) AS place
            FROM summed WHERE all_units > 0
        )
        SELECT id, named.name, named.slug, currency, orders, units, amount
        FROM ranked JOIN {table} AS named USING (id)
        WHERE place <= {RANKED} ORDER BY place, currency
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
    unit, _ = _RANKINGS[table]
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
        revenue=revenue(rows),
    )
