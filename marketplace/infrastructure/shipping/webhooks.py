"""Events of the sandbox carrier on the wire: JSON, signed after the Standard Webhooks
specification."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from marketplace.application.ports import CarrierEvent
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shipping.shipment import TEXT_LONGEST
from marketplace.domain.shipping.statuses import CarrierStatus
from marketplace.infrastructure.security.webhooks import Webhooks

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class CarrierWebhooks:
    """Signs events and reads signed ones; both sides know `secret`, whose bytes are the key.

    Who signs well may still send anything: what is read is within the bounds of what is stored.
    """

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
                id=_text(message_id),
                tracking_number=_text(data["trackingNumber"]),
                status=CarrierStatus(document["type"]),
                occurred_at=_instant(document["timestamp"]),
                location=None if location is None else _text(location),
            )
        except (ValueError, TypeError, KeyError, OverflowError):
            raise RuleViolated("invalid_event", "This is no event of the carrier.") from None


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > TEXT_LONGEST:
        raise ValueError("no text, or too much of it")
    if _UNPRINTABLE.search(value):
        raise ValueError("control characters")
    return value


def _instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    # Without an offset, it compares with nothing: a TypeError.
    if not _EARLIEST <= instant < _LATEST:
        raise ValueError("not of our time")
    return instant.astimezone(UTC)
