"""Stock through a history: the journal of what orders moved, and of what was received for them.

So much is received, each month before it is asked for, that there always was enough; and at the end
a count takes away what is left over of that, so that as much can be bought as before.
"""

from datetime import datetime
from typing import Final

import psycopg2.extensions as pg

from marketplace.infrastructure.seeding.orders.rows import MOVEMENTS

_BEGIN: Final = f"""
    CREATE TEMPORARY TABLE {MOVEMENTS} (
        id UUID NOT NULL,
        offer_id UUID NOT NULL,
        kind TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        order_id UUID,
        occurred_at TIMESTAMP WITH TIME ZONE NOT NULL
    ) ON COMMIT DROP
"""
# An id of version 7 that follows from what it is of.
_ID: Final = """
    CAST(
        lpad(to_hex(CAST(extract(epoch FROM occurred_at) * 1000 AS bigint)), 12, '0')
        || '7' || substr(mixed, 1, 3) || '8' || substr(mixed, 4, 15) AS uuid
    )
"""
# What is available, counted from what was before; it may never have been less than nothing.
_SUPPLY: Final = f"""
    WITH running AS (
        SELECT offer_id, occurred_at, date_trunc('month', occurred_at, 'UTC') AS month,
            sum(CASE kind WHEN 'shipped' THEN 0 WHEN 'returned' THEN quantity ELSE -quantity END)
                OVER (PARTITION BY offer_id ORDER BY occurred_at, id) AS available
        FROM {MOVEMENTS}
    ), months AS (
        SELECT offer_id, month, min(occurred_at) - interval '1 hour' AS occurred_at,
            least(min(available), 0) AS lowest
        FROM running GROUP BY offer_id, month
    ), lows AS (
        SELECT offer_id, occurred_at,
            min(lowest) OVER earlier AS lowest,
            coalesce(min(lowest) OVER (earlier ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                AS before
        FROM months
        WINDOW earlier AS (PARTITION BY offer_id ORDER BY month)
    ), left_over AS (
        SELECT offer_id,
            sum(CASE kind WHEN 'shipped' THEN 0 WHEN 'returned' THEN quantity ELSE -quantity END)
                AS available
        FROM {MOVEMENTS} GROUP BY offer_id
    ), made AS (
        SELECT offer_id, 'received' AS kind, before - lowest AS quantity, occurred_at
        FROM lows WHERE lowest < before
        UNION ALL
        SELECT offer_id, 'counted', min(lows.lowest) - min(left_over.available), %(until)s
        FROM lows JOIN left_over USING (offer_id)
        GROUP BY offer_id
        HAVING min(lows.lowest) < min(left_over.available)
    )
    INSERT INTO {MOVEMENTS} (id, offer_id, kind, quantity, occurred_at)
    SELECT {_ID}, offer_id, kind, quantity, occurred_at
    FROM made CROSS JOIN LATERAL md5(concat(%(first)s, offer_id, kind)) AS mixed
"""  # noqa: S608  names of ours
_WRITE: Final = f"""
    INSERT INTO stock_movements
        (id, offer_id, kind, quantity, on_hand, allocated, order_id, reason, occurred_at)
    SELECT told.id, told.offer_id, told.kind, told.quantity,
        stock.on_hand + coalesce(
            sum(told.quantity) FILTER (WHERE told.kind NOT IN ('allocated', 'released'))
                OVER earlier,
            0
        ),
        stock.allocated + coalesce(
            sum(told.quantity) FILTER (WHERE told.kind IN ('allocated', 'released', 'shipped'))
                OVER earlier,
            0
        ),
        told.order_id,
        CASE told.kind WHEN 'counted' THEN 'Stocktaking' END,
        told.occurred_at
    FROM {MOVEMENTS} AS told JOIN stock_items AS stock USING (offer_id)
    WINDOW earlier AS (PARTITION BY told.offer_id ORDER BY told.occurred_at, told.id)
    ORDER BY told.occurred_at, told.id
"""  # noqa: S608  names of ours
_MOVE: Final = f"""
    UPDATE stock_items AS stock
    SET on_hand = stock.on_hand + told.on_hand, allocated = stock.allocated + told.allocated
    FROM (
        SELECT offer_id,
            coalesce(sum(quantity) FILTER (WHERE kind NOT IN ('allocated', 'released')), 0)
                AS on_hand,
            coalesce(
                sum(quantity) FILTER (WHERE kind IN ('allocated', 'released', 'shipped')), 0
            ) AS allocated
        FROM {MOVEMENTS} GROUP BY offer_id
    ) AS told
    WHERE stock.offer_id = told.offer_id
"""  # noqa: S608  names of ours


def begin(cursor: pg.cursor) -> None:
    """Have a table for movements, as long as the transaction lasts."""
    cursor.execute(_BEGIN)


def write(cursor: pg.cursor, first: int, until: datetime) -> None:
    """Write the journal of all movements up to `until`, with what was received, and the stock that
    it comes to. `first` is the number of the first order. Nobody else moves any meanwhile."""
    cursor.execute("LOCK TABLE stock_items IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute(f"ANALYZE {MOVEMENTS}")
    cursor.execute(_SUPPLY, {"first": first, "until": until})
    cursor.execute(_WRITE)
    cursor.execute(_MOVE)
