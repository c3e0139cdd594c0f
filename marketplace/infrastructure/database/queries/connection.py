"""The connection that queries share."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psycopg2
from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import PoolProxiedConnection

from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.queries.prepared import (
    AnyRow,
    AnySelect,
    Readable,
    prepare,
    refusal,
)

__all__ = ["AnyRow", "AnySelect", "ReadConnection"]

Result = TypeVar("Result")


class ReadConnection:
    """Taken from the pool at the first statement, given back by `close`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        # What `fetch` needs of a connection; all of it costs as much as a small statement.
        self._pooled: PoolProxiedConnection | None = None

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement, a second time on a new connection where the first was lost.

        Raises:
            Unavailable: the database does not answer.
        """
        return self._repeated(lambda: self._connected().execute(statement, parameters))

    def fetch(self, statement: Readable, parameters: Mapping[str, Any]) -> list[AnyRow]:
        """The same with all rows, quickly; for statements that are built once and kept."""
        return self._repeated(lambda: self._run(statement, parameters))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._pooled is not None:
            self._pooled.close()
            self._pooled = None

    def _repeated(self, run: Callable[[], Result]) -> Result:
        with translated():
            try:
                return run()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                # The server closed it while it lay in the pool; a read may simply be repeated.
                self.close()
            return run()

    def _run(self, statement: Readable, parameters: Mapping[str, Any]) -> list[AnyRow]:
        connection = self._driver()
        prepared = prepare(statement, self._engine.dialect)
        if prepared is None or self._engine.dispatch.before_cursor_execute:
            # SQLAlchemy is what tells those who listen.
            return list(self._connected().execute(statement, parameters).all())
        return prepared.run(connection, self._engine.dialect, parameters)

    def _connected(self) -> Connection:
        if self._connection is None:
            # So that it is the same one, and never two.
            self.close()
            self._connection = self._engine.connect()
        return self._connection

    def _driver(self) -> PoolProxiedConnection:
        if self._connection is not None:
            return self._connection.connection
        if self._pooled is None:
            try:
                self._pooled = self._engine.raw_connection()
            except psycopg2.Error as error:
                raise refusal(error, self._engine.dialect) from error
        return self._pooled
