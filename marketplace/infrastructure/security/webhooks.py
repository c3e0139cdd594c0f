"""Messages signed after the Standard Webhooks specification.

Who signs well may still send anything: what is read is within the bounds of what is stored.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from marketplace.domain.errors import InvalidSignature
from marketplace.domain.shared.instants import EARLIEST, LATEST

_ID, _TIMESTAMP, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
NOT_OURS = (ValueError, TypeError, KeyError, OverflowError)
"""What taking a document apart raises that is not of the form expected."""


class Webhooks:
    """Signs bodies and verifies signed ones; both sides know `secret`, whose bytes are the key."""

    def __init__(self, secret: bytes) -> None:
        self._webhook = Webhook(secret)

    def sign(self, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
        """The headers of a delivery at `now`, which is in UTC."""
        return {
            "content-type": "application/json",
            _ID: message_id,
            _TIMESTAMP: str(int(now.timestamp())),
            _SIGNATURE: self._webhook.sign(message_id, now, body.decode()),
        }

    def verify(self, headers: Mapping[str, str], body: bytes) -> str:
        """The id of the message, which was signed with it. Raises `InvalidSignature`, also where
        it is older or newer than five minutes."""
        try:
            self._webhook.verify(body, dict(headers), json_parse=False)
        except (WebhookVerificationError, ValueError):
            # A ValueError is of what cannot even be taken apart.
            raise InvalidSignature from None
        return next(value for name, value in headers.items() if name.lower() == _ID)


def text_of(value: object, longest: int) -> str:
    """Raises `ValueError`: no text, or too much of it."""
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise ValueError("no text, or too much of it")
    if _UNPRINTABLE.search(value):
        raise ValueError("control characters")
    return value


def instant_of(value: str) -> datetime:
    """In UTC. Raises one of `NOT_OURS`."""
    instant = datetime.fromisoformat(value)
    # Without an offset, it compares with nothing: a TypeError.
    if not EARLIEST <= instant < LATEST:
        raise ValueError("not of our time")
    return instant.astimezone(UTC)
