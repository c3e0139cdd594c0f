"""Stock. Numbers move by conditional updates of rows that are locked in the order of their ids.

A move is one statement, whatever the number of offers: it updates the numbers, writes the journal,
and tells the outbox of limits that were crossed.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, select, text, update

from marketplace.application.ports import IdFactory
from marketplace.domain.errors import NotFound
from marketplace.domain.inventory.movement import MovementKind, StockMovement
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import OfferId, OrderId, UserId
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.tables import stock_items
from marketplace.infrastructure.database.transaction import Transaction

_JOURNAL = """
    INSERT INTO stock_movements (
        id, offer_id, kind, quantity, on_hand, allocated, order_id, actor_id, reason, occurred_at
    )
"""


def _move(
    change: str, *, adds: str, frees: str, where: str = "true", answer: str = "SELECT 1"
) -> Sql:
    """`change` sets the columns; `adds` is what the journal has for the quantity asked for, and
    `frees` by how much more is available then."""
    return Sql(
        f"""
        WITH wanted AS (
            SELECT * FROM unnest(
                CAST(:offers AS uuid[]), CAST(:quantities AS bigint[]),
                CAST(:ids AS uuid[]), CAST(:more_ids AS uuid[])
            ) AS asked (offer_id, quantity, id, more_id)
        ), locked AS MATERIALIZED (
            SELECT offer_id FROM stock_items WHERE offer_id = ANY(:offers)
            ORDER BY offer_id FOR UPDATE
        ), moved AS (
            UPDATE stock_items AS stock
            SET {change}
            FROM locked JOIN wanted USING (offer_id)
            WHERE stock.offer_id = locked.offer_id AND {where}
            RETURNING wanted.*, stock.on_hand, stock.allocated,
                stock.low_stock_threshold AS low,
                stock.on_hand - stock.allocated AS available,
                stock.on_hand - stock.allocated - ({frees}) AS before
        ), journal AS (
            {_JOURNAL}
            SELECT id, offer_id, :kind, {adds}, on_hand, allocated, CAST(:order_id AS uuid),
                CAST(:actor_id AS uuid), :reason, :now
            FROM moved
        ), told AS (
            INSERT INTO outbox (id, type, payload, occurred_at, attempts, next_attempt_at)
            SELECT event.id, event.type,
                jsonb_build_object('offer_id', moved.offer_id, 'available', moved.available),
                :now, 0, :now
            FROM moved CROSS JOIN LATERAL (VALUES
                (moved.id, 'StockRanOut', before > 0 AND available = 0),
                (moved.id, 'StockCameBack', before = 0 AND available > 0),
                (moved.more_id, 'StockRanLow', before > low AND available <= low)
            ) AS event (id, type, happened)
            WHERE event.happened
        )
        {answer}
        """  # noqa: S608  constants
    )


_ALLOCATE = _move(
    "allocated = stock.allocated + wanted.quantity",
    adds="quantity",
    frees="-wanted.quantity",
    where="stock.on_hand - stock.allocated >= wanted.quantity",
    answer="SELECT offer_id FROM wanted WHERE offer_id NOT IN (SELECT offer_id FROM moved)",
)
_RELEASE = _move(
    "allocated = stock.allocated - wanted.quantity", adds="-quantity", frees="wanted.quantity"
)
_SHIP = _move(
    "on_hand = stock.on_hand - wanted.quantity, allocated = stock.allocated - wanted.quantity",
    adds="-quantity",
    frees="0",
)
_ADD_ON_HAND = _move(
    "on_hand = stock.on_hand + wanted.quantity", adds="quantity", frees="wanted.quantity"
)
_ADD = text(
    f"""
    WITH given AS (
        SELECT * FROM unnest(
            CAST(:offers AS uuid[]), CAST(:on_hand AS integer[]), CAST(:low AS integer[]),
            CAST(:ids AS uuid[])
        ) AS given (offer_id, on_hand, low, id)
    ), stocked AS (
        INSERT INTO stock_items (offer_id, on_hand, allocated, low_stock_threshold)
        SELECT offer_id, on_hand, 0, low FROM given
    )
    {_JOURNAL}
    SELECT id, offer_id, :kind, on_hand, on_hand, 0, NULL, CAST(:actor_id AS uuid), NULL, :now
    FROM given WHERE on_hand > 0
    """  # noqa: S608  constants
)
_GET = select(
    stock_items.c.offer_id,
    stock_items.c.on_hand,
    stock_items.c.allocated,
    stock_items.c.low_stock_threshold,
).where(stock_items.c.offer_id == bindparam("its_offer"))
_LOCK = _GET.with_for_update()
_WATCH = (
    update(stock_items)
    .where(stock_items.c.offer_id == bindparam("its_offer"))
    .values(low_stock_threshold=bindparam("threshold"))
)


class SqlStockRepository:
    def __init__(self, transaction: Transaction, new_id: IdFactory) -> None:
        self._transaction = transaction
        self._new_id = new_id

    def add(self, *items: StockItem, actor_id: UserId | None = None) -> None:
        """Stock of new offers, received by `actor_id`, none of it allocated; no events."""
        if not items:
            return
        self._transaction.write(
            _ADD,
            {
                "offers": [item.offer_id for item in items],
                "on_hand": [item.on_hand for item in items],
                "low": [item.low_stock_threshold for item in items],
                "ids": [self._new_id() for _ in items],
                "kind": str(MovementKind.RECEIVED),
                "actor_id": actor_id,
                "now": self._transaction.now,
            },
        )

    def get(self, offer_id: OfferId) -> StockItem:
        """Raises `NotFound`."""
        return self._item(_GET, offer_id)

    def get_for_update(self, offer_id: OfferId) -> StockItem:
        """Others that want to change it wait until this transaction ends. Raises `NotFound`."""
        return self._item(_LOCK, offer_id)

    def record(self, movement: StockMovement) -> None:
        """Store what `StockItem.enter` returned for an item that was got for update."""
        self._transaction.run(
            _ADD_ON_HAND,
            {
                "offers": [movement.offer_id],
                "quantities": [movement.quantity],
                "ids": [movement.id],
                "more_ids": [self._new_id()],
                "kind": str(movement.kind),
                "order_id": movement.order_id,
                "actor_id": movement.actor_id,
                "reason": movement.reason,
                "now": movement.occurred_at,
            },
        )

    def watch(self, item: StockItem) -> None:
        """Store the threshold of `item`; it is no movement."""
        self._transaction.write(
            _WATCH, {"its_offer": item.offer_id, "threshold": item.low_stock_threshold}
        )

    def allocate(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> Collection[OfferId]:
        """Allocate all of it, or return the offers that have too little.

        What is returned was not allocated, what is not returned was: roll back unless the
        answer is empty. Rows are locked in the order of their ids.
        """
        asked = self._asked(MovementKind.ALLOCATED, order_id, quantities)
        lacking = [OfferId(row[0]) for row in self._transaction.look_up(_ALLOCATE, asked)]
        if len(lacking) < len(quantities):
            self._transaction.has_written()
        return lacking

    def release(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        """Give allocated units back."""
        asked = self._asked(MovementKind.RELEASED, order_id, quantities)
        self._transaction.run(_RELEASE, asked)

    def ship(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        """Allocated units leave the warehouse."""
        asked = self._asked(MovementKind.SHIPPED, order_id, quantities)
        self._transaction.run(_SHIP, asked)

    def take_back(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        """Units that were shipped lie in the warehouse again, for anybody to buy."""
        asked = self._asked(MovementKind.RETURNED, order_id, quantities)
        self._transaction.run(_ADD_ON_HAND, asked)

    def _item(self, statement: Any, offer_id: OfferId) -> StockItem:
        row = self._transaction.read(statement, {"its_offer": offer_id}).first()
        if row is None:
            raise NotFound("stock of offer", offer_id)
        return StockItem(**row._mapping)

    def _asked(
        self, kind: MovementKind, order_id: OrderId, quantities: Mapping[OfferId, int]
    ) -> dict[str, Any]:
        return {
            "offers": list(quantities),
            "quantities": list(quantities.values()),
            "ids": [self._new_id() for _ in quantities],
            "more_ids": [self._new_id() for _ in quantities],
            "kind": str(kind),
            "order_id": order_id,
            "actor_id": None,
            "reason": None,
            "now": self._transaction.now,
        }
