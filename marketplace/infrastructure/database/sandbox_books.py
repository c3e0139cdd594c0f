"""The books of the sandbox payment provider, kept in the marketplace's own database.

The provider is called outside any transaction, so each entry commits by itself.
"""

from sqlalchemy import Engine, text

from marketplace.application.ports import Clock
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.errors import translated
from marketplace.infrastructure.payments.sandbox import ChargeStatus, SandboxCharge

# The row that is there wins; updating it by nothing returns it, where DO NOTHING would not.
_RECORD = text(
    """
    INSERT INTO sandbox_charges AS charges
        (key, reference, amount, currency, status, reason, created_at, updated_at)
    VALUES (:key, :reference, :amount, :currency, :status, :reason, :now, :now)
    ON CONFLICT (key) DO UPDATE SET updated_at = charges.updated_at
    RETURNING reference, amount, currency, status, reason
    """
)
_VOID = text(
    """
    INSERT INTO sandbox_charges AS charges (key, reference, status, created_at, updated_at)
    VALUES (:key, :key, 'voided', :now, :now)
    ON CONFLICT (key) DO UPDATE SET status = 'voided', updated_at = :now
    WHERE charges.status IN ('authorized', 'captured')
    """
)


class SqlSandboxBooks:
    """Implements `infrastructure.payments.sandbox.SandboxBooks`, on an engine without transactions:
    each entry is one statement."""

    def __init__(self, engine: Engine, *, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def record(self, charge: SandboxCharge) -> SandboxCharge:
        """Write `charge` down unless its key is known; return what stands under the key.

        Raises:
            Unavailable: the database does not answer.
        """
        with translated(), self._engine.connect() as connection:
            row = connection.execute(
                _RECORD,
                {
                    "key": charge.key,
                    "reference": charge.reference,
                    "amount": charge.amount.amount,
                    "currency": charge.amount.currency,
                    "status": str(charge.status),
                    "reason": charge.reason,
                    "now": self._clock(),
                },
            ).one()
        return SandboxCharge(
            key=charge.key,
            reference=row.reference,
            amount=charge.amount if row.amount is None else Money(row.amount, row.currency),
            status=ChargeStatus(row.status),
            reason=row.reason,
        )

    def void(self, key: str) -> None:
        """Void what stands under the key, or bar the key where nothing does.

        Raises:
            Unavailable: the database does not answer.
        """
        with translated(), self._engine.connect() as connection:
            connection.execute(_VOID, {"key": key, "now": self._clock()})
