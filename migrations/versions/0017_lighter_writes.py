"""The keys of numbers made in less time, and no indexes of products that nothing reads."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# The same keys as before, so that the index stays: a row of the array for each number.
_NUMBERS = """
    CREATE OR REPLACE FUNCTION listing_numbers(choices jsonb) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
    RETURN ARRAY(
        SELECT ARRAY[
            name || left(hexadecimal, 1), name || left(hexadecimal, 2),
            name || left(hexadecimal, 3), name || left(hexadecimal, 4),
            name || left(hexadecimal, 5), name || left(hexadecimal, 6),
            name || left(hexadecimal, 7), name || left(hexadecimal, 8)
        ]
        FROM (
            SELECT (number ->> 'key') || ':' AS name, encode(float8send(least(greatest(
                jsonb_path_query_first(number, '$.value.double()')::numeric, -1e308
            ), 1e308)::float8), 'hex') AS hexadecimal
            FROM jsonb_path_query(
                choices, '$.*[*].keyvalue() ? (exists (@.value.double()))'
            ) AS number
            OFFSET 0
        ) AS written
    )
"""
_NUMBERS_BEFORE = """
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
_NOW = {"ix_products_category": "(category_id, status, seller_id)"}
# Public lists read listings instead, since there are any.
_BEFORE = {
    "ix_products_category_id": "(category_id)",
    "ix_products_published_newest": "(created_at, id) WHERE status = 'published'",
    "ix_products_published_name": "(name, id) WHERE status = 'published'",
    "ix_products_published_category": "(category_id, created_at, id) WHERE status = 'published'",
}


def _replace(old: dict[str, str], new: dict[str, str]) -> None:
    with op.get_context().autocommit_block():
        for name, definition in new.items():
            # What was broken off is left invalid, and begun again.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY {name} ON products {definition}")
        for name in old:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def upgrade() -> None:
    op.execute(_NUMBERS)
    _replace(_BEFORE, _NOW)


def downgrade() -> None:
    op.execute(_NUMBERS_BEFORE)
    _replace(_NOW, _BEFORE)
