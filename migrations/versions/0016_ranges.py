"""Numbers of listings in the index that searches use."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_INDEX = "ix_product_listings_search"
_NUMBERS = """
    CREATE OR REPLACE FUNCTION listing_numbers(choices jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
    RETURN ARRAY(
        SELECT (number ->> 'key') || ':' || left(hexadecimal, digits)
        FROM (
            SELECT number, encode(float8send(least(greatest(
                jsonb_path_query_first(number, '$.value.double()')::numeric, -1e308
            ), 1e308)::float8), 'hex') AS hexadecimal
            FROM jsonb_path_query(
                choices, '$.*[*].keyvalue() ? (exists (@.value.double()))'
            ) AS number
            OFFSET 0
        ) AS written
        CROSS JOIN generate_series(1, 8) AS digits
    )
"""
# Without statistics on them, any range would be taken to find next to nothing.
_ANALYZE = "ANALYZE product_listings"


def _replace(columns: str) -> tuple[str, ...]:
    """Searches always have one index or the other; what was broken off is begun again."""
    return (
        f"DROP INDEX CONCURRENTLY IF EXISTS {_INDEX}_next",
        f"""
        CREATE INDEX CONCURRENTLY {_INDEX}_next
            ON product_listings USING gin ({columns}) WITH (fastupdate = off)
        """,
        f"DROP INDEX CONCURRENTLY IF EXISTS {_INDEX}",
        # Nothing asks for it by its name.
        f"-- squawk-ignore renaming-object\nALTER INDEX {_INDEX}_next RENAME TO {_INDEX}",
    )


def upgrade() -> None:
    op.execute(_NUMBERS)
    with op.get_context().autocommit_block():
        for statement in _replace("search, shelf, terms, listing_numbers(choices)"):
            op.execute(statement)
        op.execute(_ANALYZE)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for statement in _replace("search, shelf, terms"):
            op.execute(statement)
    op.execute("DROP FUNCTION listing_numbers")
