"""The stock of offers, and the journal of its movements."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    Named,
    Table,
    TypedColumns,
)
from sqlalchemy import (
    text as sql,
)

from marketplace.domain.inventory.movement import MovementKind
from marketplace.domain.shared.ids import MovementId, OfferId, OrderId, UserId
from marketplace.infrastructure.database.tables.base import (
    count,
    id_of,
    instant,
    instants,
    metadata,
    one_of,
    primary_key,
    text,
    words,
)


def _location(*, primary_key: bool = False) -> Column[int]:
    return Column(Integer, primary_key=primary_key, server_default=sql("0"), autoincrement=False)


class StockItemColumns(TypedColumns):
    """`location` is where it lies: room in the key, for there is one place so far."""

    offer_id: Named[OfferId] = id_of("offers.id", primary_key=True)
    on_hand: Named[int] = count()
    allocated: Named[int] = count()
    low_stock_threshold: Named[int | None] = count()
    location: Named[int] = _location(primary_key=True)


stock_items = Table(
    "stock_items",
    metadata,
    StockItemColumns,
    CheckConstraint("allocated BETWEEN 0 AND on_hand", "allocated_range"),
    CheckConstraint("low_stock_threshold >= 0", "low_stock_threshold_range"),
    # Every order updates a row in place; the room lets its new version stay on the same page.
    postgresql_with={"fillfactor": "70"},
)


class StockMovementColumns(TypedColumns):
    """`number` is drawn while the row of the stock is locked: it puts the movements of an offer
    in the order in which they happened, which neither ids nor instants of several servers do.

    No foreign keys: movements are inserted by the statement that changes the row of the stock,
    and thousands of orders would only lock the offer that they share. A trigger of the database
    refuses to change or delete a row.
    """

    id: Named[MovementId] = primary_key()
    number: Named[int] = Column(BigInteger, Identity(always=True))
    offer_id: Named[OfferId] = id_of()
    location: Named[int] = _location()
    kind: Named[MovementKind] = words(MovementKind)
    quantity: Named[int] = count()
    on_hand: Named[int] = count()
    allocated: Named[int] = count()
    order_id: Named[OrderId | None] = id_of()
    actor_id: Named[UserId | None] = id_of()
    reason: Named[str | None] = text()
    occurred_at: Named[datetime] = instant()


stock_movements = Table(
    "stock_movements",
    metadata,
    StockMovementColumns,
    one_of("kind", MovementKind),
    CheckConstraint(
        "CASE kind WHEN 'counted' THEN true WHEN 'adjusted' THEN quantity <> 0"
        " WHEN 'released' THEN quantity < 0 WHEN 'shipped' THEN quantity < 0"
        " ELSE quantity > 0 END",
        "quantity_sign",
    ),
    CheckConstraint("allocated BETWEEN 0 AND on_hand", "allocated_range"),
    CheckConstraint(
        "(order_id IS NULL) = (kind IN ('received', 'adjusted', 'counted'))", "order_of_kind"
    ),
    *instants("occurred_at"),
    Index("ix_stock_movements_offer", "offer_id", "number"),
)
