"""The books of the sandbox payment provider, and the events that it has to tell."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Named,
    Table,
    Text,
    TypedColumns,
    false,
)
from sqlalchemy import text as sql

from marketplace.infrastructure.database.tables.base import (
    amounts,
    count,
    currencies,
    instant,
    instants,
    metadata,
    minor_units,
    one_of,
    text,
    words,
)
from marketplace.infrastructure.database.types import Document
from marketplace.infrastructure.payments.charges import ChargeStatus, OperationKind


class SandboxChargeColumns(TypedColumns):
    """The amount is NULL where a key was voided before anything was charged under it. An earlier
    release writes the columns up to `updated_at`."""

    key: Named[str] = text(primary_key=True)
    status: Named[ChargeStatus] = words(ChargeStatus)
    reference: Named[str] = text(unique=True)
    amount: Named[int | None] = minor_units()
    currency: Named[str | None] = text()
    reason: Named[str | None] = text()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()
    token: Named[str | None] = text()
    capture: Named[bool] = Column(Boolean, server_default=false())
    settles_at: Named[datetime | None] = instant()
    captured_amount: Named[int] = Column(BigInteger, server_default=sql("0"))
    refunded_amount: Named[int] = Column(BigInteger, server_default=sql("0"))


sandbox_charges = Table(
    "sandbox_charges",
    metadata,
    SandboxChargeColumns,
    one_of("status", ChargeStatus),
    CheckConstraint("(amount IS NULL) = (currency IS NULL)", "amount_whole"),
    CheckConstraint("captured_amount BETWEEN 0 AND coalesce(amount, 0)", "captured_amount_range"),
    CheckConstraint("refunded_amount BETWEEN 0 AND captured_amount", "refunded_amount_range"),
    *amounts("amount"),
    *currencies("currency"),
    *instants("created_at", "updated_at", "settles_at"),
    Index("ix_sandbox_charges_pending", "settles_at", postgresql_where="status = 'pending'"),
)


class SandboxOperationColumns(TypedColumns):
    """Captures and refunds. The reason is NULL of those that succeeded."""

    key: Named[str] = text(primary_key=True)
    charge_key: Named[str] = Column(Text, ForeignKey("sandbox_charges.key"), index=True)
    kind: Named[OperationKind] = words(OperationKind)
    amount: Named[int] = minor_units()
    currency: Named[str] = text()
    reference: Named[str] = text()
    reason: Named[str | None] = text()
    created_at: Named[datetime] = instant()


sandbox_operations = Table(
    "sandbox_operations",
    metadata,
    SandboxOperationColumns,
    one_of("kind", OperationKind),
    *amounts("amount"),
    *currencies("currency"),
    *instants("created_at"),
)


class SandboxEventColumns(TypedColumns):
    """`due_at` is also how long a claim holds."""

    id: Named[str] = text(primary_key=True)
    charge_key: Named[str] = Column(Text, ForeignKey("sandbox_charges.key"), index=True)
    payload: Named[Mapping[str, Any]] = Column(Document)
    due_at: Named[datetime] = instant()
    attempts: Named[int] = count()
    deliveries: Named[int] = count()
    delivered_at: Named[datetime | None] = instant()
    error: Named[str | None] = text()


sandbox_events = Table(
    "sandbox_events",
    metadata,
    SandboxEventColumns,
    CheckConstraint("deliveries BETWEEN 0 AND attempts", "deliveries_range"),
    *instants("due_at", "delivered_at"),
    Index("ix_sandbox_events_due", "due_at", "id", postgresql_where="delivered_at IS NULL"),
    Index(
        "ix_sandbox_events_delivered", "delivered_at", postgresql_where="delivered_at IS NOT NULL"
    ),
)
