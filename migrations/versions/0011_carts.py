"""Carts, and the addresses of users."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_UPGRADE = (
    """
    CREATE TABLE addresses (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        user_id UUID NOT NULL,
        address JSONB NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_addresses PRIMARY KEY (id),
        CONSTRAINT ck_addresses_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_addresses_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_addresses_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    "CREATE INDEX ix_addresses_user ON addresses (user_id, created_at, id)",
    """
    CREATE TABLE carts (
        user_id UUID NOT NULL,
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_carts PRIMARY KEY (user_id),
        CONSTRAINT ck_carts_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_carts_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_carts_user_id FOREIGN KEY(user_id) REFERENCES users (id),
        CONSTRAINT uq_carts_id UNIQUE (id)
    )
    """,
    "CREATE INDEX ix_carts_updated_at ON carts (updated_at)",
    """
    CREATE TABLE cart_items (
        user_id UUID NOT NULL,
        offer_id UUID NOT NULL,
        quantity INTEGER NOT NULL,
        seen_amount BIGINT NOT NULL,
        seen_currency TEXT NOT NULL,
        added_at TIMESTAMP WITH TIME ZONE NOT NULL,
        put_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_cart_items PRIMARY KEY (user_id, offer_id),
        CONSTRAINT ck_cart_items_quantity_range CHECK (quantity BETWEEN 1 AND 10000),
        CONSTRAINT ck_cart_items_seen_amount_range
            CHECK (seen_amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_cart_items_seen_currency_code CHECK (seen_currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_cart_items_added_at_range
            CHECK (added_at >= '1900-01-01 00:00:00+00' AND added_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_cart_items_put_at_range
            CHECK (put_at >= '1900-01-01 00:00:00+00' AND put_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_cart_items_user_id FOREIGN KEY(user_id) REFERENCES carts (user_id) ON DELETE CASCADE
    )
    """,
)
_DOWNGRADE = (
    "DROP TABLE cart_items",
    "DROP TABLE carts",
    "DROP TABLE addresses",
)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
