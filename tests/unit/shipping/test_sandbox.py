"""The sandbox carrier walks each parcel on a way of its own, always the same."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from marketplace.application.ports import CarrierEvent
from marketplace.domain.shared.ids import ShipmentId
from marketplace.domain.shipping.shipment import TEXT_LONGEST
from marketplace.domain.shipping.statuses import TRANSITIONS, ShipmentStatus
from marketplace.infrastructure.shipping.sandbox import (
    WALKED,
    Parcel,
    SandboxCarrier,
    SandboxWalker,
    next_step,
)
from marketplace.infrastructure.shipping.webhooks import CarrierWebhooks
from tests.factories import NOW
from tests.fakes import FakeClock
from tests.sandbox import SECRET

PACE = timedelta(seconds=10)
WEBHOOKS = CarrierWebhooks(SECRET)


class FakeParcels:
    """Of all that is asked for, what has the statuses that are wanted."""

    def __init__(self, *parcels: Parcel) -> None:
        self.parcels = list(parcels)
        self.asked: list[tuple[str, datetime]] = []

    def due(
        self, carrier: str, statuses: frozenset[ShipmentStatus], unmoved_since: datetime, limit: int
    ) -> Sequence[Parcel]:
        self.asked.append((carrier, unmoved_since))
        return [each for each in self.parcels if each.status in statuses][:limit]


class Receiver:
    """Moves the parcels, as the marketplace does."""

    def __init__(self, parcels: FakeParcels) -> None:
        self.parcels = parcels
        self.events: list[CarrierEvent] = []
        self.refused: set[str] = set()

    def __call__(self, headers: Mapping[str, str], body: bytes) -> None:
        event = WEBHOOKS.read(headers, body)
        if event.tracking_number in self.refused:
            raise ConnectionError("no answer")
        self.events.append(event)
        self.parcels.parcels = [
            Parcel(each.tracking_number, ShipmentStatus(event.status))
            if each.tracking_number == event.tracking_number
            else each
            for each in self.parcels.parcels
        ]


def a_walker(receiver: Receiver) -> SandboxWalker:
    return SandboxWalker(
        receiver.parcels,
        webhooks=WEBHOOKS,
        pace=PACE,
        receive=receiver,
        # Signatures are held against the time that it really is.
        clock=FakeClock(datetime.now(UTC)),
    )


def way_of(number: str) -> list[str]:
    parcel, way = Parcel(number, ShipmentStatus.CREATED), []
    while parcel.status in WALKED:
        way.append(str(next_step(parcel)))
        assert ShipmentStatus(way[-1]) in TRANSITIONS[parcel.status]
        parcel = Parcel(number, ShipmentStatus(way[-1]))
    return way


def test_most_are_delivered_and_a_few_come_back() -> None:
    ways = Counter(tuple(way_of(f"SBX{number}")) for number in range(600))

    assert set(ways) == {
        ("inTransit", "outForDelivery", "delivered"),
        ("inTransit", "outForDelivery", "failed", "returned"),
    }
    assert 20 < ways[("inTransit", "outForDelivery", "failed", "returned")] < 100
    assert way_of("SBX1") == way_of("SBX1")


def test_it_walks_to_the_end_and_rests_then() -> None:
    receiver = Receiver(FakeParcels(Parcel("SBX1", ShipmentStatus.CREATED)))
    walker = a_walker(receiver)

    for _ in range(6):
        walker.run_once()

    assert [str(event.status) for event in receiver.events] == way_of("SBX1")
    assert len({event.id for event in receiver.events}) == len(receiver.events)
    assert all(event.location for event in receiver.events)


def test_it_asks_for_what_has_rested() -> None:
    receiver = Receiver(FakeParcels())
    walker = a_walker(receiver)

    assert walker.run_once() == 0

    [(carrier, since)] = receiver.parcels.asked
    assert carrier == "sandbox"
    assert timedelta() <= datetime.now(UTC) - since - PACE < timedelta(minutes=1)


def test_two_walkers_tell_the_same() -> None:
    receivers = [Receiver(FakeParcels(Parcel("SBX1", ShipmentStatus.CREATED))) for _ in range(2)]

    for receiver in receivers:
        a_walker(receiver).run_once()

    assert receivers[0].events[0].id == receivers[1].events[0].id


def test_it_is_asked_again_at_once_while_there_is_more() -> None:
    parcels = [Parcel(f"SBX{number}", ShipmentStatus.CREATED) for number in range(3)]

    assert a_walker(Receiver(FakeParcels(*parcels))).run_once(limit=3) == 3
    assert a_walker(Receiver(FakeParcels(*parcels))).run_once(limit=4) == 0


def test_one_that_is_refused_is_not_in_the_way_of_others() -> None:
    receiver = Receiver(
        FakeParcels(*(Parcel(name, ShipmentStatus.CREATED) for name in ("SBX1", "SBX2")))
    )
    receiver.refused = {"SBX1"}

    a_walker(receiver).run_once()

    assert [event.tracking_number for event in receiver.events] == ["SBX2"]


@pytest.mark.parametrize("number", ["N" * TEXT_LONGEST, "Ä 1"])
def test_whatever_number_a_seller_gave(number: str) -> None:
    receiver = Receiver(FakeParcels(Parcel(number, ShipmentStatus.CREATED)))

    a_walker(receiver).run_once()

    assert [event.tracking_number for event in receiver.events] == [number]


def test_numbers_follow_from_shipments() -> None:
    carrier = SandboxCarrier(WEBHOOKS, pace=PACE)
    shipment_id = ShipmentId(UUID("019b8d62-7e68-7fb5-a39a-77bbeb8fd3fe"))

    assert carrier.tracking_number(shipment_id) == "SBX77BBEB8FD3FE"
    assert carrier.tracking_url("SBX77BBEB8FD3FE") is None


def test_the_estimate_is_when_it_gets_there() -> None:
    assert SandboxCarrier(WEBHOOKS, pace=PACE).estimate(NOW) == NOW + 3 * PACE
    assert SandboxCarrier(WEBHOOKS, pace=timedelta()).estimate(NOW) == NOW + timedelta(days=3)
