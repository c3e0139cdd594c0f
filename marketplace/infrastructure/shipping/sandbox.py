"""The sandbox carrier: it carries nothing, and walks each parcel to the door all the same.

What becomes of a parcel follows from its number: most are delivered, a few fail at the door and are
returned. It tells each step by a signed event, as a carrier elsewhere would.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple, Protocol

from loguru import logger

from marketplace.application.ports import CarrierEvent, Clock
from marketplace.domain.shared.ids import ShipmentId
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from marketplace.infrastructure.shipping.webhooks import CarrierWebhooks

BATCH = 20
STEPS_TO_THE_DOOR = 3
ONE_FAILS_OF = 12
USUAL_PACE = timedelta(days=1)
"""What is estimated by where parcels are not walked."""

_NEXT: Mapping[ShipmentStatus, CarrierStatus] = {
    ShipmentStatus.CREATED: CarrierStatus.IN_TRANSIT,
    ShipmentStatus.IN_TRANSIT: CarrierStatus.OUT_FOR_DELIVERY,
    ShipmentStatus.OUT_FOR_DELIVERY: CarrierStatus.DELIVERED,
    ShipmentStatus.FAILED: CarrierStatus.RETURNED,
}
WALKED = frozenset(_NEXT)
_PLACES: Mapping[CarrierStatus, str] = {
    CarrierStatus.IN_TRANSIT: "Parcel centre",
    CarrierStatus.OUT_FOR_DELIVERY: "Delivery base",
    CarrierStatus.DELIVERED: "Front door",
    CarrierStatus.FAILED: "Front door",
    CarrierStatus.RETURNED: "Sender",
}


class Parcel(NamedTuple):
    tracking_number: str
    status: ShipmentStatus


class Parcels(Protocol):
    def due(
        self, carrier: str, statuses: frozenset[ShipmentStatus], unmoved_since: datetime, limit: int
    ) -> Sequence[Parcel]:
        """What it carries and has not moved since then, the longest waiting first. Raises
        `Unavailable`."""


class SandboxCarrier:
    """Implements `application.ports.Carrier`. `pace` is the time between two steps; none: nobody
    walks."""

    name = "sandbox"

    def __init__(self, webhooks: CarrierWebhooks, *, pace: timedelta) -> None:
        self._webhooks = webhooks
        self._pace = pace

    def tracking_number(self, shipment_id: ShipmentId) -> str:
        """The number that it will know the parcel by."""
        return f"SBX{shipment_id.hex[-12:].upper()}"

    def tracking_url(self, tracking_number: str) -> str | None:
        """It has no page for parcels."""
        return None

    def estimate(self, handed_over_at: datetime) -> datetime:
        """When the parcel is likely to be delivered."""
        return handed_over_at + STEPS_TO_THE_DOOR * (self._pace or USUAL_PACE)

    def event(self, headers: Mapping[str, str], body: bytes) -> CarrierEvent:
        """Raises `InvalidSignature`, `RuleViolated` (`invalid_event`)."""
        return self._webhooks.read(headers, body)


class SandboxWalker:
    """Moves parcels on that have rested for `pace`, and hands each event to `receive`, signed.

    It keeps no books: an event has the same id whoever tells it, so any number of walkers may run.
    """

    def __init__(
        self,
        parcels: Parcels,
        *,
        webhooks: CarrierWebhooks,
        pace: timedelta,
        receive: Callable[[Mapping[str, str], bytes], object],
        clock: Clock,
    ) -> None:
        self._parcels = parcels
        self._webhooks = webhooks
        self._pace = pace
        self._receive = receive
        self._clock = clock

    def run_once(self, limit: int = BATCH) -> int:
        """Returns how many steps were taken; none where nothing else can be due by now.

        Raises:
            Unavailable: it is not known what there is to carry.
        """
        rested = self._clock() - self._pace
        due = self._parcels.due(SandboxCarrier.name, WALKED, rested, limit)
        taken = sum([self._step(parcel) for parcel in due])
        return taken if len(due) == limit else 0

    def _step(self, parcel: Parcel) -> bool:
        status = next_step(parcel)
        event = CarrierEvent(
            id=f"{parcel.tracking_number}-{status}"[-200:],
            tracking_number=parcel.tracking_number,
            status=status,
            occurred_at=self._clock(),
            location=_PLACES[status],
        )
        try:
            self._receive(*self._webhooks.sign(event, self._clock()))
        except Exception:
            logger.opt(exception=True).error("event {} was refused", event.id)
            return False
        return True


def next_step(parcel: Parcel) -> CarrierStatus:
    """Where it goes from `parcel.status`, one of `WALKED`; the same whenever it is asked."""
    fails = blake2b(parcel.tracking_number.encode(), digest_size=1).digest()[0] % ONE_FAILS_OF == 0
    if fails and parcel.status is ShipmentStatus.OUT_FOR_DELIVERY:
        return CarrierStatus.FAILED
    return _NEXT[parcel.status]
