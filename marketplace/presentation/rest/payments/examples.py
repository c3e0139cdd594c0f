"""Payments of the documentation. Requests run on a fresh demo as they stand."""

from typing import Any

from marketplace.presentation.rest.orders.examples import ORDER, ORDER_ID

AUTHORIZED_ID = "019b8d62-8638-7250-a6cf-d798d0960579"
VOIDABLE_ID = "019b8d62-8638-727e-a297-39e4715cd681"
REFUND_ID = "019b8d62-7e68-7715-8436-92e6be85f5a6"
REFUNDED_ID = "019b8d62-8a20-79b8-9cb4-3b538a2c787a"

_TOTAL: dict[str, Any] = ORDER["total"]
_NOTHING: dict[str, Any] = {"amount": 0, "currency": "EUR"}
_WHEN: dict[str, Any] = {
    "createdAt": "2026-03-01T12:00:00Z",
    "updatedAt": "2026-03-01T12:00:00Z",
}
REFUND: dict[str, Any] = {
    "id": REFUND_ID,
    "paymentId": REFUNDED_ID,
    "status": "succeeded",
    "amount": {"amount": 100, "currency": "EUR"},
    "reason": "Damaged",
    "lines": [],
    "createdAt": "2026-03-02T08:30:00Z",
}


def _event(kind: str, stage: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "stage": stage,
        "amount": _TOTAL,
        "reason": None,
        "occurredAt": "2026-03-01T12:00:00Z",
    }


PAYMENT: dict[str, Any] = {
    **ORDER["payments"][0],
    **_WHEN,
    "orderId": ORDER_ID,
    "reference": "sbx_1f0c2b7a9d3e4c5f60718293",
    "refunds": [],
    "events": [
        _event("authorization", "request"),
        _event("authorization", "success"),
        _event("charge", "success"),
    ],
}
CAPTURED: dict[str, Any] = {
    **PAYMENT,
    "events": [
        *PAYMENT["events"][:2],
        _event("charge", "request"),
        _event("charge", "success"),
    ],
}
VOIDED: dict[str, Any] = {
    **PAYMENT,
    "status": "voided",
    "capturedAmount": _NOTHING,
    "events": [*PAYMENT["events"][:2], _event("void", "request"), _event("void", "success")],
}
