"""Orders, as rows: see `mappings` for why. A write is one statement, whatever the order's size."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, text

from marketplace.domain.errors import NotFound, Stale
from marketplace.domain.orders.order import Order
from marketplace.domain.shared.ids import CartId, OrderId, SellerOrderId
from marketplace.infrastructure.database.repositories.order_rows import (
    CHANGING_LINES,
    CHANGING_PARTS,
    ENTRIES,
    LINES,
    PARTS,
    changed_rows,
    new_rows,
    order_of,
)
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.tables import order_lines, orders, seller_orders
from marketplace.infrastructure.database.transaction import Transaction

_ORDER = [column.name for column in orders.c if column.name != "number"]


def _unnest(prefix: str, columns: dict[str, str], *, place: bool = False) -> str:
    """The rows `given`; with `place`, which of them it is."""
    arrays = ", ".join(f"CAST(:{prefix}_{name} AS {kind}[])" for name, kind in columns.items())
    names = ", ".join((*columns, "place") if place else columns)
    return f"unnest({arrays}) {'WITH ORDINALITY ' if place else ''}AS given ({names})"


_INSERT = Sql(
    f"""
    WITH placed AS (
        INSERT INTO orders (number, {", ".join(_ORDER)})
        SELECT 'ORD-' || :year || '-' || lpad(n, greatest(6, length(n)), '0'),
            {", ".join(f":{name}" for name in _ORDER)}
        FROM CAST(nextval('order_numbers') AS text) AS n
        RETURNING number
    ), parts AS (
        INSERT INTO seller_orders (order_id, placed_at, {", ".join(PARTS)})
        SELECT :id, :placed_at, {", ".join(PARTS)} FROM {_unnest("part", PARTS)}
    ), lines AS (
        INSERT INTO order_lines ({", ".join(LINES)})
        SELECT {", ".join(LINES)} FROM {_unnest("line", LINES)}
    )
    SELECT number FROM placed
    """  # noqa: S608  column names of ours
)
_PARTS = f"""
    UPDATE seller_orders
    SET {", ".join(f"{name} = given.{name}" for name in CHANGING_PARTS if name != "id")}
    FROM done, {_unnest("part", CHANGING_PARTS)}
    WHERE seller_orders.id = given.id AND seller_orders.order_id = done.id
"""  # noqa: S608  column names of ours
_UNITS = [name for name in CHANGING_LINES if name != "id"]
_LINES = f"""
    UPDATE order_lines
    SET {", ".join(f"{name} = given.{name}" for name in _UNITS)}
    FROM {_unnest("line", CHANGING_LINES)}
    WHERE order_lines.id = given.id
        AND ({", ".join(f"order_lines.{name}" for name in _UNITS)})
            <> ({", ".join(f"given.{name}" for name in _UNITS)})
"""  # noqa: S608  column names of ours
_TIMELINE = f"""
    INSERT INTO order_events (order_id, position, {", ".join(ENTRIES)})
    SELECT done.id, ahead.position + given.place, {", ".join(f"given.{name}" for name in ENTRIES)}
    FROM done
    CROSS JOIN LATERAL (
        SELECT coalesce(max(position), 0) AS position FROM order_events WHERE order_id = done.id
    ) AS ahead
    CROSS JOIN {_unnest("entry", ENTRIES, place=True)}
"""  # noqa: S608  column names of ours
# Neither finalised nor abandoned; not in the words of the index of those, in which PostgreSQL would
# look for the id from one end to the other.
_OPEN = "coalesce(finalised_at, abandoned_at) IS NULL"
_FINALISE = Sql(
    f"""
    WITH done AS (
        UPDATE orders
        SET version = :version, status = :status, payment_status = :payment_status,
            finalised_at = :finalised_at, updated_at = :updated_at
        WHERE id = :id AND {_OPEN}
        RETURNING id
    ), parts AS ({_PARTS}), told AS ({_TIMELINE})
    SELECT id FROM done
    """  # noqa: S608  column names of ours
)
_SAVE = Sql(
    f"""
    WITH done AS (
        UPDATE orders
        SET version = :version, status = :status, payment_status = :payment_status,
            fulfilment_status = :fulfilment_status, updated_at = :updated_at
        WHERE id = :id
        RETURNING id
    ), parts AS ({_PARTS}), lines AS ({_LINES}), told AS ({_TIMELINE})
    SELECT id FROM done
    """  # noqa: S608  column names of ours
)
_ABANDON = Sql(
    f"""
    UPDATE orders
    SET version = :version, abandoned_at = :abandoned_at, updated_at = :updated_at
    WHERE id = :id AND {_OPEN}
    RETURNING id
    """  # noqa: S608  constants
)
# Two branches, each with an index of its own: an OR would read every order ever declined.
_UNFINALISED = text(
    """
    SELECT id FROM (
        SELECT id, placed_at FROM orders
        WHERE finalised_at IS NULL AND abandoned_at IS NULL AND placed_at < :before
        UNION ALL
        SELECT orders.id, orders.placed_at
        FROM payments JOIN orders ON orders.id = payments.order_id
        WHERE payments.status = 'pending' AND orders.abandoned_at IS NOT NULL
            AND orders.placed_at < :before
    ) AS left_behind
    ORDER BY placed_at, id
    LIMIT :most
    """
)
_PENDING = text(
    """
    SELECT orders.id
    FROM payments JOIN orders ON orders.id = payments.order_id
    WHERE payments.status = 'pending' AND orders.finalised_at IS NOT NULL
        AND orders.placed_at < :before
    ORDER BY orders.placed_at, orders.id
    LIMIT :most
    """
)
_IS_ORDERED = text(
    "SELECT EXISTS (SELECT FROM orders WHERE cart_id = :cart_id AND abandoned_at IS NULL)"
)
_HOLDING = select(seller_orders.c.order_id).where(seller_orders.c.id == bindparam("its_id"))
_BY_ID = select(orders).where(orders.c.id == bindparam("its_key"))
_BY_NUMBER = select(orders).where(orders.c.number == bindparam("its_key"))
_GET_PARTS = (
    select(
        seller_orders,
        *(column.label(f"line_{column.name}") for column in order_lines.c),
    )
    .join(order_lines, order_lines.c.seller_order_id == seller_orders.c.id)
    .where(seller_orders.c.order_id == bindparam("its_id"))
    .order_by(seller_orders.c.position, order_lines.c.position)
)


class SqlOrderRepository:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, order: Order) -> None:
        """Store a new order and give it its number. One statement, whatever its size."""
        self._transaction.see(order)
        [(order.number,)] = self._transaction.run(_INSERT, new_rows(order))

    def is_ordered(self, cart_id: CartId) -> bool:
        """Whether there is an order of this cart that was not given up."""
        return bool(self._transaction.read(_IS_ORDERED, {"cart_id": cart_id}).scalar_one())

    def get(self, order: OrderId | str) -> Order:
        """By id or number, invisible ones too. Raises `NotFound`."""
        return self._one(_by(order), order)

    def get_for_update(self, order: OrderId | str) -> Order:
        """As `get`; others that want it for update wait until this transaction ends."""
        return self._one(_by(order).with_for_update(), order)

    def holding(self, seller_order_id: SellerOrderId) -> OrderId:
        """The order that this is a part of. Raises `NotFound`."""
        found = self._transaction.read(_HOLDING, {"its_id": seller_order_id}).scalar_one_or_none()
        if found is None:
            raise NotFound("seller order", seller_order_id)
        return OrderId(found)

    def finalise(self, order: Order) -> None:
        """Store what `Order.finalise` changed, with statuses, money and timeline. One statement.

        Raises:
            Stale: it was finalised or abandoned meanwhile.
        """
        self._write(_FINALISE, order, changed_rows(order))

    def abandon(self, order: Order) -> None:
        """Store what `Order.abandon` changed. One statement.

        Raises:
            Stale: it was finalised or abandoned meanwhile.
        """
        values = {
            "id": order.id,
            "version": order.version,
            "updated_at": order.updated_at,
            "abandoned_at": order.abandoned_at,
        }
        self._write(_ABANDON, order, values)

    def save(self, order: Order) -> None:
        """Store whatever changed of an order that was got for update: statuses, units, money and
        timeline. One statement."""
        self._write(_SAVE, order, changed_rows(order))

    def unfinalised(self, placed_before: datetime, limit: int) -> Sequence[OrderId]:
        """Orders, oldest first, that are neither finalised nor settled after being given up."""
        found = self._transaction.read(_UNFINALISED, {"before": placed_before, "most": limit})
        return [OrderId(order_id) for order_id in found.scalars()]

    def pending(self, placed_before: datetime, limit: int) -> Sequence[OrderId]:
        """Visible orders, oldest first, whose payment is pending."""
        found = self._transaction.read(_PENDING, {"before": placed_before, "most": limit})
        return [OrderId(order_id) for order_id in found.scalars()]

    def _one(self, statement: Select[Any], key: OrderId | str) -> Order:
        row = self._transaction.read(statement, {"its_key": key}).first()
        if row is None:
            raise NotFound("order", key)
        # After the row, which may have been waited for.
        parts = self._transaction.read(_GET_PARTS, {"its_id": row.id}).all()
        order = order_of(row, parts)
        self._transaction.see(order)
        return order

    def _write(self, statement: Sql, order: Order, values: dict[str, Any]) -> None:
        self._transaction.see(order)
        if not self._transaction.run(statement, values):
            raise Stale("order")


def _by(order: OrderId | str) -> Select[Any]:
    return _BY_NUMBER if isinstance(order, str) else _BY_ID
