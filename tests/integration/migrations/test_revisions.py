"""Each revision goes up, down and up; together they are what the tables say; squawk agrees."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pytest_alembic import MigrationContext
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Connection, NullPool, create_engine, inspect

from tests.databases import Server
from tests.processes import ROOT

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]

BOOKKEEPING = "alembic_version"
CONFIG = ROOT / "migrations" / "alembic.ini"
# The tables of the first revision are new in it: nobody writes to them while an index is built.
FIRST = "0001"
EXCLUDED = [
    # Each revision is one transaction, which leaves nothing half done behind.
    "prefer-robust-stmts",
    # Quantities: the edge bounds them far below the limit, and the stock row has to be narrow.
    "prefer-bigint-over-int",
    # A long migration may be right; a long wait for a lock is not, and lock_timeout ends it.
    "require-statement-timeout",
]


def revisions() -> list[str]:
    script = ScriptDirectory.from_config(Config(CONFIG))
    return [revision.revision for revision in script.walk_revisions()][::-1]


@pytest.fixture
def alembic_config() -> Config:
    return Config(CONFIG)


@pytest.fixture
def alembic_engine(postgres: Server) -> Iterator[Connection]:
    """A connection to an empty database; migrations/env.py takes connections only."""
    with postgres.database() as url:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as connection:
            yield connection


def shape(connection: Connection) -> dict[str, object]:
    """Everything that a revision can create, for comparison."""
    inspector = inspect(connection)
    tables = {
        table: (
            sorted(str(column) for column in inspector.get_columns(table)),
            sorted(str(index) for index in inspector.get_indexes(table)),
            sorted(str(check) for check in inspector.get_check_constraints(table)),
            sorted(str(key) for key in inspector.get_foreign_keys(table)),
            sorted(str(key) for key in inspector.get_unique_constraints(table)),
            str(inspector.get_pk_constraint(table)),
        )
        for table in inspector.get_table_names()
        if table != BOOKKEEPING
    }
    found: dict[str, object] = {**tables, "sequences": sorted(inspector.get_sequence_names())}
    connection.rollback()
    return found


@pytest.mark.parametrize("revision", revisions())
def test_stairway(
    revision: str, alembic_runner: MigrationContext, alembic_engine: Connection
) -> None:
    alembic_runner.migrate_up_before(revision)
    before = shape(alembic_engine)
    alembic_runner.migrate_up_one()
    after = shape(alembic_engine)
    assert after != before

    alembic_runner.migrate_down_one()
    assert shape(alembic_engine) == before

    alembic_runner.migrate_up_one()
    assert shape(alembic_engine) == after


def test_alembic_check_finds_nothing_to_do(alembic_engine: Connection) -> None:
    config = Config(CONFIG, stdout=io.StringIO())
    config.attributes["connection"] = alembic_engine
    command.upgrade(config, "head")
    command.check(config)


def test_every_constraint_has_a_name_of_ours(
    alembic_runner: MigrationContext, alembic_engine: Connection
) -> None:
    alembic_runner.migrate_up_to("head")
    inspector = inspect(alembic_engine)
    names = [
        str(name)
        for table in inspector.get_table_names()
        if table != BOOKKEEPING
        for name in (
            inspector.get_pk_constraint(table)["name"],
            *(key["name"] for key in inspector.get_foreign_keys(table)),
            *(key["name"] for key in inspector.get_unique_constraints(table)),
            *(check["name"] for check in inspector.get_check_constraints(table)),
        )
    ]
    assert names
    assert [name for name in names if name.partition("_")[0] not in {"pk", "fk", "uq", "ck"}] == []


@pytest.mark.parametrize("revision", revisions())
def test_squawk_accepts_the_sql(revision: str, tmp_path: Path) -> None:
    script = ScriptDirectory.from_config(Config(CONFIG)).get_revision(revision)
    output = io.StringIO()
    config = Config(CONFIG, output_buffer=output)
    command.upgrade(config, f"{script.down_revision or 'base'}:{revision}", sql=True)
    sql = tmp_path / f"{revision}.sql"
    statements = [part for part in output.getvalue().split(";\n\n") if BOOKKEEPING not in part]
    sql.write_text(";\n\n".join(statements), encoding="utf-8")
    excluded = [*EXCLUDED, *(["require-concurrent-index-creation"] if revision == FIRST else [])]

    checked = subprocess.run(
        [
            Path(sys.executable).parent / "squawk",
            "--pg-version=15.0",
            f"--exclude={','.join(excluded)}",
            sql,
        ],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
