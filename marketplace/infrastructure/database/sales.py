"""How sales are counted, in SQL: facts of orders and shipments, and totals of facts of sales.

Whatever is kept is made by these statements alone, of one order or of all.
"""

from typing import Any, Final, NamedTuple

from sqlalchemy import Table

from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.infrastructure.database.tables import (
    ALL,
    delivery_facts,
    sales_facts,
    sales_totals,
)

SHIPMENTS: Final = {status: status.name.lower() for status in ShipmentStatus}
"""The column that counts the shipments of a status."""


class Summary(NamedTuple):
    """A table, and which of its columns tell the rows apart."""

    table: str
    key: tuple[str, ...]
    values: tuple[str, ...]

    @classmethod
    def of(cls, table: Table[Any]) -> "Summary":
        key = tuple(column.name for column in table.primary_key.columns)
        return cls(table.name, key, tuple(each.name for each in table.c if each.name not in key))

    @property
    def columns(self) -> str:
        return ", ".join((*self.key, *self.values))


FACTS: Final = Summary.of(sales_facts)
DELIVERIES: Final = Summary.of(delivery_facts)
TOTALS: Final = Summary.of(sales_totals)

_COUNTED = ", ".join(
    f"count(DISTINCT shipments.id) FILTER (WHERE shipments.status = '{status}') AS {name}"
    for status, name in SHIPMENTS.items()
)
_PARCELS = ", ".join(f"coalesce(max(parcels.{name}), 0) AS {name}" for name in SHIPMENTS.values())


def facts_of(order: str | None = None) -> str:
    """Facts as the areas hold them: of all orders, or of the one that is given."""
    of_order, of_parcels = (
        ("", "")
        if order is None
        else (f"AND orders.id = {order}", f"WHERE shipments.order_id = {order}")
    )
    return f"""
        SELECT
            orders.id AS order_id,
            part.seller_id,
            line.product_id,
            orders.placed_at,
            orders.currency,
            orders.status = 'cancelled' AS order_cancelled,
            bool_and(part.status = 'cancelled') AS cancelled,
            bool_or(line.quantity > line.cancelled + line.delivered + line.returned) AS is_current,
            sum(line.quantity - line.cancelled) AS units,
            sum(line.cancelled) AS cancelled_units,
            sum(line.unit_price * (line.quantity - line.cancelled)) AS amount,
            {_PARCELS}
        FROM orders
        JOIN seller_orders AS part ON part.order_id = orders.id
        JOIN order_lines AS line ON line.seller_order_id = part.id
        LEFT JOIN (
            SELECT shipments.order_id, shipments.seller_id, line.product_id, {_COUNTED}
            FROM shipments
            JOIN shipment_lines ON shipment_lines.shipment_id = shipments.id
            JOIN order_lines AS line ON line.id = shipment_lines.line_id
            {of_parcels}
            GROUP BY shipments.order_id, shipments.seller_id, line.product_id
        ) AS parcels ON parcels.order_id = orders.id
            AND parcels.seller_id = part.seller_id AND parcels.product_id = line.product_id
        WHERE orders.finalised_at IS NOT NULL {of_order}
        GROUP BY orders.id, part.seller_id, line.product_id
    """  # noqa: S608  names of ours


def deliveries_of(order: str | None = None) -> str:
    """The same of what was shipped. Nothing arrives before it was ordered, whatever is told."""
    of_order = "" if order is None else f"WHERE part.order_id = {order}"
    taken = "floor(extract(epoch FROM greatest({} - part.placed_at, interval '0')))"
    return f"""
        SELECT part.order_id, part.seller_id, part.placed_at,
            {taken.format("min(shipments.created_at)")} AS to_ship,
            CASE part.fulfilment_status WHEN 'delivered'
                THEN {taken.format("max(told.occurred_at)")} END AS to_deliver
        FROM seller_orders AS part
        JOIN shipments ON shipments.seller_order_id = part.id
        LEFT JOIN shipment_events AS told ON told.shipment_id = shipments.id
            AND told.status = 'delivered' AND shipments.status = 'delivered'
        {of_order}
        GROUP BY part.id
    """  # noqa: S608  names of ours


def totals_of(facts: str) -> str:
    """Totals of `facts`, a relation that has a `sign` besides: 1 adds a fact, -1 takes it away."""
    sums = ", ".join(f"sum(told.sign * told.{name}) AS {name}" for name in TOTALS.values)
    shipments = ", ".join(
        f"CASE grouping(fact.product_id) WHEN 0 THEN sum(fact.{name}) ELSE 0 END AS {name}"
        for name in SHIPMENTS.values()
    )
    return f"""
        SELECT told.product_id, told.seller_id, told.starts_at, told.currency, {sums}
        FROM (
            SELECT
                fact.sign,
                coalesce(fact.product_id, '{ALL}') AS product_id,
                coalesce(fact.seller_id, '{ALL}') AS seller_id,
                date_trunc(
                    CASE grouping(fact.product_id) WHEN 0 THEN 'day' ELSE 'hour' END,
                    fact.placed_at, 'UTC'
                ) AS starts_at,
                fact.currency,
                1 AS orders,
                CAST(
                    CASE grouping(fact.seller_id) WHEN 0 THEN bool_and(fact.cancelled)
                    ELSE bool_and(fact.order_cancelled) END AS integer
                ) AS cancelled_orders,
                CAST(bool_or(fact.is_current) AS integer) AS current_orders,
                sum(fact.units) AS units,
                sum(fact.cancelled_units) AS cancelled_units,
                sum(fact.amount) AS amount,
                {shipments}
            FROM {facts} AS fact
            GROUP BY fact.sign, fact.order_id, fact.placed_at, fact.currency, GROUPING SETS (
                (fact.product_id, fact.seller_id), (fact.product_id), (fact.seller_id), ()
            )
        ) AS told
        GROUP BY told.product_id, told.seller_id, told.starts_at, told.currency
    """  # noqa: S608  names of ours
