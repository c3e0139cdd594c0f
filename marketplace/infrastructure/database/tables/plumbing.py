"""What no area owns: the outbox, effects and their answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Named, Table, TypedColumns

from marketplace.infrastructure.database.tables.base import (
    count,
    id_of,
    instant,
    instants,
    metadata,
    primary_key,
    text,
)
from marketplace.infrastructure.database.types import Document


class OutboxColumns(TypedColumns):
    """Events as they were committed. `next_attempt_at` is also how long a claim holds."""

    id: Named[UUID] = primary_key()
    type: Named[str] = text()
    payload: Named[Mapping[str, Any]] = Column(Document)
    occurred_at: Named[datetime] = instant()
    attempts: Named[int] = count()
    next_attempt_at: Named[datetime] = instant()
    delivered_at: Named[datetime | None] = instant()
    error: Named[str | None] = text()


outbox = Table(
    "outbox",
    metadata,
    OutboxColumns,
    CheckConstraint("attempts >= 0", "attempts_range"),
    *instants("occurred_at", "next_attempt_at", "delivered_at"),
    Index("ix_outbox_due", "next_attempt_at", "id", postgresql_where="delivered_at IS NULL"),
    Index("ix_outbox_delivered", "delivered_at", postgresql_where="delivered_at IS NOT NULL"),
)


class HandledEventColumns(TypedColumns):
    handler: Named[str] = text(primary_key=True)
    event_id: Named[UUID] = id_of(primary_key=True)
    handled_at: Named[datetime] = instant()


handled_events = Table(
    "handled_events",
    metadata,
    HandledEventColumns,
    *instants("handled_at"),
    Index("ix_handled_events_handled_at", "handled_at"),
)


class IdempotencyKeyColumns(TypedColumns):
    """`makes` is the id of what the effect brought about; the answer is NULL until it is known."""

    actor: Named[str] = text(primary_key=True)
    key: Named[str] = text(primary_key=True)
    fingerprint: Named[str] = text()
    makes: Named[UUID] = id_of(index=True)
    lease_until: Named[datetime] = instant()
    created_at: Named[datetime] = instant()
    answer_status: Named[int | None] = count()
    answer_headers: Named[Mapping[str, str] | None] = Column(Document)
    answer_body: Named[bytes | None] = Column(LargeBinary)


idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    IdempotencyKeyColumns,
    CheckConstraint(
        "num_nulls(answer_status, answer_headers, answer_body) IN (0, 3)", "answer_whole"
    ),
    *instants("lease_until", "created_at"),
    Index("ix_idempotency_keys_created_at", "created_at"),
)
