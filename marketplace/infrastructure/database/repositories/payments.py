"""Payments, as rows: see `mappings` for why. A write is one statement, ledger included."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, select, text

from marketplace.domain.errors import NotFound
from marketplace.domain.payments.payment import Payment
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OrderId, PaymentId
from marketplace.infrastructure.database.repositories.payment_rows import (
    EVENTS,
    new_event_values,
    payment_of,
    payment_values,
)
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.tables import payment_events, payments, provider_events
from marketplace.infrastructure.database.transaction import Transaction

_DEAD = (PaymentState.VOIDED, PaymentState.FAILED)
_NEVER_CHANGED = ("id", "order_id", "provider", "currency", "amount", "created_at")
_CHANGING = (
    "version",
    "status",
    "captured_amount",
    "refunded_amount",
    "reference",
    "next_action",
    "unanswered_since",
    "updated_at",
)
_given = ", ".join(f"CAST(:event_{name} AS {kind}[])" for name, kind in EVENTS.items())
_LEDGER = f"""
    INSERT INTO payment_events (payment_id, {", ".join(EVENTS)})
    SELECT :id, {", ".join(EVENTS)} FROM unnest({_given}) AS given ({", ".join(EVENTS)})
"""  # noqa: S608  column names of ours
_INSERT = Sql(
    f"""
    WITH added AS (
        INSERT INTO payments ({", ".join((*_NEVER_CHANGED, *_CHANGING))})
        VALUES ({", ".join(f":{name}" for name in (*_NEVER_CHANGED, *_CHANGING))})
    )
    {_LEDGER}
    """  # noqa: S608  column names of ours
)
_SAVE = Sql(
    f"""
    WITH saved AS (
        UPDATE payments SET {", ".join(f"{name} = :{name}" for name in _CHANGING)} WHERE id = :id
    )
    {_LEDGER}
    """  # noqa: S608  column names of ours
)
_BY_ID = select(payments).where(payments.c.id == bindparam("its_id"))
_LOCKED = _BY_ID.with_for_update()
_ORDER_OF = select(payments.c.order_id).where(payments.c.id == bindparam("its_id"))
_OF_ORDER = (
    select(payments)
    .where(payments.c.order_id == bindparam("its_order"))
    .order_by(payments.c.status.in_(_DEAD), payments.c.created_at.desc(), payments.c.id.desc())
    .limit(1)
)
_UNANSWERED = (
    select(payments)
    .where(payments.c.unanswered_since <= bindparam("before"))
    .order_by(payments.c.unanswered_since, payments.c.id)
    .limit(bindparam("most"))
)
_EVENTS_OF = (
    select(payment_events)
    .where(payment_events.c.payment_id.in_(bindparam("payments", expanding=True)))
    .order_by(payment_events.c.payment_id, payment_events.c.position)
)
_NOTE_EVENT = text(
    f"""
    INSERT INTO {provider_events.name} (provider, event_id, received_at)
    VALUES (:provider, :event_id, :now)
    ON CONFLICT DO NOTHING
    """  # noqa: S608  a name of ours
)


class SqlPaymentRepository:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, payment: Payment) -> None:
        self._write(_INSERT, payment)

    def get(self, payment_id: PaymentId) -> Payment:
        """Raises `NotFound`."""
        return self._one(_BY_ID, payment_id)

    def get_for_update(self, payment_id: PaymentId) -> Payment:
        """As `get`; others that want it for update wait until this transaction ends."""
        return self._one(_LOCKED, payment_id)

    def order_of(self, payment_id: PaymentId) -> OrderId:
        """The order that it pays. Raises `NotFound`."""
        found = self._transaction.read(_ORDER_OF, {"its_id": payment_id}).scalar_one_or_none()
        if found is None:
            raise NotFound("payment", payment_id)
        return OrderId(found)

    def of_order(self, order_id: OrderId) -> Payment:
        """The live payment of an order, else the last that there was. Raises `NotFound`."""
        rows = self._transaction.read(_OF_ORDER, {"its_order": order_id}).all()
        if not rows:
            raise NotFound("payment of order", order_id)
        return self._whole(rows)[0]

    def find_by_key(self, provider_key: str) -> Payment | None:
        """By the key that the provider was given."""
        kind, _, id_ = provider_key.partition("-")
        try:
            return self.get(PaymentId(UUID(id_))) if kind == "payment" else None
        except (ValueError, NotFound):
            return None

    def unanswered(self, requested_before: datetime, limit: int) -> Sequence[Payment]:
        """Payments with a capture, refund or void that the provider has not answered, the oldest
        first."""
        asked = {"before": requested_before, "most": limit}
        return self._whole(self._transaction.read(_UNANSWERED, asked).all())

    def save(self, payment: Payment) -> None:
        """Append what is new in the ledger, and store what follows from it.

        Raises:
            Stale: somebody else has appended to it.
        """
        self._write(_SAVE, payment)

    def _write(self, statement: Sql, payment: Payment) -> None:
        self._transaction.see(payment)
        values = payment_values(payment) | new_event_values(payment)
        self._transaction.run(statement, values)
        payment.stored = len(payment.ledger.events)

    def _one(self, statement: Any, payment_id: PaymentId) -> Payment:
        rows = self._transaction.read(statement, {"its_id": payment_id}).all()
        if not rows:
            raise NotFound("payment", payment_id)
        return self._whole(rows)[0]

    def _whole(self, rows: Sequence[Row[Any]]) -> list[Payment]:
        """With their ledgers. These are read after the rows, which may have been waited for."""
        if not rows:
            return []
        events: dict[UUID, list[Row[Any]]] = {row.id: [] for row in rows}
        for event in self._transaction.read(_EVENTS_OF, {"payments": list(events)}):
            events[event.payment_id].append(event)
        found = [payment_of(row, events[row.id]) for row in rows]
        for payment in found:
            self._transaction.see(payment)
        return found


class SqlProviderEvents:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, provider: str, event_id: str) -> bool:
        """False: it was told before."""
        noted = self._transaction.read(
            _NOTE_EVENT,
            {"provider": provider, "event_id": event_id, "now": self._transaction.now},
        )
        if noted.rowcount:
            self._transaction.has_written()
        return bool(noted.rowcount)
