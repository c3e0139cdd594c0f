"""How sellers ship."""

from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

_UPGRADE = (
    """
    CREATE TABLE shipping_methods (
        id UUID NOT NULL,
        version INTEGER NOT NULL,
        seller_id UUID NOT NULL,
        name TEXT NOT NULL,
        carrier TEXT,
        price_amount BIGINT NOT NULL,
        price_currency TEXT NOT NULL,
        countries TEXT[] NOT NULL,
        free_from_amount BIGINT,
        free_from_currency TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_shipping_methods PRIMARY KEY (id),
        CONSTRAINT ck_shipping_methods_free_from_whole
            CHECK ((free_from_amount IS NULL) = (free_from_currency IS NULL)),
        CONSTRAINT ck_shipping_methods_free_from_currency_same
            CHECK (free_from_currency = price_currency),
        CONSTRAINT ck_shipping_methods_price_amount_range
            CHECK (price_amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_shipping_methods_free_from_amount_range
            CHECK (free_from_amount BETWEEN 0 AND 9007199254740991),
        CONSTRAINT ck_shipping_methods_price_currency_code CHECK (price_currency ~ '^[A-Z]{3}$'),
        CONSTRAINT ck_shipping_methods_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_shipping_methods_updated_at_range
            CHECK (updated_at >= '1900-01-01 00:00:00+00'
                AND updated_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_shipping_methods_seller_id FOREIGN KEY(seller_id) REFERENCES sellers (id)
    )
    """,
    "CREATE INDEX ix_shipping_methods_seller ON shipping_methods (seller_id, name, id)",
)
_DOWNGRADE = ("DROP TABLE shipping_methods",)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
