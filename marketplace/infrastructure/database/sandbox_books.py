"""The books of the sandbox payment provider, kept in the marketplace's own database.

The provider is called outside any transaction, so its entries are transactions of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from marketplace.application.ports import Clock
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.tables import (
    sandbox_charges,
    sandbox_events,
    sandbox_operations,
)
from marketplace.infrastructure.payments.charges import (
    ChargeStatus,
    Notice,
    Opened,
    SandboxCharge,
    SandboxOperation,
)
from marketplace.infrastructure.payments.webhooks import encode

_OPEN = Sql(
    """
    WITH opened AS (
        INSERT INTO sandbox_charges (
            key, reference, token, capture, amount, currency, captured_amount, refunded_amount,
            status, reason, settles_at, created_at, updated_at
        )
        VALUES (
            :key, :reference, :token, :capture, :amount, :currency, :captured, :refunded,
            :status, :reason, :settles_at, :now, :now
        )
        ON CONFLICT (key) DO NOTHING
        RETURNING key
    ), told AS (
        INSERT INTO sandbox_events (id, charge_key, payload, due_at, attempts, deliveries)
        SELECT :event_id, key, CAST(:payload AS jsonb), CAST(:due_at AS timestamptz), 0, 0
        FROM opened WHERE CAST(:event_id AS text) IS NOT NULL
    )
    SELECT key FROM opened
    """
)
_CHARGE = select(sandbox_charges).where(sandbox_charges.c.key == bindparam("charge_key"))
_LOCKED = _CHARGE.with_for_update()
_BY_REFERENCE = select(sandbox_charges).where(sandbox_charges.c.reference == bindparam("reference"))
_UNSETTLED = (
    select(sandbox_charges)
    .where(
        sandbox_charges.c.status == ChargeStatus.PENDING,
        sandbox_charges.c.settles_at <= bindparam("now"),
    )
    .order_by(sandbox_charges.c.settles_at)
    .limit(bindparam("most"))
)
_OPERATION = select(sandbox_operations).where(
    sandbox_operations.c.key == bindparam("operation_key")
)
_CHANGE = (
    update(sandbox_charges)
    .where(sandbox_charges.c.key == bindparam("charge_key"))
    .values(
        status=bindparam("status"),
        reason=bindparam("reason"),
        captured_amount=bindparam("captured"),
        refunded_amount=bindparam("refunded"),
        updated_at=bindparam("now"),
    )
)


class SqlSandboxBooks:
    """Implements `infrastructure.payments.charges.SandboxBooks`."""

    def __init__(self, engines: Engines, *, clock: Clock) -> None:
        self._engines = engines
        self._clock = clock

    def open(self, charge: SandboxCharge, notice: Notice | None) -> Opened:
        """One statement, unless the key is known."""
        values = {
            "key": charge.key,
            "reference": charge.reference,
            "token": charge.token,
            "capture": charge.capture,
            "amount": charge.amount and charge.amount.amount,
            "currency": charge.amount and charge.amount.currency,
            "captured": charge.captured,
            "refunded": charge.refunded,
            "status": str(charge.status),
            "reason": charge.reason,
            "settles_at": charge.settles_at,
            "event_id": notice and notice.event.id,
            "payload": notice and orjson.dumps(encode(notice.event)).decode(),
            "due_at": notice and notice.due_at,
            "now": self._clock(),
        }
        with translated():
            if _OPEN.run_alone(self._engines.single, values):
                return Opened(charge, is_new=True)
        with translated(), self._engines.single.connect() as connection:
            # Whoever was first has committed: the insert waited for that.
            row = connection.execute(_CHARGE, {"charge_key": charge.key}).one()
            return Opened(_charge(row), is_new=False)

    @contextmanager
    def locked(self, key: str) -> "Iterator[_SqlOpenCharge | None]":
        with translated(), self._engines.write.begin() as connection:
            row = connection.execute(_LOCKED, {"charge_key": key}).one_or_none()
            if row is None:
                yield None
            else:
                yield _SqlOpenCharge(connection, _charge(row), self._clock())

    def find(self, reference: str) -> SandboxCharge | None:
        with translated(), self._engines.single.connect() as connection:
            row = connection.execute(_BY_REFERENCE, {"reference": reference}).one_or_none()
        return None if row is None else _charge(row)

    def unsettled(self, now: datetime, limit: int) -> Sequence[SandboxCharge]:
        with translated(), self._engines.single.connect() as connection:
            rows = connection.execute(_UNSETTLED, {"now": now, "most": limit})
            return [_charge(row) for row in rows]


class _SqlOpenCharge:
    """Implements `infrastructure.payments.charges.OpenCharge`, in an open transaction."""

    def __init__(self, connection: Connection, charge: SandboxCharge, now: datetime) -> None:
        self.charge = charge
        self._connection = connection
        self._now = now

    def operation(self, key: str) -> SandboxOperation | None:
        row = self._connection.execute(_OPERATION, {"operation_key": key}).one_or_none()
        if row is None:
            return None
        return SandboxOperation(
            key=row.key,
            charge_key=row.charge_key,
            kind=row.kind,
            amount=Money(row.amount, row.currency),
            reference=row.reference,
            reason=row.reason,
        )

    def write(
        self,
        charge: SandboxCharge,
        notice: Notice | None,
        operation: SandboxOperation | None = None,
    ) -> None:
        self._connection.execute(
            _CHANGE,
            {
                "charge_key": charge.key,
                "status": charge.status,
                "reason": charge.reason,
                "captured": charge.captured,
                "refunded": charge.refunded,
                "now": self._now,
            },
        )
        if operation is not None:
            self._connection.execute(insert(sandbox_operations), self._row_of(operation))
        if notice is not None:
            self._connection.execute(insert(sandbox_events), _row_of(notice))

    def _row_of(self, operation: SandboxOperation) -> Mapping[str, Any]:
        return {
            "key": operation.key,
            "charge_key": operation.charge_key,
            "kind": operation.kind,
            "amount": operation.amount.amount,
            "currency": operation.amount.currency,
            "reference": operation.reference,
            "reason": operation.reason,
            "created_at": self._now,
        }


def _row_of(notice: Notice) -> Mapping[str, Any]:
    return {
        "id": notice.event.id,
        "charge_key": notice.event.payment_key,
        "payload": encode(notice.event),
        "due_at": notice.due_at,
        "attempts": 0,
        "deliveries": 0,
    }


def _charge(row: Row[Any]) -> SandboxCharge:
    return SandboxCharge(
        key=row.key,
        reference=row.reference,
        status=row.status,
        amount=None if row.amount is None else Money(row.amount, row.currency),
        token=row.token,
        capture=row.capture,
        captured=row.captured_amount,
        refunded=row.refunded_amount,
        reason=row.reason,
        settles_at=row.settles_at,
    )
