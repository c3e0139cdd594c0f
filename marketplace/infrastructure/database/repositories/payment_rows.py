"""Payments and their ledgers to rows, and back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row

from marketplace.domain.payments.ledger import Ledger, PaymentEvent
from marketplace.domain.payments.payment import Payment, RequiredAction
from marketplace.domain.shared.ids import OrderLineId, SellerOrderId
from marketplace.domain.shared.money import Money

# Column -> SQL type, for the arrays that new entries travel in.
EVENTS = {
    "position": "integer",
    "operation_id": "uuid",
    "kind": "text",
    "stage": "text",
    "amount": "bigint",
    "shares": "jsonb",
    "lines": "jsonb",
    "reason": "text",
    "reference": "text",
    "occurred_at": "timestamptz",
}


def payment_values(payment: Payment) -> dict[str, Any]:
    action = payment.next_action
    unanswered = payment.unanswered
    return {
        "id": payment.id,
        "version": payment.version,
        "order_id": payment.order_id,
        "provider": payment.provider,
        "currency": payment.amount.currency,
        "amount": payment.amount.amount,
        "captured_amount": payment.captured_amount.amount,
        "refunded_amount": payment.refunded_amount.amount,
        "status": str(payment.status),
        "reference": payment.reference,
        "next_action": orjson.dumps(vars(action)).decode() if action else None,
        "unanswered_since": min((each.requested_at for each in unanswered), default=None),
        "created_at": payment.created_at,
        "updated_at": payment.updated_at,
    }


def new_event_values(payment: Payment) -> dict[str, list[Any]]:
    """The entries that are not stored yet."""
    rows = [event_values(event) for event in payment.ledger.events[payment.stored :]]
    return {f"event_{name}": [row[name] for row in rows] for name in EVENTS}


def event_values(event: PaymentEvent) -> dict[str, Any]:
    return {
        "position": event.position,
        "operation_id": event.operation_id,
        "kind": str(event.kind),
        "stage": str(event.stage),
        "amount": event.amount.amount,
        "shares": _document({part: share.amount for part, share in event.shares.items()}),
        "lines": _document(event.lines),
        "reason": event.reason,
        "reference": event.reference,
        "occurred_at": event.occurred_at,
    }


def _document(values: Mapping[Any, int]) -> str:
    return orjson.dumps({str(key): value for key, value in values.items()}).decode()


def payment_of(row: Row[Any], events: Sequence[Row[Any]]) -> Payment:
    """`events` in the order of their positions."""
    entries = [_event_of(event, row.currency) for event in events]
    return Payment(
        id=row.id,
        version=row.version,
        order_id=row.order_id,
        provider=row.provider,
        amount=Money(row.amount, row.currency),
        status=row.status,
        reference=row.reference,
        next_action=RequiredAction(**row.next_action) if row.next_action else None,
        ledger=Ledger(row.currency, entries),
        stored=len(entries),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _event_of(row: Row[Any], currency: str) -> PaymentEvent:
    return PaymentEvent(
        position=row.position,
        operation_id=row.operation_id,
        kind=row.kind,
        stage=row.stage,
        amount=Money(row.amount, currency),
        shares={
            SellerOrderId(UUID(part)): Money(share, currency) for part, share in row.shares.items()
        },
        lines={OrderLineId(UUID(line)): quantity for line, quantity in row.lines.items()},
        reason=row.reason,
        reference=row.reference,
        occurred_at=row.occurred_at,
    )
