"""Takes the sandbox's events out as providers do: late, more than once, and in any order."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from loguru import logger

from marketplace.application.ports import Clock
from marketplace.infrastructure.payments.charges import Delivery, SandboxPost
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks

BATCH = 20
LONGEST_WAIT = timedelta(hours=1)


class SandboxCourier:
    """Hands each event to `receive` twice, signed; one that it refuses is brought again later, and
    later each time. Any number of couriers may run: each claims events of its own."""

    def __init__(
        self,
        provider: SandboxProvider,
        post: SandboxPost,
        *,
        webhooks: SandboxWebhooks,
        receive: Callable[[Mapping[str, str], bytes], object],
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._post = post
        self._webhooks = webhooks
        self._receive = receive
        self._clock = clock

    def run_once(self, limit: int = BATCH) -> int:
        """Decide what is pending long enough and take out what is due; returns how many events
        were received.

        Raises:
            Unavailable: the books cannot be had.
        """
        self._provider.settle_due(limit)
        return sum(map(self._deliver, self._post.claim(self._clock(), limit)))

    def _deliver(self, delivery: Delivery) -> bool:
        event = delivery.event
        try:
            self._receive(*self._webhooks.sign(event, self._clock()))
        except Exception as error:
            logger.opt(exception=True).error("event {} {} was refused", event.kind, event.id)
            wait = min(timedelta(seconds=2 ** min(delivery.failures + 1, 20)), LONGEST_WAIT)
            reason = f"{type(error).__name__}: {error}"[:1000]
            self._post.failed(event.id, self._clock() + wait, reason)
            return False
        self._post.delivered(event.id, self._clock())
        return True
