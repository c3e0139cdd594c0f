"""The outbox: events are rows of the transaction that they tell of, delivered afterwards."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import orjson
from loguru import logger
from sqlalchemy import Engine, Update, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.application.ports import Clock, IdFactory
from marketplace.application.subscriptions import Handler
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.shared.events import Event
from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.events import decode, encode
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.tables import handled_events, outbox
from marketplace.infrastructure.database.transaction import Transaction

BATCH = 100
LEASE = timedelta(seconds=60)
"""How long a claimed event is left to the relay that claimed it; a killed one loses it then."""

LONGEST_WAIT = timedelta(hours=1)

_INSERT = Sql(
    f"""
    INSERT INTO {outbox.name} (id, type, payload, occurred_at, attempts, next_attempt_at)
    SELECT id, type, payload, occurred_at, 0, :now
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:payloads AS jsonb[]),
        CAST(:instants AS timestamptz[])
    ) AS event (id, type, payload, occurred_at)
    """  # noqa: S608  a name of ours
)
_due = (
    select(outbox.c.id)
    .where(outbox.c.delivered_at.is_(None), outbox.c.next_attempt_at <= bindparam("now"))
    .order_by(outbox.c.next_attempt_at, outbox.c.id)
    .limit(bindparam("batch"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(_due.scalar_subquery()))
    .values(next_attempt_at=bindparam("until"), attempts=outbox.c.attempts + 1)
    .returning(
        outbox.c.id, outbox.c.type, outbox.c.payload, outbox.c.occurred_at, outbox.c.attempts
    )
)
_DELIVERED = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("event_ids", expanding=True)))
    .values(delivered_at=bindparam("now"), error=None)
)
_FAILED = (
    update(outbox)
    .where(outbox.c.id == bindparam("event_id"))
    .values(next_attempt_at=bindparam("until"), error=bindparam("reason"))
)
_BACKLOG = select(func.count(), func.min(outbox.c.occurred_at)).where(
    outbox.c.delivered_at.is_(None)
)
_HANDLED = select(handled_events.c.event_id).where(
    handled_events.c.handler == bindparam("handler"),
    handled_events.c.event_id == bindparam("event_id"),
)
_HANDLE = insert(handled_events).on_conflict_do_nothing()


def record(transaction: Transaction, events: Sequence[Event], new_id: IdFactory) -> None:
    """Write `events` down, all in one statement."""
    if events:
        transaction.run(
            _INSERT,
            {
                "ids": [new_id() for _ in events],
                "types": [type(event).__name__ for event in events],
                "payloads": [orjson.dumps(encode(event)).decode() for event in events],
                "instants": [event.occurred_at for event in events],
                "now": transaction.now,
            },
        )


class SqlHandledEvents:
    """Implements `application.unit_of_work.HandledEvents`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def contains(self, handler: str, event_id: UUID) -> bool:
        found = self._transaction.read(_HANDLED, {"handler": handler, "event_id": event_id})
        return found.first() is not None

    def add(self, handler: str, event_id: UUID) -> None:
        """Noting it twice is no fault."""
        self._transaction.write(
            _HANDLE,
            {"handler": handler, "event_id": event_id, "handled_at": self._transaction.now},
        )


class Backlog(NamedTuple):
    """How many events wait, and since when the oldest does."""

    pending: int
    oldest: datetime | None


class OutboxRelay:
    """Takes events from the outbox to their handlers, each at least once.

    Any number of relays may run: each claims rows of its own. Every handler gets a unit of work
    of its own from `new_uow`; one that fails is called again later, and later each time.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        new_uow: Callable[[], UnitOfWork],
        subscriptions: Mapping[type[Event], Sequence[Handler]],
        clock: Clock,
    ) -> None:
        self._engine = engine
        self._new_uow = new_uow
        self._subscriptions = subscriptions
        self._clock = clock

    def run_once(self, batch: int = BATCH) -> int:
        """Deliver what is due, at most `batch` events; returns how many were claimed.

        Raises:
            Unavailable: the database does not answer.
        """
        with translated():
            claimed = self._claim(batch)
            # Those that nobody listens to are most of them: one transaction will do.
            unheard = [each.id for each in claimed if not self._deliver(each)]
            if unheard:
                self._note(_DELIVERED, event_ids=unheard, now=self._clock())
        return len(claimed)

    def backlog(self) -> Backlog:
        with translated(), self._engine.connect() as connection:
            return Backlog(*connection.execute(_BACKLOG).one())

    def _claim(self, batch: int) -> "list[_Claimed]":
        now = self._clock()
        with self._engine.begin() as connection:
            rows = connection.execute(_CLAIM, {"now": now, "until": now + LEASE, "batch": batch})
            # RETURNING knows no order; ids grow with time.
            return sorted(_Claimed(*row) for row in rows)

    def _deliver(self, claimed: "_Claimed") -> bool:
        """Call whoever listens, and note down what became of it. False: nobody does."""
        try:
            event = decode(claimed.type, claimed.payload, claimed.occurred_at)
            handlers = self._subscriptions.get(type(event), ())
            for handle in handlers:
                handle(self._new_uow(), claimed.id, event)
        except Exception as error:
            logger.opt(exception=True).error("event {} {} failed", claimed.type, claimed.id)
            self._note(
                _FAILED,
                event_id=claimed.id,
                until=self._clock() + _wait(claimed.attempts),
                reason=f"{type(error).__name__}: {error}"[:1000],
            )
            return True
        if handlers:
            self._note(_DELIVERED, event_ids=[claimed.id], now=self._clock())
        return bool(handlers)

    def _note(self, statement: Update, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(statement, values)


class _Claimed(NamedTuple):
    id: UUID
    type: str
    payload: Mapping[str, object]
    occurred_at: datetime
    attempts: int


def _wait(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 20)), LONGEST_WAIT)
