"""The connection that queries share."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.exc import DBAPIError

from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.queries.prepared import AnyRow, AnySelect, prepare

__all__ = ["AnyRow", "AnySelect", "ReadConnection"]


class ReadConnection:
    """Taken from the pool at the first statement, given back by `close`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement, a second time on a new connection where the first was lost.

        Raises:
            Unavailable: the database does not answer.
        """
        with translated():
            try:
                return self._connected().execute(statement, parameters)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                # The server closed it while it lay in the pool; a read may simply be repeated.
                self.close()
            return self._connected().execute(statement, parameters)

    def fetch(self, statement: AnySelect, parameters: Mapping[str, Any]) -> list[AnyRow]:
        """The same with all rows, quickly; for statements that are built once and kept."""
        with translated():
            try:
                return self._run(statement, parameters)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                self.close()
            return self._run(statement, parameters)

    def _run(self, statement: AnySelect, parameters: Mapping[str, Any]) -> list[AnyRow]:
        connection = self._connected()
        prepared = prepare(statement, connection.dialect)
        if prepared is None:
            return list(connection.execute(statement, parameters).all())
        return prepared.run(connection, parameters)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection
