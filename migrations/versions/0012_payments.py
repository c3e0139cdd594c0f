"""The ledger of payments, and what may become of an order."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TIMES = ">= '1900-01-01 00:00:00+00' AND {0} < '2200-01-01 00:00:00+00'"
_MOST = 9007199254740991

_ORDERS = (
    """
    ALTER TABLE orders ADD COLUMN cart_id UUID
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE UNIQUE INDEX uq_orders_cart ON orders (cart_id) WHERE abandoned_at IS NULL
    """,
    f"""
    ALTER TABLE seller_orders
        ADD COLUMN shipping_method_id UUID,
        ADD COLUMN captured_amount BIGINT DEFAULT 0 NOT NULL
            CONSTRAINT ck_seller_orders_captured_amount_range
            CHECK (captured_amount BETWEEN 0 AND {_MOST}),
        ADD COLUMN refunded_amount BIGINT DEFAULT 0 NOT NULL
            CONSTRAINT ck_seller_orders_refunded_amount_range
            CHECK (refunded_amount BETWEEN 0 AND {_MOST}),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT ck_seller_orders_captured_most CHECK (captured_amount <= total),
        -- squawk-ignore constraint-missing-not-valid
        ADD CONSTRAINT ck_seller_orders_refunded_most CHECK (refunded_amount <= captured_amount)
    """,
    """
    ALTER TABLE seller_orders
        -- squawk-ignore ban-drop-default
        ALTER COLUMN captured_amount DROP DEFAULT,
        -- squawk-ignore ban-drop-default
        ALTER COLUMN refunded_amount DROP DEFAULT
    """,
    # So far a payment was captured as a whole, or not at all, and nothing was refunded.
    """
    UPDATE seller_orders SET captured_amount = seller_orders.total
    FROM payments
    WHERE payments.order_id = seller_orders.order_id AND payments.status = 'captured'
    """,
    f"""
    CREATE TABLE order_events (
        order_id UUID NOT NULL,
        position INTEGER NOT NULL,
        kind TEXT NOT NULL,
        by TEXT NOT NULL,
        seller_order_id UUID,
        amount BIGINT,
        reason TEXT,
        lines JSONB NOT NULL,
        occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_order_events PRIMARY KEY (order_id, position),
        CONSTRAINT fk_order_events_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
        CONSTRAINT ck_order_events_kind_known CHECK (kind IN ('placed', 'cancelled',
            'paymentAuthorized', 'paymentCaptured', 'paymentFailed', 'paymentVoided',
            'refundRequested', 'refunded', 'refundFailed')),
        CONSTRAINT ck_order_events_by_known
            CHECK (by IN ('buyer', 'seller', 'administrator', 'system')),
        CONSTRAINT ck_order_events_position_range CHECK (position > 0),
        CONSTRAINT ck_order_events_amount_range CHECK (amount BETWEEN 0 AND {_MOST}),
        CONSTRAINT ck_order_events_occurred_at_range
            CHECK (occurred_at {_TIMES.format("occurred_at")})
    )
    """,
    """
    INSERT INTO order_events (order_id, position, kind, by, amount, lines, occurred_at)
    SELECT id, 1, 'placed', 'buyer', total, '{}', finalised_at
    FROM orders WHERE finalised_at IS NOT NULL
    """,
)
_PAYMENTS = (
    f"""
    ALTER TABLE payments
        ADD COLUMN next_action JSONB,
        ADD COLUMN unanswered_since TIMESTAMP WITH TIME ZONE
            CONSTRAINT ck_payments_unanswered_since_range
            CHECK (unanswered_since {_TIMES.format("unanswered_since")})
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX ix_payments_unanswered ON payments (unanswered_since, id)
        WHERE unanswered_since IS NOT NULL
    """,
    f"""
    CREATE TABLE payment_events (
        payment_id UUID NOT NULL,
        position INTEGER NOT NULL,
        operation_id UUID NOT NULL,
        kind TEXT NOT NULL,
        stage TEXT NOT NULL,
        amount BIGINT NOT NULL,
        shares JSONB NOT NULL,
        lines JSONB NOT NULL,
        reason TEXT,
        reference TEXT,
        occurred_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_payment_events PRIMARY KEY (payment_id, position),
        CONSTRAINT fk_payment_events_payment_id
            FOREIGN KEY (payment_id) REFERENCES payments (id),
        CONSTRAINT ck_payment_events_kind_known
            CHECK (kind IN ('authorization', 'charge', 'refund', 'void')),
        CONSTRAINT ck_payment_events_stage_known
            CHECK (stage IN ('request', 'success', 'failure')),
        CONSTRAINT ck_payment_events_position_range CHECK (position > 0),
        CONSTRAINT ck_payment_events_amount_range CHECK (amount BETWEEN 0 AND {_MOST}),
        CONSTRAINT ck_payment_events_occurred_at_range
            CHECK (occurred_at {_TIMES.format("occurred_at")})
    )
    """,
    """
    CREATE UNIQUE INDEX uq_payment_events_answer
        ON payment_events (payment_id, operation_id, kind) WHERE stage <> 'request'
    """,
    # What became of the payments so far.
    """
    INSERT INTO payment_events (
        payment_id, position, operation_id, kind, stage, amount, shares, lines, reference,
        occurred_at
    )
    SELECT payments.id,
        row_number() OVER (PARTITION BY payments.id ORDER BY told.place), payments.id,
        told.kind, told.stage, told.amount * payments.amount,
        CASE WHEN told.amount = 1 THEN parts.shares ELSE parts.nothing END, '{}',
        CASE WHEN told.place > 1 THEN payments.reference END,
        CASE WHEN told.place > 1 THEN payments.updated_at ELSE payments.created_at END
    FROM payments
    JOIN (
        SELECT order_id, jsonb_object_agg(id, total) AS shares, jsonb_object_agg(id, 0) AS nothing
        FROM seller_orders GROUP BY order_id
    ) AS parts ON parts.order_id = payments.order_id
    CROSS JOIN LATERAL (VALUES
        (1, 'authorization', 'request', 1, true),
        (2, 'authorization', 'success', 1, payments.status IN ('authorized', 'captured')),
        (2, 'authorization', 'failure', 1, payments.status = 'failed'),
        (3, 'charge', 'success', 1, payments.status = 'captured'),
        (3, 'void', 'success', 0, payments.status = 'voided')
    ) AS told (place, kind, stage, amount, happened)
    WHERE told.happened
    """,
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite()
    """,
    f"""
    CREATE TABLE provider_events (
        provider TEXT NOT NULL,
        event_id TEXT NOT NULL,
        received_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_provider_events PRIMARY KEY (provider, event_id),
        CONSTRAINT ck_provider_events_received_at_range
            CHECK (received_at {_TIMES.format("received_at")})
    )
    """,
    "CREATE INDEX ix_provider_events_received_at ON provider_events (received_at)",
)
_SANDBOX = (
    f"""
    ALTER TABLE sandbox_charges
        ADD COLUMN token TEXT,
        ADD COLUMN capture BOOLEAN DEFAULT false NOT NULL,
        ADD COLUMN settles_at TIMESTAMP WITH TIME ZONE
            CONSTRAINT ck_sandbox_charges_settles_at_range
            CHECK (settles_at {_TIMES.format("settles_at")}),
        ADD COLUMN captured_amount BIGINT DEFAULT 0 NOT NULL
            CONSTRAINT ck_sandbox_charges_captured_amount_range
            CHECK (captured_amount BETWEEN 0 AND coalesce(amount, 0)),
        ADD COLUMN refunded_amount BIGINT DEFAULT 0 NOT NULL
            CONSTRAINT ck_sandbox_charges_refunded_amount_range
            CHECK (refunded_amount BETWEEN 0 AND captured_amount)
    """,
    "UPDATE sandbox_charges SET capture = true, captured_amount = amount WHERE status = 'captured'",
    """
    -- squawk-ignore constraint-missing-not-valid
    ALTER TABLE sandbox_charges ADD CONSTRAINT ck_sandbox_charges_status_known
        CHECK (status IN ('pending', 'authorized', 'captured', 'declined', 'voided'))
    """,
    """
    -- squawk-ignore disallowed-unique-constraint, constraint-missing-not-valid
    ALTER TABLE sandbox_charges ADD CONSTRAINT uq_sandbox_charges_reference UNIQUE (reference)
    """,
    """
    -- squawk-ignore require-concurrent-index-creation
    CREATE INDEX ix_sandbox_charges_pending ON sandbox_charges (settles_at)
        WHERE status = 'pending'
    """,
    f"""
    CREATE TABLE sandbox_operations (
        key TEXT NOT NULL,
        charge_key TEXT NOT NULL,
        kind TEXT NOT NULL,
        amount BIGINT NOT NULL,
        currency TEXT NOT NULL,
        reference TEXT NOT NULL,
        reason TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_sandbox_operations PRIMARY KEY (key),
        CONSTRAINT fk_sandbox_operations_charge_key
            FOREIGN KEY (charge_key) REFERENCES sandbox_charges (key),
        CONSTRAINT ck_sandbox_operations_kind_known CHECK (kind IN ('capture', 'refund')),
        CONSTRAINT ck_sandbox_operations_amount_range CHECK (amount BETWEEN 0 AND {_MOST}),
        CONSTRAINT ck_sandbox_operations_currency_code CHECK (currency ~ '^[A-Z]{{3}}$'),
        CONSTRAINT ck_sandbox_operations_created_at_range
            CHECK (created_at {_TIMES.format("created_at")})
    )
    """,
    "CREATE INDEX ix_sandbox_operations_charge_key ON sandbox_operations (charge_key)",
    f"""
    CREATE TABLE sandbox_events (
        id TEXT NOT NULL,
        charge_key TEXT NOT NULL,
        payload JSONB NOT NULL,
        due_at TIMESTAMP WITH TIME ZONE NOT NULL,
        attempts INTEGER NOT NULL,
        deliveries INTEGER NOT NULL,
        delivered_at TIMESTAMP WITH TIME ZONE,
        error TEXT,
        CONSTRAINT pk_sandbox_events PRIMARY KEY (id),
        CONSTRAINT fk_sandbox_events_charge_key
            FOREIGN KEY (charge_key) REFERENCES sandbox_charges (key),
        CONSTRAINT ck_sandbox_events_deliveries_range CHECK (deliveries BETWEEN 0 AND attempts),
        CONSTRAINT ck_sandbox_events_due_at_range CHECK (due_at {_TIMES.format("due_at")}),
        CONSTRAINT ck_sandbox_events_delivered_at_range
            CHECK (delivered_at {_TIMES.format("delivered_at")})
    )
    """,
    "CREATE INDEX ix_sandbox_events_charge_key ON sandbox_events (charge_key)",
    "CREATE INDEX ix_sandbox_events_due ON sandbox_events (due_at, id) WHERE delivered_at IS NULL",
    """
    CREATE INDEX ix_sandbox_events_delivered ON sandbox_events (delivered_at)
        WHERE delivered_at IS NOT NULL
    """,
)
_DOWNGRADE = (
    "DROP TABLE provider_events",
    "DROP TABLE payment_events",
    "DROP INDEX ix_payments_unanswered",
    "ALTER TABLE payments DROP COLUMN unanswered_since, DROP COLUMN next_action",
    "DROP TABLE order_events",
    """
    ALTER TABLE seller_orders DROP COLUMN refunded_amount, DROP COLUMN captured_amount,
        DROP COLUMN shipping_method_id
    """,
    "DROP INDEX uq_orders_cart",
    "ALTER TABLE orders DROP COLUMN cart_id",
)
# What is pending is no state further down.
_SANDBOX_DOWNGRADE = (
    "DROP TABLE sandbox_events",
    "DROP TABLE sandbox_operations",
    "DROP INDEX ix_sandbox_charges_pending",
    """
    ALTER TABLE sandbox_charges
        DROP CONSTRAINT uq_sandbox_charges_reference,
        DROP CONSTRAINT ck_sandbox_charges_status_known
    """,
    "UPDATE sandbox_charges SET status = 'voided' WHERE status = 'pending'",
    """
    ALTER TABLE sandbox_charges
        DROP COLUMN refunded_amount, DROP COLUMN captured_amount, DROP COLUMN settles_at,
        DROP COLUMN capture, DROP COLUMN token
    """,
)


def upgrade() -> None:
    for statement in (*_ORDERS, *_PAYMENTS, *_SANDBOX):
        op.execute(statement)


def downgrade() -> None:
    for statement in (*_SANDBOX_DOWNGRADE, *_DOWNGRADE):
        op.execute(statement)
