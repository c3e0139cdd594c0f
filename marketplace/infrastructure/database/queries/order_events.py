"""The timeline of an order."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from marketplace.application.orders.queries import OrderEventLineView, OrderEventView
from marketplace.domain.shared.ids import OrderLineId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow
from marketplace.infrastructure.database.queries.paging import Listing, Sort
from marketplace.infrastructure.database.tables import order_events, orders

LISTING = Listing("order_events", {"oldest": Sort((order_events.c.position,))})
OF_ORDER = (
    select(order_events, orders.c.currency)
    .join(orders, orders.c.id == order_events.c.order_id)
    .where(order_events.c.order_id == bindparam("order_id"))
)


def event_view(rows: Sequence[AnyRow]) -> OrderEventView:
    row = rows[0]
    return OrderEventView(
        type=row.kind,
        by=row.by,
        seller_order_id=row.seller_order_id,
        amount=None if row.amount is None else Money(row.amount, row.currency),
        reason=row.reason,
        lines=[
            OrderEventLineView(line_id=OrderLineId(UUID(line)), quantity=quantity)
            for line, quantity in row.lines.items()
        ],
        occurred_at=row.occurred_at,
    )
