"""Tables without what slows down the loading of many rows, and with it again."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Final

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
    SELECT quote_ident(index.relname), pg_get_indexdef(index.oid), of_table.oid::regclass::text,
        quote_ident(constraints.conname)
    FROM pg_index
    JOIN pg_class AS index ON index.oid = pg_index.indexrelid
    JOIN pg_class AS of_table ON of_table.oid = pg_index.indrelid
    LEFT JOIN pg_constraint AS constraints
        ON constraints.conindid = index.oid AND constraints.contype = 'u'
    WHERE of_table.oid = ANY(CAST(%s AS regclass[])) AND NOT pg_index.indisprimary
    ORDER BY pg_get_indexdef(index.oid) NOT LIKE '%% USING gin %%', index.relname
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


class Scaffold:
    """The indexes and foreign keys of some tables, taken down and put up again.

    Checks and primary keys stay.
    """

    def __init__(self, dsn: str, tables: Sequence[str]) -> None:
        self._dsn = dsn
        self._tables = list(tables)
        self._indexes = self._ask(_INDEXES)
        self._references = self._ask(_REFERENCES)

    def take_down(self) -> None:
        statements = [f"ALTER TABLE {t} DROP CONSTRAINT {name}" for name, t, _ in self._references]
        for name, _, table, constraint in self._indexes:
            statements.append(
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint}"
                if constraint
                else f"DROP INDEX {name}"
            )
        self._run("BEGIN; " + "; ".join(statements) + "; COMMIT")

    def put_up(self, at_once: int) -> None:
        """Over `at_once` connections; what exists already is left as it is."""
        self._each([_if_missing(definition) for _, definition, _, _ in self._indexes], at_once)
        present = {name for name, _, _ in self._ask(_REFERENCES)}
        missing = [each for each in self._references if each[0] not in present]
        constraints = {name for *_, name in self._ask(_INDEXES)}
        for name, _, table, constraint in self._indexes:
            if constraint and constraint not in constraints:
                self._run(
                    f"ALTER TABLE {table} ADD CONSTRAINT {constraint} UNIQUE USING INDEX {name}"
                )
        for name, table, definition in missing:
            self._run(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition} NOT VALID")
        # Only adding them locks both tables; the rows are compared side by side.
        self._each(
            [f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}" for name, table, _ in missing],
            at_once,
        )

    def analyze(self, at_once: int) -> None:
        self._each([f"ANALYZE {table}" for table in self._tables], at_once)

    def _each(self, statements: Sequence[str], at_once: int) -> None:
        with ThreadPoolExecutor(at_once) as pool:
            for _ in pool.map(self._run, statements):
                pass

    def _run(self, statement: str) -> None:
        with closing(connect(self._dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def _ask(self, question: str) -> list[tuple[Any, ...]]:
        with closing(connect(self._dsn)) as connection, connection.cursor() as cursor:
            cursor.execute(question, (self._tables,))
            return cursor.fetchall()


def _if_missing(definition: str) -> str:
    kind, _, rest = definition.partition("INDEX ")
    return f"{kind}INDEX IF NOT EXISTS {rest}"
