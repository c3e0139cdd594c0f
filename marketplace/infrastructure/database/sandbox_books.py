"""The sandbox provider's books, on connections of their own: to the marketplace it is elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, bindparam
from sqlalchemy.dialects.postgresql import insert

from marketplace.application.ports import Clock
from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.database.tables import sandbox_charges
from marketplace.infrastructure.payments.sandbox import ChargeStatus, SandboxCharge

_new = insert(sandbox_charges).values(
    {column.name: bindparam(column.name) for column in sandbox_charges.c}
)
# The update changes nothing: it is there so that RETURNING gives the row that stands.
_RECORD = _new.on_conflict_do_update(
    index_elements=[sandbox_charges.c.key], set_={"key": _new.excluded.key}
).returning(*sandbox_charges.c)
_VOID = _new.on_conflict_do_update(
    index_elements=[sandbox_charges.c.key],
    set_={"status": _new.excluded.status, "updated_at": _new.excluded.updated_at},
)


class SqlSandboxBooks:
    """Implements `infrastructure.payments.sandbox.SandboxBooks`, one statement a call."""

    def __init__(self, engine: Engine, *, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, charge: SandboxCharge) -> SandboxCharge:
        row = {
            "key": charge.key,
            "status": charge.status,
            "reference": charge.reference,
            "amount": charge.amount.amount,
            "currency": charge.amount.currency,
            "reason": charge.reason,
            **_times(self._clock()),
        }
        with self._connection() as connection:
            stored = connection.execute(_RECORD, row).one()
        return replace(
            charge,
            reference=stored.reference,
            status=ChargeStatus(stored.status),
            reason=stored.reason,
        )

    def void(self, key: str) -> None:
        row = {
            "key": key,
            "status": ChargeStatus.VOIDED,
            "reference": "",
            "amount": None,
            "currency": None,
            "reason": None,
            **_times(self._clock()),
        }
        with self._connection() as connection:
            connection.execute(_VOID, row)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with translated(), self._engine.connect() as connection:
            # One statement needs no BEGIN and COMMIT around it.
            yield connection.execution_options(isolation_level="AUTOCOMMIT")


def _times(now: datetime) -> dict[str, datetime]:
    return {"created_at": now, "updated_at": now}
