"""Ordering without an account."""

import uuid
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.api import ADDRESS, Api, Shop


@pytest.fixture
def email() -> str:
    return f"guest-{uuid.uuid4().hex[:12]}@example.com"


def placed(shop: Shop, offer: str, email: str) -> dict[str, Any]:
    answer = shop.anonymous.order((offer, 2), email=email)
    assert answer.status_code == 201, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


def holder(shop: Shop, token: str) -> Api:
    return replace(shop.anonymous, token=token)


def test_a_guest_reads_and_cancels_the_order(shop: Shop, offer: str, email: str) -> None:
    order = placed(shop, offer, email.title())
    assert order["email"] == email
    assert order["sellerOrders"][0]["customer"] == {"name": ADDRESS["name"], "email": email}
    guest = holder(shop, order["accessToken"])
    del order["accessToken"]

    for key in (order["id"], order["number"]):
        assert guest.result("GET", f"/orders/{key}") == order
    assert guest.result("GET", f"/orders/{order['id']}/events")[0]["type"] == "placed"
    key = str(uuid.uuid4())
    cancelled, again = (
        guest.post(f"/orders/{order['id']}/cancel", {"reason": "Too many"}, key=key)
        for _ in range(2)
    )

    assert cancelled.json()["result"]["status"] == "cancelled"
    assert again.content == cancelled.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert shop.seller.result("GET", f"/offers/{offer}")["available"] == 10


def test_the_token_is_for_its_order_alone(shop: Shop, offer: str, email: str) -> None:
    order, other = placed(shop, offer, email), placed(shop, offer, email)
    own = shop.customer.order((offer, 1)).json()["result"]
    guest = holder(shop, order["accessToken"])

    for foreign in (other, own):
        assert guest.get(f"/orders/{foreign['id']}").status_code == 404
        assert guest.get(f"/orders/{foreign['id']}/events").status_code == 404
        cancelling = guest.post(f"/orders/{foreign['id']}/cancel", {}, key=str(uuid.uuid4()))
        assert cancelling.status_code == 404
    # Nobody else reads it, signed in or not; administrators do.
    for api, status in [(shop.anonymous, 401), (shop.customer, 404), (shop.admin, 200)]:
        assert api.get(f"/orders/{order['id']}").status_code == status


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/orders"),
        ("GET", "/users/me"),
        ("GET", "/cart"),
        ("GET", "/products/anything"),
        ("POST", "/orders"),
        ("POST", "/checkout"),
        ("POST", "/checkout/quote"),
    ],
)
def test_the_token_opens_nothing_else(
    method: str, path: str, shop: Shop, offer: str, email: str
) -> None:
    guest = holder(shop, placed(shop, offer, email)["accessToken"])

    answer = guest.request(method, path, json={} if method == "POST" else None, key="key")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_forged_token(shop: Shop, offer: str, email: str) -> None:
    order = placed(shop, offer, email)
    token = order["accessToken"]
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), "order.", "order.junk"):
        answer = holder(shop, forged).get(f"/orders/{order['id']}")
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


def test_a_repeat_gets_the_token_again(shop: Shop, offer: str, email: str) -> None:
    key = str(uuid.uuid4())
    first, second = (shop.anonymous.order((offer, 1), email=email, key=key) for _ in range(2))

    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.json()["result"]["accessToken"]
    assert shop.seller.result("GET", f"/offers/{offer}")["available"] == 9


def test_a_key_belongs_to_its_guest(shop: Shop, offer: str, email: str) -> None:
    key = str(uuid.uuid4())
    mine = shop.anonymous.order((offer, 1), email=email, key=key)
    theirs = shop.anonymous.order((offer, 1), email=f"x{email}", key=key)
    account = shop.customer.order((offer, 1), key=key)

    ids = {each.json()["result"]["id"] for each in (mine, theirs, account)}
    assert len(ids) == 3
    changed = shop.anonymous.order((offer, 2), email=email, key=key)
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency_mismatch")


def test_a_guest_gives_an_address_and_an_email(shop: Shop, offer: str, email: str) -> None:
    def refused(answer: httpx.Response) -> str:
        assert answer.status_code == 422
        [fault] = answer.json()["errors"]
        return f"{fault['pointer']} {fault['code']}"

    kept = shop.customer.result("POST", "/users/me/addresses", ADDRESS)["id"]
    body = {
        "items": [{"offerId": offer, "quantity": 1}],
        "payment": {"method": "sandbox", "token": "tok_ok"},
        "addressId": kept,
        "email": email,
    }

    assert refused(shop.anonymous.order((offer, 1))) == "/email required"
    assert refused(shop.anonymous.order((offer, 1), email="nobody")) == "/email invalid_format"
    assert refused(shop.customer.order((offer, 1), email=email)) == "/email unexpected"
    assert refused(shop.anonymous.post("/orders", body, key="k")) == "/addressId unknown_id"
    assert shop.seller.result("GET", f"/offers/{offer}")["available"] == 10


def test_declined_there_is_no_token(shop: Shop, offer: str, email: str) -> None:
    answer = shop.anonymous.order((offer, 1), email=email, payment="tok_declined")

    assert answer.status_code == 402
    assert "accessToken" not in answer.text
