"""Events of the sandbox on the wire: JSON, signed after the Standard Webhooks specification."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson

from marketplace.application.ports import ProviderEvent, ProviderEventKind
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.security.webhooks import (
    NOT_OURS,
    Webhooks,
    instant_of,
    text_of,
)

WORD_LONGEST: Final = 200
REASON_LONGEST: Final = 1000


class SandboxWebhooks:
    """Signs events and reads signed ones; both sides know `secret`, whose bytes are the key."""

    def __init__(self, secret: bytes) -> None:
        self._webhooks = Webhooks(secret)

    def sign(self, event: ProviderEvent, now: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of a delivery at `now`, which is in UTC."""
        body = orjson.dumps(encode(event))
        return self._webhooks.sign(event.id, body, now), body

    def read(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """
        Raises:
            InvalidSignature: also where it is older or newer than five minutes.
            RuleViolated: `invalid_event`, this is none of the sandbox's.
        """
        event_id = self._webhooks.verify(headers, body)
        try:
            return decode(text_of(event_id, WORD_LONGEST), orjson.loads(body))
        except (*NOT_OURS, RuleViolated):
            raise RuleViolated("invalid_event", "This is no event of the sandbox.") from None


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
    """Raises one of `NOT_OURS`, or `RuleViolated` for an amount that is too high."""
    data = document["data"]
    operation_key, reason = data["operationKey"], data["reason"]
    return ProviderEvent(
        id=event_id,
        kind=ProviderEventKind(document["type"]),
        payment_key=text_of(data["paymentKey"], WORD_LONGEST),
        operation_key=None if operation_key is None else text_of(operation_key, WORD_LONGEST),
        amount=_amount(data["amount"], data["currency"]),
        reference=text_of(data["reference"], WORD_LONGEST),
        reason=None if reason is None else text_of(reason, REASON_LONGEST),
        occurred_at=instant_of(document["timestamp"]),
    )


def _amount(amount: object, currency: object) -> Money | None:
    if amount is None and currency is None:
        return None
    if type(amount) is not int or amount < 0:
        raise ValueError("no amount")
    return Money(amount, text_of(currency, 3))
