"""A journal of the movements of stock, and a threshold below which it is low."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UPGRADE = (
    """
    CREATE TABLE stock_movements (
        id UUID NOT NULL,
        number BIGINT GENERATED ALWAYS AS IDENTITY,
        offer_id UUID NOT NULL,
        location INTEGER DEFAULT 0 NOT NULL,
        kind TEXT NOT NULL,
        quantity INTEGER NOT NULL,
        on_hand INTEGER NOT NULL,
        allocated INTEGER NOT NULL,
        order_id UUID,
        actor_id UUID,
        reason TEXT,
        occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_stock_movements PRIMARY KEY (id),
        CONSTRAINT ck_stock_movements_kind_known CHECK (kind IN ('received', 'adjusted', 'counted',
            'allocated', 'released', 'shipped', 'returned')),
        CONSTRAINT ck_stock_movements_quantity_sign CHECK (
            CASE kind WHEN 'counted' THEN true WHEN 'adjusted' THEN quantity <> 0
                WHEN 'released' THEN quantity < 0 WHEN 'shipped' THEN quantity < 0
                ELSE quantity > 0 END),
        CONSTRAINT ck_stock_movements_allocated_range CHECK (allocated BETWEEN 0 AND on_hand),
        CONSTRAINT ck_stock_movements_order_of_kind
            CHECK ((order_id IS NULL) = (kind IN ('received', 'adjusted', 'counted'))),
        CONSTRAINT ck_stock_movements_occurred_at_range
            CHECK (occurred_at >= '1900-01-01 00:00:00+00'
                AND occurred_at < '2200-01-01 00:00:00+00')
    )
    """,
    """
    ALTER TABLE stock_items
        ADD COLUMN low_stock_threshold INTEGER
            CONSTRAINT ck_stock_items_low_stock_threshold_range CHECK (low_stock_threshold >= 0),
        ADD COLUMN location INTEGER DEFAULT 0 NOT NULL
    """,
    # Nobody may write while the journal is opened below, so the key may take its time too.
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE stock_items DROP CONSTRAINT pk_stock_items
    """,
    """
    -- squawk-ignore adding-serial-primary-key-field, constraint-missing-not-valid
    ALTER TABLE stock_items ADD CONSTRAINT pk_stock_items PRIMARY KEY (offer_id, location)
    """,
    # What there is was received, and orders hold the part of it that they have not given back.
    # The ids are of version 7, as the application makes them: 48 bits of time, the rest chance.
    """
    INSERT INTO stock_movements (
        id, offer_id, kind, quantity, on_hand, allocated, order_id, occurred_at
    )
    SELECT
        CAST(encode(set_bit(set_bit(overlay(
            uuid_send(gen_random_uuid())
            PLACING substring(int8send(CAST(extract(epoch FROM now()) * 1000 AS bigint)) FROM 3)
            FROM 1 FOR 6
        ), 52, 1), 53, 1), 'hex') AS uuid),
        opening.offer_id, opening.kind, opening.quantity, opening.on_hand,
        sum(opening.allocates) OVER (
            PARTITION BY opening.offer_id ORDER BY opening.step, opening.occurred_at, opening.order_id
        ),
        opening.order_id, opening.occurred_at
    FROM (
        SELECT stock_items.offer_id, 1 AS step, 'received' AS kind,
            stock_items.on_hand AS quantity, stock_items.on_hand, 0 AS allocates,
            CAST(NULL AS uuid) AS order_id, offers.created_at AS occurred_at
        FROM stock_items JOIN offers ON offers.id = stock_items.offer_id
        WHERE stock_items.on_hand > 0
        UNION ALL
        SELECT order_lines.offer_id, 2, 'allocated', sum(held.quantity), stock_items.on_hand,
            sum(held.quantity), orders.id, orders.placed_at
        FROM order_lines
        CROSS JOIN LATERAL (
            SELECT order_lines.quantity - order_lines.cancelled - order_lines.shipped AS quantity
        ) AS held
        JOIN seller_orders ON seller_orders.id = order_lines.seller_order_id
        JOIN orders ON orders.id = seller_orders.order_id
        JOIN stock_items ON stock_items.offer_id = order_lines.offer_id
        WHERE held.quantity > 0 AND (orders.abandoned_at IS NULL OR EXISTS (
            SELECT FROM payments
            WHERE payments.order_id = orders.id AND payments.status = 'pending'
        ))
        GROUP BY order_lines.offer_id, stock_items.on_hand, orders.id
    ) AS opening
    ORDER BY opening.offer_id, opening.step, opening.occurred_at, opening.order_id
    """,
    "CREATE INDEX ix_stock_movements_offer ON stock_movements (offer_id, number)",
    """
    CREATE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS
    $$BEGIN RAISE EXCEPTION '% is append-only', tg_table_name; END$$
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON stock_movements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite()
    """,
)
_DOWNGRADE = (
    "DROP TABLE stock_movements",
    "DROP FUNCTION refuse_to_rewrite",
    "ALTER TABLE stock_items DROP CONSTRAINT pk_stock_items",
    "ALTER TABLE stock_items DROP COLUMN location, DROP COLUMN low_stock_threshold",
    "ALTER TABLE stock_items ADD CONSTRAINT pk_stock_items PRIMARY KEY (offer_id)",
)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
