"""The connection that queries share."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, CursorResult, Engine, Executable, Row, Select
from sqlalchemy.exc import DBAPIError

from marketplace.infrastructure.database.errors import translated

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A statement whose rows have any columns."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]


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

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection
