"""What carriers send arrives as it was sent, or is refused: whoever signed it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.application.ports import CarrierEvent
from marketplace.domain.errors import InvalidSignature, RuleViolated
from marketplace.domain.shipping.statuses import CarrierStatus
from marketplace.infrastructure.security.webhooks import Webhooks
from marketplace.infrastructure.shipping.webhooks import CarrierWebhooks
from tests.factories import NOW
from tests.sandbox import SECRET

EVENT = CarrierEvent(
    id="SBX1-inTransit",
    tracking_number="SBX1",
    status=CarrierStatus.IN_TRANSIT,
    occurred_at=NOW,
    location="Köln",
)
DOCUMENT: dict[str, Any] = {
    "type": "inTransit",
    "timestamp": "2026-03-01T12:00:00Z",
    "data": {"trackingNumber": "SBX1", "location": None},
}
WEBHOOKS = CarrierWebhooks(SECRET)


def now() -> datetime:
    return datetime.now(UTC)


def read(document: object, message_id: str = "evt-1") -> CarrierEvent:
    """`document`, signed well."""
    body = document if isinstance(document, bytes) else orjson.dumps(document)
    return WEBHOOKS.read(Webhooks(SECRET).sign(message_id, body, now()), body)


@pytest.mark.parametrize("event", [EVENT, replace(EVENT, location=None)])
def test_an_event_comes_as_it_was(event: CarrierEvent) -> None:
    assert WEBHOOKS.read(*WEBHOOKS.sign(event, now())) == event


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_replay_is_too_old(off: timedelta) -> None:
    with pytest.raises(InvalidSignature):
        WEBHOOKS.read(*WEBHOOKS.sign(EVENT, now() + off))


def test_another_secret_or_body() -> None:
    headers, body = WEBHOOKS.sign(EVENT, now())

    with pytest.raises(InvalidSignature):
        CarrierWebhooks(SECRET[::-1]).read(headers, body)
    with pytest.raises(InvalidSignature):
        WEBHOOKS.read(headers, body + b" ")
    with pytest.raises(InvalidSignature):
        WEBHOOKS.read({}, body)


def test_what_is_read_is_in_utc() -> None:
    found = read(DOCUMENT | {"timestamp": "2026-03-01T13:00:00+01:00"})

    assert found.occurred_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert found.id == "evt-1"


def data(**changed: Any) -> dict[str, Any]:
    return DOCUMENT | {"data": DOCUMENT["data"] | changed}


@pytest.mark.parametrize(
    "document",
    [
        b"not json",
        b"",
        [],
        None,
        "text",
        {},
        DOCUMENT | {"type": "created"},
        DOCUMENT | {"type": "lost"},
        DOCUMENT | {"type": None},
        DOCUMENT | {"timestamp": "yesterday"},
        DOCUMENT | {"timestamp": 5},
        DOCUMENT | {"timestamp": "2026-03-01T12:00:00"},
        DOCUMENT | {"timestamp": "0001-01-01T00:00:00+23:59"},
        DOCUMENT | {"timestamp": "9999-12-31T23:59:59-23:59"},
        DOCUMENT | {"timestamp": "1899-12-31T23:59:59Z"},
        DOCUMENT | {"data": None},
        DOCUMENT | {"data": []},
        DOCUMENT | {"data": {"trackingNumber": "SBX1"}},
        data(trackingNumber=None),
        data(trackingNumber=" "),
        data(trackingNumber="N" * 201),
        data(trackingNumber="a\x00b"),
        data(location="a\x00b"),
        data(location=["Leipzig"]),
        data(location="L" * 201),
    ],
)
def test_what_is_signed_well_and_none_of_its_events(document: object) -> None:
    with pytest.raises(RuleViolated) as refused:
        read(document)

    assert refused.value.code == "invalid_event"


def test_an_id_that_is_too_long() -> None:
    with pytest.raises(RuleViolated):
        read(DOCUMENT, "e" * 201)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["type", "timestamp", "data", "trackingNumber", "location"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=8,
    )
)
def test_nothing_else_ever_goes_wrong(document: object) -> None:
    with pytest.raises(RuleViolated):
        read(document)
