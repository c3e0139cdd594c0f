"""Messages signed after the Standard Webhooks specification."""

from collections.abc import Mapping
from datetime import datetime

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from marketplace.domain.errors import InvalidSignature

_ID, _TIMESTAMP, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


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
