"""Where a shipment is, by what carriers tell of it."""

from collections.abc import Mapping, Set
from datetime import datetime, timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.domain.errors import Conflict, InvalidTransition, MarketplaceError, RuleViolated
from marketplace.domain.shared.ids import (
    OrderId,
    OrderLineId,
    SellerId,
    SellerOrderId,
    ShipmentEventId,
    ShipmentId,
)
from marketplace.domain.shipping.events import ShipmentCreated, ShipmentMoved
from marketplace.domain.shipping.shipment import MOST_EVENTS, Shipment, Told
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from tests.factories import NOW, new_id

MINUTE = timedelta(minutes=1)
# As api.md has it; scans on one stage may repeat.
FOLLOWING: Mapping[str, Set[str]] = {
    "created": {"inTransit", "outForDelivery", "delivered", "failed"},
    "inTransit": {"inTransit", "outForDelivery", "delivered", "failed"},
    "outForDelivery": {"outForDelivery", "delivered", "failed"},
    "delivered": set(),
    "failed": {"returned"},
    "returned": set(),
}


def a_parcel(**fields: Any) -> Shipment:
    values: dict[str, Any] = {
        "id": ShipmentId(new_id()),
        "order_id": OrderId(new_id()),
        "seller_order_id": SellerOrderId(new_id()),
        "seller_id": SellerId(new_id()),
        "carrier": "DHL",
        "tracking_number": "0034",
        "tracking_url": None,
        "estimated_delivery_at": None,
        "units": {OrderLineId(new_id()): 2},
        "now": NOW,
    }
    return Shipment.create(**values | fields)


def tell(
    shipment: Shipment,
    status: str,
    occurred_at: datetime = NOW,
    *,
    external_id: str | None = None,
    now: datetime = NOW + timedelta(days=1),
) -> Told:
    told, event = shipment.tell(
        CarrierStatus(status),
        id=ShipmentEventId(new_id()),
        occurred_at=occurred_at,
        location="Leipzig",
        external_id=external_id,
        now=now,
    )
    assert event in shipment.events
    return told


def test_a_shipment_is_created_with_its_units() -> None:
    line = OrderLineId(new_id())
    shipment = a_parcel(units={line: 3})

    assert shipment.status is ShipmentStatus.CREATED
    assert shipment.units == {line: 3}
    [event] = shipment.drain_events()
    assert isinstance(event, ShipmentCreated)
    assert event.order_id == shipment.order_id


@pytest.mark.parametrize("fields", [{"carrier": " "}, {"tracking_number": " "}])
def test_blank_texts_are_none(fields: dict[str, str]) -> None:
    with pytest.raises(RuleViolated) as refused:
        a_parcel(**fields)

    assert refused.value.code == "invalid_text"


@pytest.mark.parametrize("wanted", CarrierStatus)
@pytest.mark.parametrize("status", ShipmentStatus)
def test_each_step_is_in_the_table_or_refused(
    status: ShipmentStatus, wanted: CarrierStatus
) -> None:
    shipment = a_parcel()
    shipment.status = status

    if wanted in FOLLOWING[status]:
        assert tell(shipment, wanted) is Told.NEWS
        assert str(shipment.status) == str(wanted)
    else:
        with pytest.raises(InvalidTransition) as refused:
            tell(shipment, wanted)
        assert refused.value.params["allowed"] == sorted(FOLLOWING[status])
        assert (shipment.status, shipment.events) == (status, [])


def test_what_moves_is_told() -> None:
    shipment = a_parcel()
    shipment.drain_events()

    tell(shipment, "inTransit")

    [event] = shipment.drain_events()
    assert isinstance(event, ShipmentMoved)
    assert (event.status, event.seller_id) == ("inTransit", shipment.seller_id)


def test_a_repeat_is_the_event_that_is_known() -> None:
    shipment = a_parcel()
    tell(shipment, "inTransit", external_id="a")
    version = shipment.version

    told, event = shipment.tell(
        CarrierStatus.DELIVERED,
        id=ShipmentEventId(new_id()),
        # Nothing else of a repeat is looked at.
        occurred_at=NOW + timedelta(days=900),
        location=None,
        external_id="a",
        now=NOW,
    )

    assert (told, event) == (Told.REPEAT, shipment.events[0])
    assert (shipment.status, shipment.version) == (ShipmentStatus.IN_TRANSIT, version)


def test_one_reported_twice_under_an_id_is_a_repeat_too() -> None:
    shipment = a_parcel()
    values: dict[str, Any] = {
        "id": ShipmentEventId(new_id()),
        "occurred_at": NOW,
        "location": None,
        "external_id": None,
        "now": NOW,
    }

    told = [shipment.tell(CarrierStatus.IN_TRANSIT, **values)[0] for _ in range(2)]

    assert told == [Told.NEWS, Told.REPEAT]
    assert len(shipment.events) == 1


@pytest.mark.parametrize("late", CarrierStatus)
def test_what_is_late_is_filed(late: CarrierStatus) -> None:
    shipment = a_parcel()
    tell(shipment, "delivered", NOW)
    shipment.drain_events()
    version = shipment.version

    assert tell(shipment, late, NOW - MINUTE) is Told.LATE

    assert shipment.status is ShipmentStatus.DELIVERED
    assert len(shipment.events) == 2
    assert shipment.version == version + 1
    assert shipment.drain_events() == []


def test_the_future_has_not_happened() -> None:
    shipment = a_parcel()

    assert tell(shipment, "inTransit", NOW, now=NOW) is Told.NEWS
    with pytest.raises(RuleViolated) as refused:
        tell(shipment, "inTransit", NOW + timedelta(microseconds=1), now=NOW)

    assert (refused.value.code, refused.value.params["field"]) == ("in_the_future", "/occurredAt")
    assert len(shipment.events) == 1


def test_a_flood_is_bounded_quick_and_keeps_no_parcel_from_its_door() -> None:
    shipment = a_parcel()
    refused: list[str] = []
    begun = process_time()
    for number in range(10_000):
        try:
            tell(shipment, "inTransit", NOW - number % 2 * MINUTE, external_id=str(number))
        except Conflict as error:
            refused.append(error.code)
    took = process_time() - begun

    assert len(shipment.events) == MOST_EVENTS
    assert refused == ["too_many_events"] * (10_000 - MOST_EVENTS)
    assert tell(shipment, "inTransit", external_id="0") is Told.REPEAT
    assert tell(shipment, "outForDelivery") is Told.NEWS
    assert tell(shipment, "delivered") is Told.NEWS
    with pytest.raises(Conflict):
        tell(shipment, "inTransit", NOW - MINUTE)
    assert len(shipment.events) == MOST_EVENTS + 2
    assert took < 5


Telling = tuple[str, int, int | None]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([str(each) for each in CarrierStatus]),
            st.integers(0, 12),
            st.none() | st.integers(0, 4),
        ),
        max_size=30,
    )
)
def test_a_shipment_is_what_a_simple_model_of_it_is(tellings: list[Telling]) -> None:
    """Minutes beyond the tenth have not passed yet."""
    shipment = a_parcel()
    status, known, newest = "created", set[int](), -1
    for wanted, minute, external in tellings:
        if external is not None and external in known:
            expected = "REPEAT"
        elif minute > 10:
            expected = "in_the_future"
        elif minute < newest:
            expected = "LATE"
        else:
            expected = "NEWS" if wanted in FOLLOWING[status] else "invalid_transition"
        if expected in ("LATE", "NEWS"):
            newest = max(newest, minute)
            known |= set() if external is None else {external}
            status = wanted if expected == "NEWS" else status

        assert outcome(shipment, wanted, minute, external) == expected
        assert shipment.status == status
    assert all(event.occurred_at <= NOW + 10 * MINUTE for event in shipment.events)


def outcome(shipment: Shipment, status: str, minute: int, external: int | None) -> str:
    try:
        return tell(
            shipment,
            status,
            NOW + minute * MINUTE,
            external_id=None if external is None else str(external),
            now=NOW + 10 * MINUTE,
        ).name
    except MarketplaceError as error:
        return error.code
