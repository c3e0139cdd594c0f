"""Pictures of products."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_UPGRADE = (
    "ALTER TABLE products ADD COLUMN cover TEXT",
    """
    CREATE TABLE media (
        id UUID NOT NULL,
        product_id UUID NOT NULL,
        variant_id UUID,
        position INTEGER NOT NULL,
        folder TEXT NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        alt TEXT,
        created_at TIMESTAMP WITH TIME ZONE NOT NULL,
        unused_since TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_media PRIMARY KEY (id),
        CONSTRAINT ck_media_numbers_range CHECK (position >= 0 AND width >= 0 AND height >= 0),
        CONSTRAINT ck_media_created_at_range
            CHECK (created_at >= '1900-01-01 00:00:00+00'
                AND created_at < '2200-01-01 00:00:00+00'),
        CONSTRAINT ck_media_unused_since_range
            CHECK (unused_since >= '1900-01-01 00:00:00+00'
                AND unused_since < '2200-01-01 00:00:00+00'),
        CONSTRAINT fk_media_product_id FOREIGN KEY(product_id) REFERENCES products (id),
        CONSTRAINT fk_media_variant_id FOREIGN KEY(variant_id) REFERENCES variants (id)
    )
    """,
    "CREATE INDEX ix_media_variant_id ON media (variant_id)",
    """
    CREATE INDEX ix_media_product ON media (product_id, position) WHERE unused_since IS NULL
    """,
    """
    CREATE INDEX ix_media_unused ON media (unused_since, id) WHERE unused_since IS NOT NULL
    """,
)
_DOWNGRADE = ("DROP TABLE media", "ALTER TABLE products DROP COLUMN cover")


def upgrade() -> None:
    for statement in _UPGRADE:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWNGRADE:
        op.execute(statement)
