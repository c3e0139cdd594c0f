"""The migrated database is the one that the tables describe, down to each CHECK."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from marketplace.infrastructure.database import migrations, revision
from marketplace.infrastructure.database.tables import metadata
from tests.databases import Server
from tests.integration.database.threads import together
from tests.processes import CLI, environment, run, wait_until

# The advisory lock of migrations/env.py, which only Alembic can import.
LOCK = 7_203_144_915_082_001
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
    UNION ALL
    -- Triggers are made by the migrations alone.
    SELECT 'function', proname, pg_get_functiondef(oid)
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype
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
    assert revision.current(empty) is None

    migrations.upgrade(empty)

    assert revision.current(empty) == revision.HEAD == migrations.head()
    migrations.upgrade(empty)


def test_processes_that_migrate_at_once_wait_for_each_other(empty: Engine) -> None:
    url = empty.url.render_as_string(hide_password=False)

    ended = together(lambda _: run(*CLI, "migrate", env=environment(url)).returncode, 3)

    assert ended == [0] * 3
    assert revision.current(empty) == revision.HEAD


def test_a_migration_that_takes_long_is_waited_for(empty: Engine) -> None:
    url = empty.url.render_as_string(hide_password=False)
    waited = text(
        "SELECT max(now() - backend_start) > interval '2.5 s' FROM pg_stat_activity"
        " WHERE datname = current_database() AND query ~ '^(SELECT pg_try_advisory|COMMIT)'"
        " AND pid NOT IN (pg_backend_pid(), :first)"
    )
    take, give = (text(f"SELECT pg_advisory_{verb}({LOCK})") for verb in ("lock", "unlock"))

    def waits_longer_than_for_a_table() -> bool:
        with empty.connect() as looking:
            return bool(looking.execute(waited, {"first": holder}).scalar_one())

    with ThreadPoolExecutor() as threads, empty.connect() as first:
        first.execute(take)
        holder = first.execute(text("SELECT pg_backend_pid()")).scalar_one()
        first.commit()
        second = threads.submit(run, *CLI, "migrate", env=environment(url))
        try:
            wait_until(waits_longer_than_for_a_table, timeout=20, what="a second that waits")
            assert not second.done()
        finally:
            first.execute(give)
            first.commit()

        assert second.result().returncode == 0
