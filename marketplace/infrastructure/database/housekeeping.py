"""Rows that have had their time: what the worker removes, so that no table grows for ever."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Engine, Table, bindparam, delete, select, tuple_
from sqlalchemy.sql.schema import Column

from marketplace.application.idempotency import RETENTION
from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.tables import (
    carts,
    handled_events,
    idempotency_keys,
    imports,
    login_throttle,
    outbox,
    provider_events,
    refresh_families,
    sandbox_events,
)

BATCH = 1000
KEPT = timedelta(days=30)
"""How long delivered events, and sessions that are over, can still be looked at."""

TOLD = timedelta(days=7)
"""How long events that the sandbox has told can still be looked at."""


def _expired(table: Table[Any], instant: Column[Any]) -> Delete:
    """Delete the oldest rows by `instant`, few at a time, and none that is in use."""
    key = tuple_(*table.primary_key.columns)
    oldest = (
        select(*table.primary_key.columns)
        .where(instant < bindparam("before"))
        .order_by(instant)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    return delete(table).where(key.in_(oldest))


_CARTS = _expired(carts, carts.c.updated_at)
# Events are forgotten last: while one may be delivered again, its handlers have to know it.
_RULES = (
    (_expired(idempotency_keys, idempotency_keys.c.created_at), RETENTION),
    (_expired(login_throttle, login_throttle.c.resets_at), timedelta()),
    (_expired(refresh_families, refresh_families.c.expires_at), KEPT),
    (_expired(imports, imports.c.finished_at), KEPT),
    (_expired(provider_events, provider_events.c.received_at), KEPT),
    (_expired(outbox, outbox.c.delivered_at), KEPT),
    (_expired(sandbox_events, sandbox_events.c.delivered_at), TOLD),
    (_expired(handled_events, handled_events.c.handled_at), 2 * KEPT),
)


def purge(engine: Engine, now: datetime, *, keep_carts: timedelta = KEPT) -> int:
    """Remove what has had its time, at most a thousand rows of each table; returns how many went.
    Carts have it once nothing was put into them for `keep_carts`.

    Raises:
        Unavailable: the database does not answer.
    """
    removed = 0
    for statement, kept in (*_RULES, (_CARTS, keep_carts)):
        with translated(), engine.begin() as connection:
            removed += connection.execute(statement, {"before": now - kept}).rowcount
    return removed
