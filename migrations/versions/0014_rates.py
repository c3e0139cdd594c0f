"""What shipping costs: zones of methods, handling time, and what variants weigh."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_UPGRADE = (
    """
    ALTER TABLE variants
        ADD COLUMN weight INTEGER
            CONSTRAINT ck_variants_weight_range CHECK (weight BETWEEN 0 AND 10000000)
    """,
    # Methods cost the same everywhere so far.
    """
    ALTER TABLE shipping_methods
        ADD COLUMN zones JSONB DEFAULT '[]' NOT NULL
            CONSTRAINT ck_shipping_methods_zones_listed CHECK (jsonb_typeof(zones) = 'array'),
        ADD COLUMN handling_days INTEGER DEFAULT 0 NOT NULL
            CONSTRAINT ck_shipping_methods_handling_days_range
            CHECK (handling_days BETWEEN 0 AND 90)
    """,
    """
    ALTER TABLE shipping_methods
        -- squawk-ignore ban-drop-default
        ALTER COLUMN zones DROP DEFAULT,
        -- squawk-ignore ban-drop-default
        ALTER COLUMN handling_days DROP DEFAULT
    """,
    """
    ALTER TABLE seller_orders
        ADD COLUMN handling_days INTEGER
            CONSTRAINT ck_seller_orders_handling_days_range CHECK (handling_days >= 0)
    """,
)
# Further down a method costs its price wherever it goes: its seller has to look at it.
_DOWNGRADE = (
    "ALTER TABLE seller_orders DROP COLUMN handling_days",
    "ALTER TABLE shipping_methods DROP COLUMN handling_days, DROP COLUMN zones",
    "ALTER TABLE variants DROP COLUMN weight",
)


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
