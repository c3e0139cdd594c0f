"""How things stand now, from the tables themselves."""

from sqlalchemy import text

from marketplace.application.analytics.queries import LowStockView, OutboxView, SituationView
from marketplace.domain.orders.statuses import FulfilmentStatus
from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.infrastructure.database.queries.analytics_scope import SELLS, Scope, moment
from marketplace.infrastructure.database.queries.connection import ReadConnection

LOW_LISTED = 20

_ORDERS = text(
    """
    SELECT fulfilment_status, count(*) FROM orders
    WHERE finalised_at IS NOT NULL GROUP BY fulfilment_status
    """
)
_PARTS = text(
    f"""
    SELECT part.fulfilment_status, count(*)
    FROM seller_orders AS part JOIN orders ON orders.id = part.order_id
    WHERE orders.finalised_at IS NOT NULL AND {SELLS.format(seller_id="part.seller_id")}
    GROUP BY part.fulfilment_status
    """  # noqa: S608  names of ours
)
_SHIPMENTS = text(
    f"""
    SELECT status, count(*) FROM shipments WHERE {SELLS.format(seller_id="seller_id")}
    GROUP BY status
    """  # noqa: S608  names of ours
)
_LOW_STOCK = text(
    f"""
    SELECT offers.product_id, products.name AS product_name, sellers.name AS seller_name,
        offers.sku, stock.on_hand - stock.allocated AS available, stock.low_stock_threshold
    FROM stock_items AS stock
    JOIN offers ON offers.id = stock.offer_id
    JOIN products ON products.id = offers.product_id
    JOIN sellers ON sellers.id = offers.seller_id
    WHERE stock.on_hand - stock.allocated <= stock.low_stock_threshold
        AND offers.withdrawn_at IS NULL AND {SELLS.format(seller_id="offers.seller_id")}
    ORDER BY available, offers.id LIMIT {LOW_LISTED}
    """  # noqa: S608  names of ours
)
_OUTBOX = text(
    """
    SELECT count(*) AS waiting, min(occurred_at) AS oldest_at FROM outbox
    WHERE delivered_at IS NULL
    """
)


def situation(read: ReadConnection, scope: Scope, *, with_outbox: bool) -> SituationView:
    """Counts orders, or of sellers their parts of these."""
    as_of = moment(read).now
    asked = scope.parameters
    fulfilments = read.execute(_ORDERS if scope.sellers is None else _PARTS, asked)
    by_fulfilment = dict(map(tuple, fulfilments))
    by_status = dict(map(tuple, read.execute(_SHIPMENTS, asked)))
    low = read.execute(_LOW_STOCK, asked)
    return SituationView(
        as_of=as_of,
        orders_by_fulfilment={each: by_fulfilment.get(each, 0) for each in FulfilmentStatus},
        shipments_by_status={each: by_status.get(each, 0) for each in ShipmentStatus},
        low_stock=[LowStockView(**row._asdict()) for row in low],
        outbox=_outbox(read) if with_outbox else None,
    )


def _outbox(read: ReadConnection) -> OutboxView:
    row = read.execute(_OUTBOX).one()
    return OutboxView(waiting=row.waiting, oldest_at=row.oldest_at)
