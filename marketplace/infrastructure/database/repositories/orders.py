"""Orders, as rows: see `mappings` for why. A write is one statement, whatever the order's size."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import TextClause, bindparam, select, text

from marketplace.domain.errors import NotFound, Stale
from marketplace.domain.orders.order import Order
from marketplace.domain.shared.ids import OrderId
from marketplace.infrastructure.database.repositories.order_rows import (
    LINES,
    PARTS,
    new_rows,
    order_of,
)
from marketplace.infrastructure.database.tables import order_lines, orders, seller_orders
from marketplace.infrastructure.database.transaction import Transaction

_ORDER = [column.name for column in orders.c if column.name != "number"]


def _unnest(prefix: str, columns: dict[str, str]) -> str:
    arrays = ", ".join(f"CAST(:{prefix}_{name} AS {kind}[])" for name, kind in columns.items())
    return f"unnest({arrays}) AS given ({', '.join(columns)})"


_INSERT = text(
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
_FINALISE = text(
    """
    WITH done AS (
        UPDATE orders
        SET version = :version, payment_status = :payment_status,
            finalised_at = :finalised_at, updated_at = :updated_at
        WHERE id = :id AND finalised_at IS NULL AND abandoned_at IS NULL
        RETURNING id
    ), parts AS (
        UPDATE seller_orders SET payment_status = :payment_status
        FROM done WHERE seller_orders.order_id = done.id
    )
    SELECT id FROM done
    """
)
_ABANDON = text(
    """
    UPDATE orders
    SET version = :version, abandoned_at = :abandoned_at, updated_at = :updated_at
    WHERE id = :id AND finalised_at IS NULL AND abandoned_at IS NULL
    RETURNING id
    """
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
_GET = select(orders).where(orders.c.id == bindparam("its_id"))
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
        order.number = self._transaction.write(_INSERT, new_rows(order)).scalar_one()

    def get(self, order_id: OrderId) -> Order:
        """Invisible ones too. Raises `NotFound`."""
        row = self._transaction.read(_GET, {"its_id": order_id}).first()
        if row is None:
            raise NotFound("order", order_id)
        order = order_of(row, self._transaction.read(_GET_PARTS, {"its_id": order_id}).all())
        self._transaction.see(order)
        return order

    def finalise(self, order: Order) -> None:
        """Store what `Order.finalise` changed. One statement.

        Raises:
            Stale: it was finalised or abandoned meanwhile.
        """
        self._settle(
            order,
            _FINALISE,
            payment_status=str(order.payment_status),
            finalised_at=order.finalised_at,
        )

    def abandon(self, order: Order) -> None:
        """Store what `Order.abandon` changed. One statement.

        Raises:
            Stale: it was finalised or abandoned meanwhile.
        """
        self._settle(order, _ABANDON, abandoned_at=order.abandoned_at)

    def unfinalised(self, placed_before: datetime, limit: int) -> Sequence[OrderId]:
        """Orders, oldest first, that are neither finalised nor settled after being given up."""
        found = self._transaction.read(_UNFINALISED, {"before": placed_before, "most": limit})
        return [OrderId(order_id) for order_id in found.scalars()]

    def _settle(self, order: Order, statement: TextClause, **values: object) -> None:
        self._transaction.see(order)
        settled = self._transaction.write(
            statement,
            {"id": order.id, "version": order.version, "updated_at": order.updated_at, **values},
        )
        if settled.first() is None:
            raise Stale("order")
