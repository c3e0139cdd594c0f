"""Shipments."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KINDS = (
    "'placed', 'cancelled', 'paymentAuthorized', 'paymentCaptured', 'paymentFailed',"
    " 'paymentVoided', 'refundRequested', 'refunded', 'refundFailed'"
)
_NEW_KINDS = "'shipped', 'delivered', 'returned'"
_STATUSES = "'inTransit', 'outForDelivery', 'delivered', 'failed', 'returned'"


def _times(*names: str, table: str) -> str:
    return ",\n".join(
        f"CONSTRAINT ck_{table}_{name}_range CHECK ({name} >= '1900-01-01 00:00:00+00'"
        f" AND {name} < '2200-01-01 00:00:00+00')"
        for name in names
    )


_UPGRADE = (
    # Nothing has left a warehouse so far.
    """
    ALTER TABLE order_lines
        ADD COLUMN delivered INTEGER DEFAULT 0 NOT NULL,
        ADD COLUMN returned INTEGER DEFAULT 0 NOT NULL,
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT ck_order_lines_arrived_range
            CHECK (delivered >= 0 AND returned >= 0 AND delivered + returned <= shipped)
    """,
    """
    ALTER TABLE order_lines
        -- squawk-ignore ban-drop-default
        ALTER COLUMN delivered DROP DEFAULT,
        -- squawk-ignore ban-drop-default
        ALTER COLUMN returned DROP DEFAULT
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE order_events DROP CONSTRAINT ck_order_events_kind_known
    """,
    f"""
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE order_events ADD CONSTRAINT ck_order_events_kind_known
        CHECK (kind IN ({_KINDS}, {_NEW_KINDS}))
    """,
    f"""
    CREATE TABLE shipments (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        order_id UUID NOT NULL,
        seller_order_id UUID NOT NULL,
        seller_id UUID NOT NULL,
        status TEXT NOT NULL,
        carrier TEXT NOT NULL,
        tracking_number TEXT,
        tracking_url TEXT,
        estimated_delivery_at TIMESTAMP WITH TIME ZONE,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_shipments PRIMARY KEY (id),
        CONSTRAINT fk_shipments_order_id FOREIGN KEY(order_id) REFERENCES orders (id),
        CONSTRAINT fk_shipments_seller_order_id
            FOREIGN KEY(seller_order_id) REFERENCES seller_orders (id),
        CONSTRAINT fk_shipments_seller_id FOREIGN KEY(seller_id) REFERENCES sellers (id),
        CONSTRAINT ck_shipments_status_known CHECK (status IN ('created', {_STATUSES})),
        {_times("estimated_delivery_at", "created_at", "updated_at", table="shipments")}
    )
    """,
    "CREATE INDEX ix_shipments_order_id ON shipments (order_id)",
    "CREATE INDEX ix_shipments_seller_order_id ON shipments (seller_order_id)",
    """
    CREATE INDEX ix_shipments_tracking ON shipments (carrier, tracking_number, created_at, id)
        WHERE tracking_number IS NOT NULL
    """,
    """
    CREATE TABLE shipment_lines (
        shipment_id UUID NOT NULL,
        line_id UUID NOT NULL,
        quantity INTEGER NOT NULL,
        CONSTRAINT pk_shipment_lines PRIMARY KEY (shipment_id, line_id),
        CONSTRAINT fk_shipment_lines_shipment_id
            FOREIGN KEY(shipment_id) REFERENCES shipments (id),
        CONSTRAINT fk_shipment_lines_line_id FOREIGN KEY(line_id) REFERENCES order_lines (id),
        CONSTRAINT ck_shipment_lines_quantity_range CHECK (quantity > 0)
    )
    """,
    "CREATE INDEX ix_shipment_lines_line_id ON shipment_lines (line_id)",
    f"""
    CREATE TABLE shipment_events (
        id UUID NOT NULL,
        shipment_id UUID NOT NULL,
        status TEXT NOT NULL,
        occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
        location TEXT,
        external_id TEXT,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_shipment_events PRIMARY KEY (id),
        CONSTRAINT fk_shipment_events_shipment_id
            FOREIGN KEY(shipment_id) REFERENCES shipments (id),
        CONSTRAINT ck_shipment_events_status_known CHECK (status IN ({_STATUSES})),
        {_times("occurred_at", "received_at", table="shipment_events")}
    )
    """,
    """
    CREATE INDEX ix_shipment_events_shipment ON shipment_events (shipment_id, occurred_at, id)
    """,
    """
    CREATE UNIQUE INDEX uq_shipment_events_external ON shipment_events (shipment_id, external_id)
        WHERE external_id IS NOT NULL
    """,
)
# What has been shipped stays so further down; only what became of it is no fact there.
_DOWNGRADE = (
    "DROP TABLE shipment_events",
    "DROP TABLE shipment_lines",
    "DROP TABLE shipments",
    "DELETE FROM order_events WHERE kind IN ('shipped', 'delivered', 'returned')",
    "ALTER TABLE order_events DROP CONSTRAINT ck_order_events_kind_known",
    f"""
    ALTER TABLE order_events ADD CONSTRAINT ck_order_events_kind_known CHECK (kind IN ({_KINDS}))
    """,
    "ALTER TABLE order_lines DROP COLUMN returned, DROP COLUMN delivered",
)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
