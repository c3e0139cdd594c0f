"""Tables without what slows down the loading of many rows, and with it again."""

from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Final, NamedTuple

import psycopg2
import psycopg2.extensions as pg

# For one session, and within what a small machine has.
_SETTINGS: Final = (
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '256MB'",
    "SET work_mem = '64MB'",
    # The connections work side by side already.
    "SET max_parallel_maintenance_workers = 0",
    "SET max_parallel_workers_per_gather = 0",
    "SET statement_timeout = 0",
    "SET idle_in_transaction_session_timeout = 0",
    "SET timezone = 'UTC'",
)
# The index of a unique constraint is made as an index first, beside the others.
_INDEXES: Final = """
    SELECT quote_ident(index.relname), of_table.oid::regclass::text, pg_get_indexdef(index.oid),
        quote_ident(constraints.conname), pg_am.amname = 'gin'
    FROM pg_index
    JOIN pg_class AS index ON index.oid = pg_index.indexrelid
    JOIN pg_class AS of_table ON of_table.oid = pg_index.indrelid
    JOIN pg_am ON pg_am.oid = index.relam
    LEFT JOIN pg_constraint AS constraints
        ON constraints.conindid = index.oid AND constraints.contype = 'u'
    WHERE of_table.oid = ANY(CAST(%s AS regclass[])) AND NOT pg_index.indisprimary
    ORDER BY index.relname
"""
_REFERENCES: Final = """
    SELECT quote_ident(conname), conrelid::regclass::text, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY(CAST(%s AS regclass[]))
    ORDER BY conname
"""


def connect(dsn: str) -> pg.connection:
    """A connection for loading, which commits each statement."""
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for setting in _SETTINGS:
            cursor.execute(setting)
    return connection


class _Index(NamedTuple):
    """`words` are indexed by one of the kind that takes longest to make."""

    name: str
    table: str
    definition: str
    constraint: str | None
    words: bool


class _Reference(NamedTuple):
    name: str
    table: str
    definition: str


class Scaffold:
    """The indexes and foreign keys of some tables, taken down and put up again.

    Checks and primary keys stay.
    """

    def __init__(self, dsn: str, tables: Sequence[str]) -> None:
        self._dsn = dsn
        self._tables = list(tables)
        self._indexes = self._present_indexes()
        self._references = self._present_references()

    def take_down(self) -> None:
        statements = [f"ALTER TABLE {e.table} DROP CONSTRAINT {e.name}" for e in self._references]
        statements += [
            f"ALTER TABLE {index.table} DROP CONSTRAINT {index.constraint}"
            if index.constraint
            else f"DROP INDEX {index.name}"
            for index in self._indexes
        ]
        self._run("BEGIN; " + "; ".join(statements) + "; COMMIT")

    def put_up(self, at_once: int) -> None:
        """By `at_once` processors, with statistics; what exists already is left as it is."""
        for index in self._indexes:
            if index.words:
                self._run(_parallel(at_once), _if_missing(index.definition))
        present = set(self._present_references())
        missing = [each for each in self._references if each not in present]
        # Adding them locks both tables, validating hardly one of them.
        for each in missing:
            self._run(
                f"ALTER TABLE {each.table} ADD CONSTRAINT {each.name} {each.definition} NOT VALID"
            )
        constraints = {each.constraint for each in self._present_indexes()}
        with ThreadPoolExecutor(at_once) as pool:
            # Those that refer to others come last, and take longest.
            chains = [list(self._finish(table, missing, constraints)) for table in self._tables]
            for _ in pool.map(lambda chain: self._run(*chain), reversed(chains)):
                pass

    def _finish(
        self, table: str, missing: Sequence[_Reference], constraints: Container[str | None]
    ) -> Iterator[str]:
        """What is left to do for a table, one after the other, as each locks it for the others."""
        for index in self._indexes:
            if index.table == table:
                yield _if_missing(index.definition)
                if index.constraint and index.constraint not in constraints:
                    yield (
                        f"ALTER TABLE {table} ADD CONSTRAINT {index.constraint}"
                        f" UNIQUE USING INDEX {index.name}"
                    )
        for each in missing:
            if each.table == table:
                yield f"ALTER TABLE {table} VALIDATE CONSTRAINT {each.name}"
        yield f"ANALYZE {table}"

    def _run(self, *statements: str) -> None:
        with closing(connect(self._dsn)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def _present_indexes(self) -> list[_Index]:
        return [_Index(*row) for row in self._ask(_INDEXES)]

    def _present_references(self) -> list[_Reference]:
        return [_Reference(*row) for row in self._ask(_REFERENCES)]

    def _ask(self, question: str) -> list[tuple[Any, ...]]:
        with closing(connect(self._dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(question, (self._tables,))
            return cursor.fetchall()


def _parallel(at_once: int) -> str:
    """From PostgreSQL 18 on, indexes of words are made by several processes."""
    return f"SET max_parallel_maintenance_workers = {at_once - 1}"


def _if_missing(definition: str) -> str:
    kind, _, rest = definition.partition("INDEX ")
    return f"{kind}INDEX IF NOT EXISTS {rest}"
