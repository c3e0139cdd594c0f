"""The events of the sandbox payment provider that wait for its courier."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, Update, bindparam, case, select, update

from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.tables import sandbox_events
from marketplace.infrastructure.payments.charges import Delivery
from marketplace.infrastructure.payments.webhooks import decode

DELIVERIES = 2
"""Whoever receives events has to bear repeats, so there always are some."""

LEASE = timedelta(seconds=60)
"""How long a claimed event is left to the courier that claimed it."""

_due = (
    select(sandbox_events.c.id)
    .where(sandbox_events.c.delivered_at.is_(None), sandbox_events.c.due_at <= bindparam("now"))
    .order_by(sandbox_events.c.due_at, sandbox_events.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(sandbox_events)
    .where(sandbox_events.c.id.in_(_due.scalar_subquery()))
    .values(due_at=bindparam("until"), attempts=sandbox_events.c.attempts + 1)
    .returning(
        sandbox_events.c.id,
        sandbox_events.c.payload,
        sandbox_events.c.attempts,
        sandbox_events.c.deliveries,
    )
)
_deliveries = sandbox_events.c.deliveries + 1
_DELIVERED = (
    update(sandbox_events)
    .where(sandbox_events.c.id == bindparam("event_id"))
    .values(
        deliveries=_deliveries,
        delivered_at=case((_deliveries >= DELIVERIES, bindparam("now"))),
        due_at=bindparam("now"),
        error=None,
    )
)
_FAILED = (
    update(sandbox_events)
    .where(sandbox_events.c.id == bindparam("event_id"))
    .values(due_at=bindparam("again_at"), error=bindparam("reason"))
)


class SqlSandboxPost:
    """Implements `infrastructure.payments.charges.SandboxPost`, on an engine without transactions:
    each method is one statement."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, now: datetime, limit: int) -> Sequence[Delivery]:
        values = {"now": now, "until": now + LEASE, "most": limit}
        with translated(), self._engine.connect() as connection:
            return [
                Delivery(decode(row.id, row.payload), row.attempts - row.deliveries - 1)
                for row in connection.execute(_CLAIM, values)
            ]

    def delivered(self, event_id: str, now: datetime) -> None:
        self._note(_DELIVERED, event_id=event_id, now=now)

    def failed(self, event_id: str, again_at: datetime, error: str) -> None:
        self._note(_FAILED, event_id=event_id, again_at=again_at, reason=error)

    def _note(self, statement: Update, **values: object) -> None:
        with translated(), self._engine.connect() as connection:
            connection.execute(statement, values)
