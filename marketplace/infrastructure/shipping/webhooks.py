"""Events of the sandbox carrier on the wire: JSON, signed after the Standard Webhooks
specification."""

from collections.abc import Mapping
from datetime import datetime

import orjson

from marketplace.application.ports import CarrierEvent
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shipping.shipment import TEXT_LONGEST
from marketplace.domain.shipping.statuses import CarrierStatus
from marketplace.infrastructure.security.webhooks import (
    NOT_OURS,
    Webhooks,
    instant_of,
    text_of,
)


class CarrierWebhooks:
    """Signs events and reads signed ones; both sides know `secret`, whose bytes are the key."""

    def __init__(self, secret: bytes) -> None:
        self._webhooks = Webhooks(secret)

    def sign(self, event: CarrierEvent, now: datetime) -> tuple[dict[str, str], bytes]:
        """Headers and body of a delivery at `now`, which is in UTC."""
        body = orjson.dumps(
            {
                "type": event.status,
                "timestamp": event.occurred_at.isoformat(),
                "data": {"trackingNumber": event.tracking_number, "location": event.location},
            }
        )
        return self._webhooks.sign(event.id, body, now), body

    def read(self, headers: Mapping[str, str], body: bytes) -> CarrierEvent:
        """
        Raises:
            InvalidSignature: also where it is older or newer than five minutes.
            RuleViolated: `invalid_event`, this is none of the carrier's.
        """
        message_id = self._webhooks.verify(headers, body)
        try:
            document = orjson.loads(body)
            data = document["data"]
            location = data["location"]
            return CarrierEvent(
                id=text_of(message_id, TEXT_LONGEST),
                tracking_number=text_of(data["trackingNumber"], TEXT_LONGEST),
                status=CarrierStatus(document["type"]),
                occurred_at=instant_of(document["timestamp"]),
                location=None if location is None else text_of(location, TEXT_LONGEST),
            )
        except NOT_OURS:
            raise RuleViolated("invalid_event", "This is no event of the carrier.") from None
