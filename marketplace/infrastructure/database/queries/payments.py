"""What is read of payments: each with its ledger, in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from marketplace.application.actor import Actor
from marketplace.application.payments.queries import (
    NextActionView,
    PaymentDetailView,
    PaymentEventView,
    RefundLineView,
    RefundView,
)
from marketplace.domain.errors import NotFound
from marketplace.domain.payments.ledger import OperationKind, OperationState, Stage
from marketplace.domain.shared.ids import OperationId, OrderLineId, PaymentId, SellerId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection

_GET = text(
    """
    SELECT payments.*,
        (
            SELECT json_agg(json_build_object(
                'id', id, 'seller', seller_id, 'total', total,
                'captured', captured_amount, 'refunded', refunded_amount
            ) ORDER BY position)
            FROM seller_orders WHERE order_id = payments.order_id
        ) AS parts,
        (
            SELECT json_agg(json_build_object(
                'id', operation_id, 'kind', kind, 'stage', stage, 'shares', shares,
                'lines', lines, 'reason', reason, 'at', occurred_at
            ) ORDER BY position)
            FROM payment_events WHERE payment_id = payments.id
        ) AS ledger
    FROM payments JOIN orders ON orders.id = payments.order_id
    WHERE payments.id = :payment_id AND orders.finalised_at IS NOT NULL
    """
)
_STATES = {
    Stage.REQUEST: OperationState.PENDING,
    Stage.SUCCESS: OperationState.SUCCEEDED,
    Stage.FAILURE: OperationState.FAILED,
}
_Document = Mapping[str, Any]


class SqlPaymentQueries:
    """Implements `application.payments.queries.PaymentQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, payment_id: PaymentId, viewer: Actor) -> PaymentDetailView:
        """All of it for an administrator, else what pays the viewer's sellers. One statement.
        Raises `NotFound`."""
        row = self._read.execute(_GET, {"payment_id": payment_id}).first()
        parts = [] if row is None else _readable(row.parts, viewer)
        if row is None or not parts:
            raise NotFound("payment", payment_id)
        return _payment(row, parts)

    def refund(self, payment_id: PaymentId, refund_id: OperationId, viewer: Actor) -> RefundView:
        """As `get`."""
        for refund in self.get(payment_id, viewer).refunds:
            if refund.id == refund_id:
                return refund
        raise NotFound("refund", refund_id)


def _readable(parts: Iterable[_Document], viewer: Actor) -> list[_Document]:
    return [part for part in parts if viewer.reads(SellerId(UUID(part["seller"])))]


def _payment(row: AnyRow, parts: Sequence[_Document]) -> PaymentDetailView:
    def total(name: str) -> Money:
        return Money(sum(part[name] for part in parts), row.currency)

    own = {part["id"] for part in parts}
    ledger = [entry for entry in row.ledger if not own.isdisjoint(entry["shares"])]
    return PaymentDetailView(
        id=row.id,
        order_id=row.order_id,
        provider=row.provider,
        status=row.status,
        amount=total("total"),
        captured_amount=total("captured"),
        refunded_amount=total("refunded"),
        next_action=NextActionView(**row.next_action) if row.next_action else None,
        reference=row.reference,
        refunds=_refunds(row, ledger, own),
        events=[
            PaymentEventView(
                kind=OperationKind(entry["kind"]),
                stage=Stage(entry["stage"]),
                amount=_share(entry, own, row.currency),
                reason=entry["reason"],
                occurred_at=datetime.fromisoformat(entry["at"]),
            )
            for entry in ledger
        ],
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _refunds(row: AnyRow, ledger: Iterable[_Document], own: set[str]) -> list[RefundView]:
    found: dict[str, list[_Document]] = {}
    for entry in ledger:
        if entry["kind"] == OperationKind.REFUND:
            found.setdefault(entry["id"], []).append(entry)
    return [
        RefundView(
            id=OperationId(UUID(id_)),
            payment_id=row.id,
            status=_STATES[Stage(entries[-1]["stage"])],
            amount=_share(entries[0], own, row.currency),
            reason=entries[0]["reason"],
            lines=[
                RefundLineView(line_id=OrderLineId(UUID(line)), quantity=quantity)
                for line, quantity in entries[0]["lines"].items()
            ],
            created_at=datetime.fromisoformat(entries[0]["at"]),
        )
        for id_, entries in found.items()
    ]


def _share(entry: _Document, own: set[str], currency: str) -> Money:
    return Money(sum(share for part, share in entry["shares"].items() if part in own), currency)
