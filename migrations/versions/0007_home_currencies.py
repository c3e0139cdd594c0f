"""Prices of products that are offered in several currencies."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# The command that migrates lists them anew.
_UNLIST = """
    DELETE FROM product_listings WHERE product_id IN (
        SELECT product_id FROM offers WHERE withdrawn_at IS NULL
        GROUP BY product_id HAVING min(price_currency) <> max(price_currency)
    )
"""
_DROP = (
    "DROP INDEX CONCURRENTLY IF EXISTS ix_product_listings_cheapest",
    "DROP INDEX CONCURRENTLY IF EXISTS ix_product_listings_dearest",
)
# Without statistics on what is indexed, filters by currency would be taken to find next to nothing.
_ANALYZE = "ANALYZE product_listings"
_UPGRADE = (
    """
    CREATE INDEX CONCURRENTLY ix_product_listings_cheapest ON product_listings (
        coalesce(price_currency, 'ZZZZ'), coalesce(price_amount, '0'::bigint), product_id
    )
    """,
    """
    CREATE INDEX CONCURRENTLY ix_product_listings_dearest ON product_listings (
        coalesce(price_currency, ''), coalesce(price_amount, '0'::bigint), product_id
    )
    """,
)
_DOWNGRADE = (
    """
    CREATE INDEX CONCURRENTLY ix_product_listings_cheapest
        ON product_listings (coalesce(price_amount, '9007199254740992'::bigint), product_id)
    """,
    """
    CREATE INDEX CONCURRENTLY ix_product_listings_dearest
        ON product_listings (coalesce(price_amount, '-1'::bigint), product_id)
    """,
)


def upgrade() -> None:
    op.execute(_UNLIST)
    with op.get_context().autocommit_block():
        for statement in (*_DROP, *_UPGRADE, _ANALYZE):
            op.execute(statement)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for statement in (*_DROP, *_DOWNGRADE):
            op.execute(statement)
