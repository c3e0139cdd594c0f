"""Statements in SQL that are run without what SQLAlchemy does for each run.

An order takes a dozen of them, and what SQLAlchemy does for those took as long as all rules of
ordering. It still reads the parameters, and keeps connections and transactions.
"""

from collections import namedtuple
from collections.abc import Mapping
from itertools import repeat
from typing import Any

import psycopg2
from sqlalchemy import Connection, Dialect, Engine, text
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2

from marketplace.infrastructure.database.queries.prepared import AnyRow, refusal

_DRIVER = PGDialect_psycopg2()  # type: ignore[no-untyped-call]


class Sql:
    """One statement, with `:name` for each parameter. It is given what the driver takes: no
    documents, but JSON as text."""

    def __init__(self, statement: str) -> None:
        self._clause = text(statement)
        self._text = str(self._clause.compile(dialect=_DRIVER))
        self._row: Any = None

    def run(self, connection: Connection, parameters: Mapping[str, Any]) -> list[AnyRow]:
        """All rows of it, if it has rows. Raises DBAPIError as SQLAlchemy does."""
        if connection.engine.dispatch.before_cursor_execute:
            # SQLAlchemy is what tells those who listen.
            found = connection.execute(self._clause, parameters)
            return list(found.all()) if found.returns_rows else []
        return self._run(connection.connection, connection.dialect, parameters)

    def run_alone(self, engine: Engine, parameters: Mapping[str, Any]) -> list[AnyRow]:
        """The same on a connection of an engine without transactions."""
        if engine.dispatch.before_cursor_execute:
            with engine.connect() as connection:
                return self.run(connection, parameters)
        try:
            pooled = engine.raw_connection()
        except psycopg2.Error as error:
            raise refusal(error, engine.dialect) from error
        try:
            return self._run(pooled, engine.dialect, parameters)
        finally:
            pooled.close()

    def _run(self, pooled: Any, dialect: Dialect, parameters: Mapping[str, Any]) -> list[AnyRow]:
        cursor = pooled.cursor()
        try:
            cursor.execute(self._text, parameters)
            if cursor.description is None:
                return []
            rows = cursor.fetchall()
        except psycopg2.Error as error:
            raise refusal(error, dialect, pooled, self._text, parameters) from error
        finally:
            cursor.close()
        if self._row is None:
            make: Any = namedtuple
            self._row = make("Row", [column.name for column in cursor.description], rename=True)
        # As `_make` does, without a call of Python for each.
        return list(map(tuple.__new__, repeat(self._row), rows))
