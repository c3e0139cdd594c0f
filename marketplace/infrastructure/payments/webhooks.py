"""Events of the sandbox on the wire: JSON, signed after the Standard Webhooks specification."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from marketplace.application.ports import ProviderEvent, ProviderEventKind
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.security.webhooks import Webhooks


class SandboxWebhooks:
    """Signs events and reads signed ones; both sides know `secret`, whose bytes are the key."""

    def __init__(self, secret: bytes) -> None:
        self._webhooks = Webhooks(secret)

    def sign(self, event: ProviderEvent, now: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of a delivery at `now`, which is in UTC."""
        body = orjson.dumps(encode(event))
        return self._webhooks.sign(event.id, body, now), body

    def read(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """Raises `InvalidSignature`, also where it is older or newer than five minutes."""
        return decode(self._webhooks.verify(headers, body), orjson.loads(body))


def encode(event: ProviderEvent) -> dict[str, Any]:
    """All but the id, which travels in a header."""
    return {
        "type": event.kind,
        "timestamp": event.occurred_at.isoformat(),
        "data": {
            "paymentKey": event.payment_key,
            "operationKey": event.operation_key,
            "amount": event.amount and event.amount.amount,
            "currency": event.amount and event.amount.currency,
            "reference": event.reference,
            "reason": event.reason,
        },
    }


def decode(event_id: str, document: Mapping[str, Any]) -> ProviderEvent:
    data = document["data"]
    return ProviderEvent(
        id=event_id,
        kind=ProviderEventKind(document["type"]),
        payment_key=data["paymentKey"],
        operation_key=data["operationKey"],
        amount=None if data["currency"] is None else Money(data["amount"], data["currency"]),
        reference=data["reference"],
        reason=data["reason"],
        occurred_at=datetime.fromisoformat(document["timestamp"]),
    )
