"""One open transaction, as the repositories of a unit of work share it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Engine, Executable, Select
from sqlalchemy.orm import Session

from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.events import Event
from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.mappings import INSERT_ORDER
from marketplace.infrastructure.database.queries.prepared import AnyRow
from marketplace.infrastructure.database.sql import Sql

Entity = TypeVar("Entity")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]


class _WatchedSession(Session):
    """Remembers that it has written: after a flush nothing else tells."""

    written = False

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        self.written = self.has_changes
        super().flush(objects)

    @property
    def has_changes(self) -> bool:
        return self.written or bool(
            self.new or self.deleted or any(self.is_modified(each) for each in self.dirty)
        )


class Transaction:
    """Where every statement of a unit of work passes through, with its errors translated.

    A session exists only once a mapped aggregate is asked for: orders do without.
    """

    def __init__(self, engine: Engine, now: datetime) -> None:
        """Raises `Unavailable` when no connection is to be had."""
        self.now = now
        with translated():
            self.connection = engine.connect()
        self._begun = self.connection.begin()
        self._session: _WatchedSession | None = None
        self._added: list[Any] = []
        self._seen: dict[int, AggregateRoot] = {}
        self._written = False

    @property
    def has_changes(self) -> bool:
        if self._written or self._added:
            return True
        return self._session is not None and self._session.has_changes

    def see(self, aggregate: AggregateRoot) -> None:
        """Take the events of `aggregate` along at the commit."""
        self._seen[id(aggregate)] = aggregate

    def add(self, entity: object) -> None:
        """Store a new mapped entity, at the next flush."""
        self._added.append(entity)
        if isinstance(entity, AggregateRoot):
            self.see(entity)

    def delete(self, entity: object) -> None:
        """Delete a mapped entity, at once, so that what refers to it shows here."""
        with self._flushed() as session:
            session.delete(entity)
            session.flush()

    def first(self, statement: Select[Entity]) -> Entity | None:
        """The one mapped entity that `statement` selects."""
        with self._flushed() as session:
            found = session.scalars(statement).one_or_none()
        if isinstance(found, AggregateRoot):
            self.see(found)
        return found

    def all(self, statement: Select[Entity]) -> Sequence[Entity]:
        """The mapped entities that `statement` selects."""
        with self._flushed() as session:
            found = session.scalars(statement).all()
        for each in found:
            if isinstance(each, AggregateRoot):
                self.see(each)
        return found

    def read(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        with translated():
            self._flush()
            return self.connection.execute(statement, parameters)

    def write(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        self.has_written()
        return self.read(statement, parameters)

    def run(self, statement: Sql, parameters: Mapping[str, Any]) -> list[AnyRow]:
        """`write` for what every order needs: all rows, and quickly."""
        self.has_written()
        return self.look_up(statement, parameters)

    def look_up(self, statement: Sql, parameters: Mapping[str, Any]) -> list[AnyRow]:
        """`read` in the same way."""
        with translated():
            self._flush()
            return statement.run(self.connection, parameters)

    def has_written(self) -> None:
        """Note that a statement has changed something, which has to be committed."""
        self._written = True

    def flush(self) -> None:
        with translated():
            self._flush()

    def drain_events(self) -> list[Event]:
        return [event for each in self._seen.values() for event in each.drain_events()]

    def commit(self) -> None:
        """After an error the transaction is open still, to be rolled back."""
        with translated():
            self._flush()
            self._begun.commit()
        self._close()

    def rollback(self) -> None:
        try:
            # A flush that failed has rolled back already.
            if self._begun.is_active:
                with translated():
                    self._begun.rollback()
        finally:
            self._close()

    @contextmanager
    def _flushed(self) -> Iterator[Session]:
        with translated():
            self._flush()
            yield self._open_session()

    def _flush(self) -> None:
        added, self._added = self._added, []
        # New children of known aggregates first: new aggregates may refer to them.
        if self._session is not None:
            self._session.flush()
        for kind in INSERT_ORDER if added else ():
            wanted = [each for each in added if isinstance(each, kind)]
            if wanted:
                session = self._open_session()
                session.add_all(wanted)
                session.flush()

    def _open_session(self) -> _WatchedSession:
        if self._session is None:
            self._session = _WatchedSession(
                self.connection, autoflush=False, expire_on_commit=False
            )
        return self._session

    def _close(self) -> None:
        if self._session is not None:
            # Its aggregates live on, detached.
            self._session.close()
        self.connection.close()
