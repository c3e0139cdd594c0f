"""Money over HTTP: captures, refunds, voids, cancelling, and what the ledger tells of them."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from marketplace.infrastructure.security.tokens import derive_key
from marketplace.infrastructure.security.webhooks import Webhooks
from tests.api import BASE, Api, Shop
from tests.integration.parcels import placed, read
from tests.processes import SECRET

pytestmark = pytest.mark.usefixtures("adds_up")

EUR = "EUR"
PROVIDER = Webhooks(derive_key(SECRET, "sandbox webhooks"))


@pytest.fixture
def offers(shop: Shop) -> list[str]:
    """Three offers of ten units each, at 1000, 1001 and 1002."""
    return shop.offers(shop.publish("money", price=1000, on_hand=10, variants=3))


@pytest.fixture
def order(shop: Shop, offers: list[str]) -> dict[str, Any]:
    return placed(shop.customer, *((offer, 2) for offer in offers))


def act(api: Api, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
    return api.post(path, body or {}, key=key or str(uuid.uuid4()))


def available(shop: Shop, offer: str) -> int:
    found: int = shop.seller.result("GET", f"/offers/{offer}")["available"]
    return found


def refund(api: Api, order: dict[str, Any], key: str | None = None, **body: Any) -> httpx.Response:
    return act(api, f"/payments/{order['payments'][0]['id']}/refunds", body, key)


def statuses(order: dict[str, Any]) -> tuple[str, str, str]:
    return order["status"], order["paymentStatus"], order["fulfilmentStatus"]


def test_a_buyer_cancels_all_of_it(shop: Shop, order: dict[str, Any], offers: list[str]) -> None:
    answer = act(shop.customer, f"/orders/{order['number']}/cancel", {"reason": "Changed my mind"})

    cancelled = answer.json()["result"]
    assert answer.status_code == 200
    assert statuses(cancelled) == ("cancelled", "refunded", "cancelled")
    assert statuses(cancelled["sellerOrders"][0]) == ("cancelled", "refunded", "cancelled")
    assert cancelled["payments"][0]["refundedAmount"] == cancelled["total"]
    assert {line["cancelled"] for line in cancelled["sellerOrders"][0]["lines"]} == {2}
    assert {line["refunded"] for line in cancelled["sellerOrders"][0]["lines"]} == {2}
    assert [available(shop, offer) for offer in offers] == [10, 10, 10]
    told = [each["type"] for each in shop.customer.result("GET", f"/orders/{order['id']}/events")]
    assert told == ["placed", "paymentCaptured", "cancelled", "refundRequested", "refunded"]


def test_a_repeat_cancels_nothing_again(shop: Shop, order: dict[str, Any]) -> None:
    key, line = str(uuid.uuid4()), order["sellerOrders"][0]["lines"][0]
    body = {"lines": [{"lineId": line["id"], "quantity": 1}]}

    first = act(shop.customer, f"/orders/{order['id']}/cancel", body, key)
    again = act(shop.customer, f"/orders/{order['id']}/cancel", body, key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert read(shop.customer, order)["payments"][0]["refundedAmount"]["amount"] == 1000


def test_units_are_cancelled_until_none_is_open(shop: Shop, order: dict[str, Any]) -> None:
    line = order["sellerOrders"][0]["lines"][1]
    path = f"/orders/{order['id']}/cancel"

    def cancel(quantity: int) -> httpx.Response:
        wanted = [{"lineId": line["id"], "quantity": quantity}]
        return act(shop.customer, path, {"lines": wanted})

    first, too_many, last = cancel(1), cancel(2), cancel(1)

    assert (first.status_code, too_many.status_code, last.status_code) == (200, 409, 200)
    assert too_many.json()["code"] == "not_cancellable"
    assert too_many.json()["errors"][0]["pointer"] == "/lines/0/quantity"
    after = last.json()["result"]
    assert statuses(after) == ("placed", "partiallyRefunded", "unfulfilled")
    assert after["payments"][0]["refundedAmount"]["amount"] == 2002


def test_the_part_of_one_seller_is_cancelled_by_it(shop: Shop, order: dict[str, Any]) -> None:
    part = order["sellerOrders"][0]
    path = f"/seller-orders/{part['id']}/cancel"

    refused = act(shop.viewer, path)
    unknown = act(shop.other_seller, path)
    answer = act(shop.seller, path, {"reason": "Broken"})

    assert (refused.status_code, unknown.status_code) == (403, 404)
    assert answer.status_code == 200
    assert statuses(answer.json()["result"]) == ("cancelled", "refunded", "cancelled")
    assert shop.seller.result("GET", f"/seller-orders/{part['id']}") == answer.json()["result"]


def test_refunds_never_exceed_what_was_captured(shop: Shop, order: dict[str, Any]) -> None:
    total = order["total"]["amount"]
    line = order["sellerOrders"][0]["lines"][2]

    by_amount = refund(shop.seller, order, amount=100, reason="Late")
    by_lines = refund(shop.seller, order, lines=[{"lineId": line["id"], "quantity": 1}])
    both = refund(shop.admin, order, amount=1, lines=[{"lineId": line["id"], "quantity": 1}])
    too_much = refund(shop.admin, order, amount=total - 1101)
    rest = refund(shop.admin, order)
    nothing = refund(shop.admin, order)

    assert by_amount.status_code == by_lines.status_code == rest.status_code == 201
    assert by_lines.json()["result"]["amount"]["amount"] == 1002
    assert by_lines.json()["result"]["lines"] == [{"lineId": line["id"], "quantity": 1}]
    assert (both.status_code, both.json()["code"]) == (422, "amount_or_lines")
    assert (too_much.status_code, too_much.json()["most"]) == (409, total - 1102)
    assert rest.json()["result"]["amount"]["amount"] == total - 1102
    assert (nothing.status_code, nothing.json()["code"]) == (409, "refund_too_high")
    after = read(shop.customer, order)
    assert statuses(after) == ("placed", "refunded", "unfulfilled")
    assert after["sellerOrders"][0]["payment"]["refunded"]["amount"] == total


@pytest.mark.parametrize("action", ["capture", "refunds"])
def test_a_body_is_refused_before_its_payment_is_looked_up(
    shop: Shop, order: dict[str, Any], action: str
) -> None:
    line = order["sellerOrders"][0]["lines"][0]["id"]
    body = {"amount": 1, "lines": [{"lineId": line, "quantity": 1}]}

    both = act(shop.admin, f"/payments/{uuid.uuid4()}/{action}", body)

    assert (both.status_code, both.json()["code"]) == (422, "amount_or_lines")


def test_what_was_captured_is_not_captured_again(shop: Shop, order: dict[str, Any]) -> None:
    again = act(shop.seller, f"/payments/{order['payments'][0]['id']}/capture")

    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")


def test_a_refund_is_read_where_it_says(shop: Shop, order: dict[str, Any]) -> None:
    answer = refund(shop.seller, order, amount=5)

    made = answer.json()["result"]
    path = httpx.URL(answer.headers["Location"]).path.removeprefix("/api/v1")
    assert path.endswith(f"/refunds/{made['id']}")
    assert shop.viewer.result("GET", path) == made
    assert shop.other_seller.get(path).status_code == 404
    assert shop.customer.get(path).status_code == 403


def test_what_was_cancelled_after_a_refund_is_not_refunded_twice(
    shop: Shop, order: dict[str, Any]
) -> None:
    line = order["sellerOrders"][0]["lines"][0]
    unit = [{"lineId": line["id"], "quantity": 1}]
    assert refund(shop.seller, order, lines=unit).status_code == 201

    first = act(shop.customer, f"/orders/{order['id']}/cancel", {"lines": unit}).json()["result"]
    second = act(shop.customer, f"/orders/{order['id']}/cancel", {"lines": unit}).json()["result"]

    assert first["payments"][0]["refundedAmount"]["amount"] == 1000
    assert second["payments"][0]["refundedAmount"]["amount"] == 2000


def test_the_ledger_is_for_administrators(shop: Shop, order: dict[str, Any]) -> None:
    path = f"/payments/{order['payments'][0]['id']}"

    shown = shop.admin.result("GET", path)

    told = [(each["kind"], each["stage"]) for each in shown["events"]]
    assert told == [
        ("authorization", "request"),
        ("authorization", "success"),
        ("charge", "success"),
    ]
    assert shown["orderId"] == order["id"]
    assert shop.seller.get(path).status_code == 403


def test_an_order_that_is_pending_is_cancelled_whole_only(shop: Shop, offers: list[str]) -> None:
    order = placed(shop.customer, (offers[0], 2), payment="tok_pending")
    line = order["sellerOrders"][0]["lines"][0]
    path = f"/orders/{order['id']}/cancel"
    assert statuses(order) == ("placed", "pending", "unfulfilled")

    part = act(shop.customer, path, {"lines": [{"lineId": line["id"], "quantity": 1}]})
    whole = act(shop.customer, path)

    assert (part.status_code, part.json()["code"]) == (409, "payment_in_progress")
    assert statuses(whole.json()["result"]) == ("cancelled", "voided", "cancelled")
    assert available(shop, offers[0]) == 10


def test_a_pending_payment_is_voided_and_the_order_stays(shop: Shop, offers: list[str]) -> None:
    order = placed(shop.customer, (offers[0], 1), payment="tok_pending")
    path = f"/payments/{order['payments'][0]['id']}/void"

    voided, again = act(shop.admin, path, {"reason": "Fraud"}), act(shop.admin, path)

    assert voided.json()["result"]["status"] == "voided"
    assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")
    assert statuses(read(shop.customer, order)) == ("placed", "voided", "unfulfilled")


def test_what_the_buyer_has_to_do_is_an_address(shop: Shop, offers: list[str]) -> None:
    order = placed(shop.customer, (offers[0], 1), payment="tok_action")

    action = order["payments"][0]["nextAction"]
    assert action["type"] == "redirect"
    assert httpx.URL(action["url"]).is_absolute_url


def test_a_refund_that_the_provider_refuses_leaves_the_money(shop: Shop, offers: list[str]) -> None:
    order = placed(shop.customer, (offers[0], 1), payment="tok_refund_fails")

    failed = refund(shop.seller, order, amount=10)

    assert (failed.status_code, failed.json()["result"]["status"]) == (201, "failed")
    after = read(shop.customer, order)
    assert statuses(after) == ("placed", "paid", "unfulfilled")
    assert after["payments"][0]["refundedAmount"]["amount"] == 0


@pytest.mark.parametrize("reference", ["sbx_0", "sbx_nobody", "%00", "sbx_0%00"])
def test_pages_that_nobody_was_sent_to(http: httpx.Client, reference: str) -> None:
    answers = [
        http.get(f"/sandbox/actions/{reference}"),
        http.post(f"/sandbox/actions/{reference}", data={"answer": "approve"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize("headers", [{}, {"webhook-signature": "v1,AAAA", "webhook-id": "a"}])
def test_nobody_else_speaks_for_the_provider(shop: Shop, headers: dict[str, str]) -> None:
    answer = shop.anonymous.post("/payments/webhooks/sandbox", {"id": "evt_1"}, headers=headers)
    unknown = shop.anonymous.post("/payments/webhooks/nobody", {"id": "evt_1"})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_signature")
    assert unknown.status_code == 404


def test_what_is_signed_well_and_wrong(shop: Shop, http: httpx.Client, offers: list[str]) -> None:
    order = placed(shop.customer, (offers[0], 1), payment="tok_action")
    key = f"payment-{order['payments'][0]['id']}"

    answers = [
        tell(http, "captured", paymentKey=key, amount=1),
        tell(http, "captured", paymentKey=key, currency="USD"),
        tell(http, "disputed", paymentKey=key),
        tell(http, "captured"),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (422, "invalid_event")
    ] * 4
    assert read(shop.customer, order) == {
        field: value for field, value in order.items() if field != "accessToken"
    }


def tell(http: httpx.Client, kind: str, **data: Any) -> httpx.Response:
    """An event of the sandbox, signed; about a payment of 10.00 EUR, if any."""
    told = {"operationKey": None, "amount": 1000, "currency": EUR, "reference": "r", "reason": None}
    document = {"type": kind, "timestamp": "2026-03-01T12:00:00Z", "data": told | data}
    body = json.dumps(document).encode()
    headers = PROVIDER.sign(str(uuid.uuid4()), body, datetime.now(UTC))
    return http.post(f"{BASE}/payments/webhooks/sandbox", content=body, headers=headers)
