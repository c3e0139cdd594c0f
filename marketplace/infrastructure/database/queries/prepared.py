"""Statements that are compiled once, and run without what SQLAlchemy does for each run.

For the reads that most requests make, that is as much work as all else in them. SQLAlchemy still
makes the text, keeps the connections and converts the values.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import repeat
from typing import Any, Final, TypeAlias

import psycopg2
from sqlalchemy import Dialect, Row, Select, TextualSelect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection
from sqlalchemy.sql.compiler import SQLCompiler

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A statement whose rows have any columns."""

Readable: TypeAlias = AnySelect | TextualSelect
"""The same, or one that was written in SQL."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_Convert = Callable[[Any], Any]
_KEPT: Final = 2_000


class Prepared:
    """A SELECT as text, with its constant parameters and what turns values into others."""

    def __init__(self, statement: Readable, compiled: SQLCompiler, dialect: Dialect) -> None:
        self.text = str(compiled)
        converted = {
            name: convert
            for name, bind in compiled.binds.items()
            if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect))
        }
        self._constants = {
            name: converted[name](value) if name in converted else value
            for name, value in compiled.params.items()
        }
        self._converted = converted
        columns = list(statement.selected_columns)
        self._results: list[tuple[int, _Convert]] = []
        for place, column in enumerate(columns):
            kind = column.type.dialect_impl(dialect)
            if convert_result := kind.result_processor(dialect, None):
                self._results.append((place, convert_result))
        names = [getattr(column, "name", "") or "" for column in columns]
        # Two of the same name are told apart by their place only.
        make_kind: Any = namedtuple
        self._row: Any = make_kind("Row", names, rename=True)

    def run(
        self, connection: PoolProxiedConnection, dialect: Dialect, parameters: Mapping[str, Any]
    ) -> list[AnyRow]:
        """All rows. Raises DBAPIError as SQLAlchemy does."""
        given = {**self._constants, **parameters}
        for name, convert in self._converted.items():
            if name in parameters:
                given[name] = convert(given[name])
        cursor = connection.cursor()
        try:
            cursor.execute(self.text, given)
            rows: Any = cursor.fetchall()
        except psycopg2.Error as error:
            raise refusal(error, dialect, connection, self.text, given) from error
        finally:
            cursor.close()
        if self._results:
            rows = [list(row) for row in rows]
            for place, converted in self._results:
                for row in rows:
                    row[place] = converted(row[place])
        # As `_make` does, without a call of Python for each.
        return list(map(tuple.__new__, repeat(self._row), rows))


def refusal(
    error: psycopg2.Error,
    dialect: Any,
    connection: PoolProxiedConnection | None = None,
    statement: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> BaseException:
    """The driver's error as SQLAlchemy's; a connection that was lost leaves the pool."""
    driver = connection and connection.dbapi_connection
    lost = dialect.is_disconnect(error, driver, None)
    if lost and connection is not None:
        connection.invalidate(error)
    return DBAPIError.instance(
        statement,
        parameters and dict(parameters),
        error,
        psycopg2.Error,
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )


@lru_cache(maxsize=_KEPT)
def prepare(statement: Readable, dialect: Dialect) -> Prepared | None:
    """The statement as it is run; it has to be the same object each time.

    None where its text depends on the parameters.
    """
    compiled = statement.compile(dialect=dialect)
    if compiled.post_compile_params:
        return None
    return Prepared(statement, compiled, dialect)
