"""Payments, their ledgers, and what providers told already."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Index, Integer, Named, Table, TypedColumns

from marketplace.domain.payments.ledger import OperationKind, Stage
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OperationId, OrderId, PaymentId
from marketplace.infrastructure.database.tables.base import (
    amounts,
    count,
    currencies,
    id_of,
    instant,
    instants,
    metadata,
    minor_units,
    one_of,
    primary_key,
    text,
    words,
)
from marketplace.infrastructure.database.types import Document


class PaymentColumns(TypedColumns):
    """What is known of a payment by its ledger. `unanswered_since` tells when the oldest capture,
    refund or void was asked for that the provider has not answered."""

    id: Named[PaymentId] = primary_key()
    version: Named[int] = count()
    order_id: Named[OrderId] = id_of("orders.id", index=True)
    provider: Named[str] = text()
    currency: Named[str] = text()
    amount: Named[int] = minor_units()
    captured_amount: Named[int] = minor_units()
    refunded_amount: Named[int] = minor_units()
    status: Named[PaymentState] = words(PaymentState)
    reference: Named[str | None] = text()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()
    next_action: Named[Mapping[str, str] | None] = Column(Document)
    unanswered_since: Named[datetime | None] = instant()


payments = Table(
    "payments",
    metadata,
    PaymentColumns,
    one_of("status", PaymentState),
    CheckConstraint("captured_amount <= amount", "captured_most"),
    CheckConstraint("refunded_amount <= captured_amount", "refunded_most"),
    *currencies("currency"),
    *amounts("amount", "captured_amount", "refunded_amount"),
    *instants("created_at", "updated_at", "unanswered_since"),
    Index(
        "uq_payments_live",
        "order_id",
        unique=True,
        postgresql_where="status NOT IN ('voided', 'failed')",
    ),
    Index("ix_payments_pending", "order_id", postgresql_where="status = 'pending'"),
    Index(
        "ix_payments_unanswered",
        "unanswered_since",
        "id",
        postgresql_where="unanswered_since IS NOT NULL",
    ),
)


class PaymentEventColumns(TypedColumns):
    """The ledger, in the currency of the payment. `shares` are minor units by seller order, `lines`
    units by order line. A trigger of the database refuses to change or delete a row."""

    payment_id: Named[PaymentId] = id_of("payments.id", primary_key=True)
    position: Named[int] = Column(Integer, primary_key=True, autoincrement=False)
    operation_id: Named[OperationId] = id_of()
    kind: Named[OperationKind] = words(OperationKind)
    stage: Named[Stage] = words(Stage)
    amount: Named[int] = minor_units()
    shares: Named[Mapping[str, int]] = Column(Document)
    lines: Named[Mapping[str, int]] = Column(Document)
    reason: Named[str | None] = text()
    reference: Named[str | None] = text()
    occurred_at: Named[datetime] = instant()


payment_events = Table(
    "payment_events",
    metadata,
    PaymentEventColumns,
    one_of("kind", OperationKind),
    one_of("stage", Stage),
    CheckConstraint("position > 0", "position_range"),
    *amounts("amount"),
    *instants("occurred_at"),
    Index(
        "uq_payment_events_answer",
        "payment_id",
        "operation_id",
        "kind",
        unique=True,
        postgresql_where="stage <> 'request'",
    ),
)


class ProviderEventColumns(TypedColumns):
    provider: Named[str] = text(primary_key=True)
    event_id: Named[str] = text(primary_key=True)
    received_at: Named[datetime] = instant()


provider_events = Table(
    "provider_events",
    metadata,
    ProviderEventColumns,
    *instants("received_at"),
    Index("ix_provider_events_received_at", "received_at"),
)
