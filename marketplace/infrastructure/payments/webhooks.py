"""Events of the sandbox on the wire: JSON, signed after the Standard Webhooks specification."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from marketplace.application.ports import ProviderEvent, ProviderEventKind
from marketplace.domain.errors import InvalidSignature
from marketplace.domain.shared.money import Money

_ID, _TIMESTAMP, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


class SandboxWebhooks:
    """Signs events and reads signed ones; both sides know `secret`, whose bytes are the key."""

    def __init__(self, secret: bytes) -> None:
        self._webhook = Webhook(secret)

    def sign(self, event: ProviderEvent, now: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of a delivery at `now`, which is in UTC."""
        body = orjson.dumps(encode(event))
        return {
            "content-type": "application/json",
            _ID: event.id,
            _TIMESTAMP: str(int(now.timestamp())),
            _SIGNATURE: self._webhook.sign(event.id, now, body.decode()),
        }, body

    def read(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """Raises `InvalidSignature`, also where it is older or newer than five minutes."""
        try:
            self._webhook.verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            # A ValueError is of what cannot even be taken apart.
            raise InvalidSignature from None
        named = {name.lower(): value for name, value in headers.items()}
        return decode(named[_ID], orjson.loads(body))


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
