"""Changes that wait for approval, former slugs, variants and offers that are gone but known."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UPGRADE = (
    "ALTER TABLE products ADD COLUMN pending_changes JSONB",
    """
    CREATE TABLE product_slugs (
        slug TEXT NOT NULL,
        product_id UUID NOT NULL,
        replaced_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_product_slugs PRIMARY KEY (slug),
        CONSTRAINT ck_product_slugs_replaced_at_range
            CHECK (replaced_at >= '1900-01-01 00:00:00+00'
                AND replaced_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_product_slugs_product_id FOREIGN KEY(product_id) REFERENCES products (id)
    )
    """,
    "CREATE INDEX ix_product_slugs_product_id ON product_slugs (product_id)",
    """
    ALTER TABLE variants ADD COLUMN removed_at TIMESTAMP WITH TIME ZONE
        CONSTRAINT ck_variants_removed_at_range
            CHECK (removed_at >= '1900-01-01 00:00:00+00' AND removed_at < '2200-01-01 00:00:00+00')
    """,
    """
    ALTER TABLE offers ADD COLUMN withdrawn_at TIMESTAMP WITH TIME ZONE
        CONSTRAINT ck_offers_withdrawn_at_range
            CHECK (withdrawn_at >= '1900-01-01 00:00:00+00'
                AND withdrawn_at < '2200-01-01 00:00:00+00')
    """,
)
# Outside a transaction, so that nobody who writes has to wait; again if the last try was cut off.
_INDEXES = (
    """
    CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_products_to_moderate ON products (updated_at, id)
    WHERE status = 'pending' OR pending_changes IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS uq_offers_live_sku ON offers (seller_id, sku)
    WHERE withdrawn_at IS NULL
    """,
    """
    CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS uq_offers_live_variant
    ON offers (variant_id, seller_id, condition) WHERE withdrawn_at IS NULL
    """,
    """
    CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_offers_seller_newest
    ON offers (seller_id, created_at, id) WHERE withdrawn_at IS NULL
    """,
)
# Their places are taken by unique indexes over what is still offered.
_REPLACED = (
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE offers DROP CONSTRAINT uq_offers_seller_id_sku
    """,
    """
    -- squawk-ignore ban-drop-constraint
    ALTER TABLE offers DROP CONSTRAINT uq_offers_variant_id_seller_id_condition
    """,
)
# Fails while a SKU is in use again: what is gone cannot be told from what is not, further down.
_DOWNGRADE = (
    "ALTER TABLE offers ADD CONSTRAINT uq_offers_seller_id_sku UNIQUE (seller_id, sku)",
    """
    ALTER TABLE offers ADD CONSTRAINT uq_offers_variant_id_seller_id_condition
        UNIQUE (variant_id, seller_id, condition)
    """,
    "DROP INDEX ix_offers_seller_newest",
    "DROP INDEX uq_offers_live_variant",
    "DROP INDEX uq_offers_live_sku",
    "DROP INDEX ix_products_to_moderate",
    "ALTER TABLE offers DROP COLUMN withdrawn_at",
    "ALTER TABLE variants DROP COLUMN removed_at",
    "DROP TABLE product_slugs",
    "ALTER TABLE products DROP COLUMN pending_changes",
)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)
    with op.get_context().autocommit_block():
        for statement in _INDEXES:
            op.execute(statement)
    for statement in _REPLACED:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
