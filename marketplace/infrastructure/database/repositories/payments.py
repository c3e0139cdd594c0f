"""Payments, as rows: see `mappings` for why."""

from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from marketplace.domain.errors import NotFound, Stale
from marketplace.domain.payments.payment import Payment, PaymentState
from marketplace.domain.shared.ids import OrderId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.tables import payments
from marketplace.infrastructure.database.transaction import Transaction

_DEAD = (PaymentState.VOIDED, PaymentState.FAILED)
_INSERT = insert(payments)
_OF_ORDER = (
    select(payments)
    .where(payments.c.order_id == bindparam("its_order"))
    .order_by(payments.c.status.in_(_DEAD), payments.c.created_at.desc(), payments.c.id.desc())
    .limit(1)
)
_SAVE = (
    update(payments)
    .where(payments.c.id == bindparam("its_id"), payments.c.status == PaymentState.PENDING)
    .values(
        {
            name: bindparam(name, type_=payments.c[name].type)
            for name in (
                "version",
                "status",
                "captured_amount",
                "refunded_amount",
                "reference",
                "updated_at",
            )
        }
    )
)


class SqlPaymentRepository:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, payment: Payment) -> None:
        self._transaction.see(payment)
        self._transaction.write(
            _INSERT,
            _changing(payment)
            | {
                "id": payment.id,
                "order_id": payment.order_id,
                "provider": payment.provider,
                "currency": payment.amount.currency,
                "amount": payment.amount.amount,
                "created_at": payment.created_at,
            },
        )

    def of_order(self, order_id: OrderId) -> Payment:
        """The live payment of an order, else the last that there was. Raises `NotFound`."""
        row = self._transaction.read(_OF_ORDER, {"its_order": order_id}).first()
        if row is None:
            raise NotFound("payment of order", order_id)
        payment = _payment(row)
        self._transaction.see(payment)
        return payment

    def save(self, payment: Payment) -> None:
        """Store a payment that was pending when it was read. One statement.

        Raises:
            Stale: it is no longer pending.
        """
        self._transaction.see(payment)
        saved = self._transaction.write(_SAVE, _changing(payment) | {"its_id": payment.id})
        if saved.rowcount == 0:
            raise Stale("payment")


def _changing(payment: Payment) -> dict[str, Any]:
    return {
        "version": payment.version,
        "status": payment.status,
        "captured_amount": payment.captured_amount.amount,
        "refunded_amount": payment.refunded_amount.amount,
        "reference": payment.reference,
        "updated_at": payment.updated_at,
    }


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        id=row.id,
        version=row.version,
        order_id=row.order_id,
        provider=row.provider,
        amount=Money(row.amount, row.currency),
        status=row.status,
        captured_amount=Money(row.captured_amount, row.currency),
        refunded_amount=Money(row.refunded_amount, row.currency),
        reference=row.reference,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
