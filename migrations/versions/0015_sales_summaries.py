"""What was sold, added up."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ALL = "'00000000-0000-0000-0000-000000000000'"
_STATUSES = {
    "created": "created",
    "in_transit": "inTransit",
    "out_for_delivery": "outForDelivery",
    "delivered": "delivered",
    "failed": "failed",
    "returned": "returned",
}
_COUNTED = ", ".join(
    f"count(DISTINCT shipments.id) FILTER (WHERE shipments.status = '{status}') AS {name}"
    for name, status in _STATUSES.items()
)
_PARCELS = ", ".join(f"coalesce(max(parcels.{name}), 0) AS {name}" for name in _STATUSES)
_OF_PRODUCT = ", ".join(
    f"CASE grouping(fact.product_id) WHEN 0 THEN sum(fact.{name}) ELSE 0 END AS {name}"
    for name in _STATUSES
)
_SUMS = ", ".join(
    f"sum(told.{name})"
    for name in (
        "orders",
        "cancelled_orders",
        "current_orders",
        "units",
        "cancelled_units",
        "amount",
        *_STATUSES,
    )
)

_UPGRADE = (
    """
    CREATE TABLE sales_facts (
        order_id UUID NOT NULL,
        seller_id UUID NOT NULL,
        product_id UUID NOT NULL,
        placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        currency TEXT NOT NULL,
        order_cancelled BOOLEAN NOT NULL,
        cancelled BOOLEAN NOT NULL,
        is_current BOOLEAN NOT NULL,
        units INTEGER NOT NULL,
        cancelled_units INTEGER NOT NULL,
        amount BIGINT NOT NULL,
        created INTEGER NOT NULL,
        in_transit INTEGER NOT NULL,
        out_for_delivery INTEGER NOT NULL,
        delivered INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        returned INTEGER NOT NULL,
        CONSTRAINT pk_sales_facts PRIMARY KEY (order_id, seller_id, product_id)
    )
    """,
    # Orders of an earlier release, as `rebuild-analytics` counts them.
    f"""
    INSERT INTO sales_facts
    SELECT
        orders.id,
        part.seller_id,
        line.product_id,
        orders.placed_at,
        orders.currency,
        orders.status = 'cancelled',
        bool_and(part.status = 'cancelled'),
        bool_or(line.quantity > line.cancelled + line.delivered + line.returned),
        sum(line.quantity - line.cancelled),
        sum(line.cancelled),
        sum(line.unit_price * (line.quantity - line.cancelled)),
        {_PARCELS}
    FROM orders
    JOIN seller_orders AS part ON part.order_id = orders.id
    JOIN order_lines AS line ON line.seller_order_id = part.id
    LEFT JOIN (
        SELECT shipments.order_id, shipments.seller_id, line.product_id, {_COUNTED}
        FROM shipments
        JOIN shipment_lines ON shipment_lines.shipment_id = shipments.id
        JOIN order_lines AS line ON line.id = shipment_lines.line_id
        GROUP BY shipments.order_id, shipments.seller_id, line.product_id
    ) AS parcels ON parcels.order_id = orders.id
        AND parcels.seller_id = part.seller_id AND parcels.product_id = line.product_id
    WHERE orders.finalised_at IS NOT NULL
    GROUP BY orders.id, part.seller_id, line.product_id
    """,  # noqa: S608  names of ours
    "CREATE INDEX ix_sales_facts_placed ON sales_facts (placed_at)",
    "CREATE INDEX ix_sales_facts_product ON sales_facts (product_id, placed_at)",
    "CREATE INDEX ix_sales_facts_seller ON sales_facts (seller_id, placed_at)",
    """
    CREATE TABLE delivery_facts (
        order_id UUID NOT NULL,
        seller_id UUID NOT NULL,
        placed_at TIMESTAMP WITH TIME ZONE NOT NULL,
        to_ship BIGINT NOT NULL,
        to_deliver BIGINT,
        CONSTRAINT pk_delivery_facts PRIMARY KEY (order_id, seller_id)
    )
    """,
    """
    INSERT INTO delivery_facts
    SELECT part.order_id, part.seller_id, part.placed_at,
        floor(extract(epoch FROM greatest(
            min(shipments.created_at) - part.placed_at, interval '0'
        ))),
        CASE part.fulfilment_status WHEN 'delivered' THEN floor(extract(epoch FROM greatest(
            max(told.occurred_at) - part.placed_at, interval '0'
        ))) END
    FROM seller_orders AS part
    JOIN shipments ON shipments.seller_order_id = part.id
    LEFT JOIN shipment_events AS told ON told.shipment_id = shipments.id
        AND told.status = 'delivered' AND shipments.status = 'delivered'
    GROUP BY part.id
    """,
    "CREATE INDEX ix_delivery_facts_placed ON delivery_facts (placed_at)",
    "CREATE INDEX ix_delivery_facts_seller ON delivery_facts (seller_id, placed_at)",
    """
    CREATE TABLE sales_totals (
        product_id UUID NOT NULL,
        seller_id UUID NOT NULL,
        starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
        currency TEXT NOT NULL,
        orders BIGINT NOT NULL,
        cancelled_orders BIGINT NOT NULL,
        current_orders BIGINT NOT NULL,
        units BIGINT NOT NULL,
        cancelled_units BIGINT NOT NULL,
        amount NUMERIC NOT NULL,
        created BIGINT NOT NULL,
        in_transit BIGINT NOT NULL,
        out_for_delivery BIGINT NOT NULL,
        delivered BIGINT NOT NULL,
        failed BIGINT NOT NULL,
        returned BIGINT NOT NULL,
        CONSTRAINT pk_sales_totals PRIMARY KEY (product_id, seller_id, starts_at, currency)
    )
    WITH (fillfactor = 70)
    """,
    f"""
    INSERT INTO sales_totals
    SELECT told.product_id, told.seller_id, told.starts_at, told.currency, {_SUMS}
    FROM (
        SELECT
            coalesce(fact.product_id, {_ALL}) AS product_id,
            coalesce(fact.seller_id, {_ALL}) AS seller_id,
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
            {_OF_PRODUCT}
        FROM sales_facts AS fact
        GROUP BY fact.order_id, fact.placed_at, fact.currency, GROUPING SETS (
            (fact.product_id, fact.seller_id), (fact.product_id), (fact.seller_id), ()
        )
    ) AS told
    GROUP BY told.product_id, told.seller_id, told.starts_at, told.currency
    """,  # noqa: S608  names of ours
    "CREATE INDEX ix_sales_totals_seller ON sales_totals (seller_id, starts_at)",
)
_DOWNGRADE = (
    "DROP TABLE sales_totals",
    "DROP TABLE delivery_facts",
    "DROP TABLE sales_facts",
)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
