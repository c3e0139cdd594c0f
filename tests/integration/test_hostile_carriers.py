"""Whoever speaks for a carrier: what is not plainly right is refused, and changes nothing."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import httpx
import pytest

from marketplace.domain.shipping.shipment import MOST_EVENTS
from tests.api import BASE, Shop
from tests.integration.parcels import CARRIER, placed, read, report, shipped, tell

pytestmark = pytest.mark.usefixtures("adds_up")

WEBHOOK = f"{BASE}/shipping/webhooks/sandbox"


@pytest.fixture
def order(shop: Shop) -> dict[str, Any]:
    return placed(shop.customer, (shop.offers(shop.publish("hostile", on_hand=3))[0], 1))


@pytest.fixture
def parcel(shop: Shop, order: dict[str, Any]) -> dict[str, Any]:
    return shipped(shop.seller, order, carrier="sandbox")


def shown(shop: Shop, parcel: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = shop.customer.result("GET", f"/shipments/{parcel['id']}")
    return found


def test_what_it_tells_is_taken_over(
    http: httpx.Client, shop: Shop, order: dict[str, Any], parcel: dict[str, Any]
) -> None:
    number = parcel["trackingNumber"]

    answers = [tell(http, number, status) for status in ("inTransit", "delivered")]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert all(answer.content == b"" for answer in answers)
    assert shown(shop, parcel)["status"] == "delivered"
    assert read(shop.customer, order)["fulfilmentStatus"] == "delivered"


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-id": "another"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "now"},
    ],
)
def test_bad_signatures(
    http: httpx.Client, shop: Shop, parcel: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = tell(http, parcel["trackingNumber"], "delivered", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert shown(shop, parcel) == parcel


def test_what_nobody_signed(http: httpx.Client, shop: Shop, parcel: dict[str, Any]) -> None:
    unsigned = http.post(WEBHOOK, json={"type": "delivered"})
    stranger = http.post(f"{BASE}/shipping/webhooks/nobody", json={})

    assert (unsigned.status_code, unsigned.json()["code"]) == (400, "invalid_signature")
    assert stranger.status_code == 404


def test_a_replay_is_a_repeat_at_first_and_refused_later(
    http: httpx.Client, shop: Shop, parcel: dict[str, Any]
) -> None:
    number, now = parcel["trackingNumber"], datetime.now(UTC)
    for _ in range(3):
        assert tell(http, number, "inTransit", event_id="e", signed_at=now).status_code == 204
    before = shown(shop, parcel)

    old = tell(http, number, "delivered", event_id="f", signed_at=now - timedelta(minutes=6))

    assert old.status_code == 400
    assert shown(shop, parcel) == before
    assert len(before["events"]) == 1


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"number": "SBX-unknown"}, 404, "not_found"),
        ({"status": "lost"}, 422, "invalid_event"),
        ({"status": "returned"}, 409, "invalid_transition"),
        ({"occurred_at": "2199-01-01T00:00:00Z"}, 422, "in_the_future"),
        ({"occurred_at": "2500-01-01T00:00:00Z"}, 422, "invalid_event"),
        ({"occurred_at": "never"}, 422, "invalid_event"),
        ({"number": "a\\u0000b"}, 422, "invalid_event"),
        ({"event_id": "e" * 1000}, 422, "invalid_event"),
    ],
)
def test_what_is_signed_well_and_wrong(
    http: httpx.Client,
    shop: Shop,
    parcel: dict[str, Any],
    changed: dict[str, str],
    status: int,
    code: str,
) -> None:
    said: dict[str, Any] = {"number": parcel["trackingNumber"], "status": "inTransit"}

    answer = tell(http, **said | changed)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert shown(shop, parcel) == parcel


@pytest.mark.parametrize("size", [1_000_000, 1_048_577])
def test_large_bodies(http: httpx.Client, size: int) -> None:
    body = b'"' + b"x" * (size - 2) + b'"'

    answer = http.post(WEBHOOK, content=body, headers=CARRIER.sign("e", body, datetime.now(UTC)))

    assert answer.status_code == (413 if size > 1_048_576 else 422)


def test_a_parcel_that_is_delivered_stays_so(
    http: httpx.Client, shop: Shop, parcel: dict[str, Any]
) -> None:
    number = parcel["trackingNumber"]
    tell(http, number, "delivered", occurred_at="2026-03-02T00:00:00Z")

    late = tell(http, number, "inTransit", occurred_at="2026-03-01T00:00:00Z")
    newer = [
        tell(http, number, status, occurred_at="2026-03-03T00:00:00Z").status_code
        for status in ("inTransit", "outForDelivery", "delivered", "failed", "returned")
    ]

    assert late.status_code == 204
    assert newer == [409] * 5
    assert shown(shop, parcel)["status"] == "delivered"
    assert len(shown(shop, parcel)["events"]) == 2


def test_a_flood_of_events_of_one_parcel(
    http: httpx.Client, shop: Shop, order: dict[str, Any], parcel: dict[str, Any]
) -> None:
    # Ten thousand are told in tests/unit/domain: here the bound is passed many times over.
    number, slowest, answers = parcel["trackingNumber"], 0.0, Counter[int]()
    for count in range(1_000):
        before = perf_counter()
        # Every other one is late, every third a repeat.
        day = 1 + count % 2
        answer = tell(
            http,
            number,
            "inTransit",
            event_id=f"flood-{count - count % 3}",
            occurred_at=f"2026-03-0{day}T00:00:00Z",
        )
        slowest = max(slowest, perf_counter() - before)
        answers[answer.status_code] += 1

    assert set(answers) == {204, 409}
    assert answers[409] >= 700
    assert slowest < 2
    assert len(shown(shop, parcel)["events"]) == MOST_EVENTS
    # The order is read as ever, and the parcel still arrives.
    before = perf_counter()
    read(shop.customer, order)
    assert perf_counter() - before < 1
    assert report(shop.seller, parcel, "delivered", 3).status_code == 201
    assert read(shop.customer, order)["fulfilmentStatus"] == "delivered"


def test_a_copied_number_keeps_nobody_uninformed(
    http: httpx.Client, shop: Shop, parcel: dict[str, Any]
) -> None:
    number = parcel["trackingNumber"]
    other = placed(shop.customer, (shop.offers(shop.publish("copied", on_hand=1))[0], 1))
    copied = shipped(shop.seller, other, carrier="sandbox", trackingNumber=number)
    report(shop.seller, copied, "delivered", 1)

    assert tell(http, number, "inTransit", event_id=str(uuid.uuid4())).status_code == 204
    assert shown(shop, parcel)["status"] == "inTransit"
    assert shown(shop, copied)["status"] == "delivered"
