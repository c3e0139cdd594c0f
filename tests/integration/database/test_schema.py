"""The migrated database is the one that the tables describe, down to each CHECK."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from marketplace.infrastructure.database import migrations
from marketplace.infrastructure.database.tables import metadata
from tests.databases import Server
from tests.integration.database.threads import together
from tests.processes import CLI, environment, run

DESCRIPTION = text(
    """
    SELECT 'column', table_name || '.' || column_name,
        concat_ws(' ', data_type, udt_name, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT 'options', relname, array_to_string(reloptions, ',')
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')
    ORDER BY 1, 2
    """.replace("::", r"\:\:")
)


@pytest.fixture
def empty(postgres: Server) -> Iterator[Engine]:
    with postgres.database() as url:
        yield create_engine(url, poolclass=NullPool)


def description(engine: Engine) -> set[tuple[str, ...]]:
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(DESCRIPTION) if "alembic" not in row[1]}


def test_migrations_make_what_the_tables_describe(empty: Engine, database_url: str) -> None:
    metadata.create_all(empty)

    migrated = description(create_engine(database_url, poolclass=NullPool))

    assert migrated == description(empty)


def test_a_database_knows_whether_it_is_migrated(empty: Engine) -> None:
    assert migrations.current(empty) is None
    assert not migrations.is_migrated(empty)

    migrations.upgrade(empty)

    assert migrations.current(empty) == migrations.head()
    assert migrations.is_migrated(empty)
    migrations.upgrade(empty)


def test_processes_that_migrate_at_once_wait_for_each_other(empty: Engine) -> None:
    url = empty.url.render_as_string(hide_password=False)

    ended = together(lambda _: run(*CLI, "migrate", env=environment(url)).returncode, 3)

    assert ended == [0] * 3
    assert migrations.is_migrated(empty)
