"""Shipments over HTTP: from the warehouse to the door, and back."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.api import ADDRESS, BASE, Api, Shop
from tests.integration.parcels import DAY, placed, read, report, ship, shipped, stock

pytestmark = pytest.mark.usefixtures("adds_up")


@pytest.fixture
def offers(shop: Shop) -> list[str]:
    """Two offers of ten units each."""
    return shop.offers(shop.publish("parcel", price=1000, on_hand=10, variants=2))


@pytest.fixture
def order(shop: Shop, offers: list[str]) -> dict[str, Any]:
    """Three of the first, two of the second."""
    return placed(shop.customer, (offers[0], 3), (offers[1], 2))


def fulfilment(shop: Shop, order: dict[str, Any]) -> tuple[str, str]:
    shown = read(shop.customer, order)
    return shown["sellerOrders"][0]["fulfilmentStatus"], shown["fulfilmentStatus"]


def test_several_partial_shipments(shop: Shop, order: dict[str, Any], offers: list[str]) -> None:
    answer = ship(shop.seller, order, 1, 2, carrier="DHL", trackingNumber="0034")

    first = answer.json()["result"]
    lines = order["sellerOrders"][0]["lines"]
    assert answer.status_code == 201
    assert httpx.URL(answer.headers["Location"]).path == f"{BASE}/shipments/{first['id']}"
    assert {(each["lineId"], each["quantity"]) for each in first["lines"]} == {
        (lines[0]["id"], 1),
        (lines[1]["id"], 2),
    }
    assert first | {"lines": [], "createdAt": ""} == {
        "id": first["id"],
        "sellerOrderId": order["sellerOrders"][0]["id"],
        "status": "created",
        "carrier": "DHL",
        "trackingNumber": "0034",
        "trackingUrl": None,
        "estimatedDeliveryAt": None,
        "lines": [],
        "events": [],
        "createdAt": "",
    }
    assert [stock(shop, offer) for offer in offers] == [(9, 7), (8, 8)]
    assert fulfilment(shop, order) == ("partiallyFulfilled",) * 2

    second = shipped(shop.seller, order)

    assert second["lines"] == [{"lineId": lines[0]["id"], "quantity": 2}]
    assert fulfilment(shop, order) == ("fulfilled",) * 2
    shown = read(shop.customer, order)["sellerOrders"][0]
    assert shown["shipments"] == [first, second]
    assert [line["shipped"] for line in shown["lines"]] == [3, 2]
    assert shown == shop.seller.result("GET", f"/seller-orders/{shown['id']}")
    nothing = ship(shop.seller, order)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "not_open")


def test_never_more_than_is_open(shop: Shop, order: dict[str, Any], offers: list[str]) -> None:
    answer = ship(shop.seller, order, 1, 3)

    assert (answer.status_code, answer.json()["code"], answer.json()["open"]) == (
        409,
        "not_open",
        2,
    )
    assert answer.json()["errors"][0]["pointer"] == "/lines/1/quantity"
    assert [stock(shop, offer) for offer in offers] == [(10, 7), (10, 8)]


def test_a_key_ships_once(shop: Shop, order: dict[str, Any], offers: list[str]) -> None:
    key = str(uuid.uuid4())
    first, again = (ship(shop.seller, order, 1, key=key) for _ in range(2))

    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert stock(shop, offers[0]) == (9, 7)


@pytest.mark.parametrize("payment", ["tok_pending", "tok_action"])
def test_what_is_pending_is_not_shipped(shop: Shop, offers: list[str], payment: str) -> None:
    order = placed(shop.customer, (offers[0], 1), payment=payment)

    answer = ship(shop.seller, order)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_paid")
    shop.customer.result("POST", f"/orders/{order['id']}/cancel", {}, key=str(uuid.uuid4()))


def test_what_was_refunded_is_not_shipped(shop: Shop, order: dict[str, Any]) -> None:
    payment = order["payments"][0]["id"]
    shop.seller.result("POST", f"/payments/{payment}/refunds", {}, key=str(uuid.uuid4()))

    assert ship(shop.seller, order).json()["code"] == "not_paid"


def test_a_parcel_reaches_the_door(shop: Shop, order: dict[str, Any]) -> None:
    first, second = shipped(shop.seller, order, 3), shipped(shop.seller, order)

    for day, status in enumerate(("inTransit", "outForDelivery", "delivered"), 1):
        assert report(shop.seller, first, status, day).status_code == 201
    assert fulfilment(shop, order) == ("fulfilled",) * 2
    report(shop.seller, second, "delivered")

    assert fulfilment(shop, order) == ("delivered",) * 2
    shown = read(shop.customer, order)["sellerOrders"][0]
    assert [line["delivered"] for line in shown["lines"]] == [3, 2]
    told = [each["type"] for each in shop.customer.result("GET", f"/orders/{order['id']}/events")]
    assert told[-4:] == ["shipped", "shipped", "delivered", "delivered"]
    refused = report(shop.seller, first, "returned", 4)
    assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition")
    assert refused.json()["allowed"] == []


def test_what_comes_back_can_be_bought_again(
    shop: Shop, order: dict[str, Any], offers: list[str]
) -> None:
    shipment = shipped(shop.seller, order)
    report(shop.seller, shipment, "failed", 1)
    assert fulfilment(shop, order) == ("fulfilled",) * 2

    report(shop.seller, shipment, "returned", 2)

    assert fulfilment(shop, order) == ("returned",) * 2
    assert [stock(shop, offer) for offer in offers] == [(10, 10), (10, 10)]
    shown = read(shop.customer, order)["sellerOrders"][0]
    assert [line["returned"] for line in shown["lines"]] == [3, 2]
    moved = shop.seller.result("GET", f"/offers/{offers[0]}/stock-movements?limit=2")
    assert [each["kind"] for each in moved] == ["returned", "shipped"]


def test_news_repeats_and_late_arrivals(shop: Shop, order: dict[str, Any]) -> None:
    shipment = shipped(shop.seller, order)

    news = report(shop.seller, shipment, "outForDelivery", 3, externalId="e1", location="Bonn")
    repeat = report(shop.seller, shipment, "delivered", 9, externalId="e1")
    late = report(shop.seller, shipment, "delivered", 2, externalId="e2")

    assert (news.status_code, repeat.status_code, late.status_code) == (201, 200, 201)
    stored = news.json()["result"]
    assert stored | {"createdAt": "", "id": ""} == {
        "id": "",
        "status": "outForDelivery",
        "occurredAt": DAY.format(3),
        "location": "Bonn",
        "externalId": "e1",
        "shipmentStatus": "outForDelivery",
        "createdAt": "",
    }
    assert repeat.json()["result"] == stored
    assert late.json()["result"]["shipmentStatus"] == "outForDelivery"
    shown = shop.customer.result("GET", f"/shipments/{shipment['id']}")
    assert shown["status"] == "outForDelivery"
    assert [(each["status"], each["occurredAt"]) for each in shown["events"]] == [
        ("delivered", DAY.format(2)),
        ("outForDelivery", DAY.format(3)),
    ]
    assert fulfilment(shop, order) == ("fulfilled",) * 2


def test_what_a_parcel_tells_changes_its_order(shop: Shop, order: dict[str, Any]) -> None:
    parcel = shipped(shop.seller, order)

    def news(status: str, day: int) -> list[str]:
        """The orders that are listed as changed once it is told."""
        before = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        report(shop.seller, parcel, status, day, externalId=f"{status}-{day}")
        listed = shop.customer.result("GET", f"/orders?updatedAfter={before}")
        return [each["id"] for each in listed]

    assert news("inTransit", 2) == [order["id"]]
    assert news("inTransit", 1) == [order["id"]], "late, and shown nevertheless"
    assert news("inTransit", 2) == [], "a repeat"


def test_a_key_reports_once(shop: Shop, order: dict[str, Any]) -> None:
    shipment = shipped(shop.seller, order)
    body, key = {"status": "inTransit", "occurredAt": DAY.format(1)}, str(uuid.uuid4())
    path = f"/shipments/{shipment['id']}/events"

    first, again = (shop.seller.post(path, body, key=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(shop.seller.result("GET", f"/shipments/{shipment['id']}")["events"]) == 1


def test_the_future_has_not_happened(shop: Shop, order: dict[str, Any]) -> None:
    shipment = shipped(shop.seller, order)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()

    answer = report(shop.seller, shipment, "delivered", occurredAt=tomorrow)

    assert (answer.status_code, answer.json()["code"]) == (422, "in_the_future")
    assert fulfilment(shop, order) == ("fulfilled",) * 2


def test_what_was_shipped_is_not_cancelled(shop: Shop, order: dict[str, Any]) -> None:
    shipped(shop.seller, order, 1)
    line = order["sellerOrders"][0]["lines"][0]["id"]

    def cancel(api: Api, path: str, **body: Any) -> httpx.Response:
        return api.post(path, body, key=str(uuid.uuid4()))

    whole = cancel(shop.customer, f"/orders/{order['id']}/cancel")
    part = cancel(shop.seller, f"/seller-orders/{order['sellerOrders'][0]['id']}/cancel")
    rest = cancel(
        shop.customer,
        f"/orders/{order['id']}/cancel",
        lines=[{"lineId": line, "quantity": 2}],
    )

    assert (whole.status_code, whole.json()["code"]) == (409, "not_cancellable")
    assert (part.status_code, part.json()["code"]) == (409, "not_cancellable")
    assert rest.status_code == 200


def test_who_reads_a_shipment(shop: Shop, order: dict[str, Any]) -> None:
    shipment = shipped(shop.seller, order)
    path = f"/shipments/{shipment['id']}"

    for api in (shop.customer, shop.seller, shop.viewer, shop.admin):
        assert api.result("GET", path) == shipment
    for api in (shop.other_customer, shop.other_seller):
        assert api.get(path).status_code == 404
    assert shop.anonymous.get(path).status_code == 401
    known = shop.customer.get(path).headers["ETag"]
    assert shop.customer.get(path, headers={"If-None-Match": known}).status_code == 304


def test_a_guest_follows_the_parcel_of_the_order(shop: Shop, offers: list[str]) -> None:
    def guest() -> tuple[Api, dict[str, Any]]:
        order = shop.anonymous.order((offers[0], 1), email="guest@example.com").json()["result"]
        return Api(shop.anonymous.http, order["accessToken"]), order

    (mine, order), (other, _) = guest(), guest()
    shipment = shipped(shop.seller, order)
    path = f"/shipments/{shipment['id']}"

    assert mine.result("GET", path) == shipment
    assert read(mine, order)["sellerOrders"][0]["shipments"] == [shipment]
    assert other.get(path).status_code == 404
    assert mine.get(f"{path}/packing-slip").status_code == 403


def test_a_suspended_seller_still_ships_what_is_open(shop: Shop, offers: list[str]) -> None:
    order = placed(shop.customer, (offers[0], 1))
    shop.admin.result("POST", f"/sellers/{shop.seller_id}/suspend", {"reason": "Slow"})
    try:
        assert ship(shop.seller, order).status_code == 201
    finally:
        shop.admin.result("POST", f"/sellers/{shop.seller_id}/reinstate")


def test_the_sandbox_gives_a_number_and_an_estimate(shop: Shop, order: dict[str, Any]) -> None:
    shipment = shipped(shop.seller, order, carrier="sandbox")

    assert re.fullmatch("SBX[0-9A-F]{12}", shipment["trackingNumber"])
    assert shipment["estimatedDeliveryAt"] > shipment["createdAt"]


@pytest.mark.parametrize(
    "body",
    [
        {"carrier": None},
        {"carrier": ""},
        {"carrier": "D\nL"},
        {"trackingNumber": "a\tb"},
        {"trackingUrl": "javascript:alert(1)"},
        {"trackingUrl": "//example.com"},
        {"lines": [{"lineId": "no id", "quantity": 1}]},
        {"lines": [{"lineId": str(uuid.uuid4()), "quantity": 0}]},
        {"lines": [{"lineId": str(uuid.uuid4()), "quantity": 1}]},
        {"estimatedDeliveryAt": DAY.format(1)},
    ],
)
def test_bodies_that_are_wrong(shop: Shop, order: dict[str, Any], body: dict[str, Any]) -> None:
    assert ship(shop.seller, order, **body).status_code == 422


class TestPackingSlip:
    def test_it_says_what_is_in_the_parcel(self, shop: Shop, order: dict[str, Any]) -> None:
        shipment = shipped(shop.seller, order, 2, carrier="DHL", trackingNumber="0034")

        answer = shop.viewer.get(f"/shipments/{shipment['id']}/packing-slip")

        part = order["sellerOrders"][0]
        page = answer.text
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        for text in (part["number"], part["seller"]["name"], "DHL", "0034", ADDRESS["city"]):
            assert text in page
        first, second = part["lines"]
        assert f"<td>{first['sku']}</td>" in page
        assert second["sku"] not in page
        assert re.search(r"<td>2</td>\s*<td>" + re.escape(first["name"]), page)
        # What it cost is nobody's business who opens it.
        assert "EUR" not in page

    def test_it_loads_and_runs_nothing(self, shop: Shop, order: dict[str, Any]) -> None:
        shipment = shipped(shop.seller, order)

        answer = shop.admin.get(f"/shipments/{shipment['id']}/packing-slip")

        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert not re.search(r"<script|<link|<img|src=|href=|style=", answer.text)

    def test_what_others_wrote_is_text(self, shop: Shop, offers: list[str]) -> None:
        evil = "<script>alert(1)</script>"
        body = {
            "items": [{"offerId": offers[0], "quantity": 1}],
            "shippingAddress": ADDRESS | {"name": evil, "line2": '"><img src=x>'},
            "payment": {"method": "sandbox", "token": "tok_ok"},
        }
        order = shop.customer.result("POST", "/orders", body, key=str(uuid.uuid4()))
        shipment = shipped(shop.seller, order, carrier=evil)

        page = shop.seller.get(f"/shipments/{shipment['id']}/packing-slip").text

        assert "<script" not in page
        assert "<img" not in page
        assert page.count("&lt;script&gt;") == 2

    def test_it_is_not_for_the_buyer(self, shop: Shop, order: dict[str, Any]) -> None:
        shipment = shipped(shop.seller, order)
        path = f"/shipments/{shipment['id']}/packing-slip"

        assert shop.customer.get(path).status_code == 403
        assert shop.other_seller.get(path).status_code == 404
