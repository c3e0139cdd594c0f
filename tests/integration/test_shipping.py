"""Shipping methods over HTTP."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from flask import Flask

from marketplace.domain.shipping.method import MOST_METHODS
from marketplace.domain.shipping.zones import (
    MOST_BANDS,
    MOST_POSTAL_CODES,
    MOST_REGIONS,
    MOST_ZONES,
)
from tests.api import Api, Shop

BODY: dict[str, Any] = {
    "name": "Parcel",
    "carrier": "DHL",
    "price": {"amount": 490, "currency": "EUR"},
    "countries": ["DE", "AT"],
    "freeFrom": {"amount": 5000, "currency": "EUR"},
}

EUR: dict[str, Any] = {"amount": 490, "currency": "EUR"}
BAND: dict[str, Any] = {"from": 0, "price": EUR}
NOWHERE: dict[str, Any] = {
    "countries": [],
    "regions": [],
    "postalCodes": [],
    "price": None,
    "basis": None,
    "bands": [],
}


def zone(**fields: Any) -> dict[str, Any]:
    return {"zones": [fields]}


@pytest.fixture
def methods(shop: Shop) -> Iterator[str]:
    """The path of the seller's methods, of which none is left."""
    path = f"/sellers/{shop.seller_id}/shipping-methods"
    yield path
    for each in shop.seller.result("GET", path, params={"limit": 100}):
        shop.seller.request("DELETE", f"{path}/{each['id']}", if_match="*")


def test_what_is_added_is_read(shop: Shop, methods: str) -> None:
    answer = shop.manager.post(methods, BODY)

    added = answer.json()["result"]
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"{methods}/{added['id']}")
    assert {name: added[name] for name in BODY} == BODY | {"countries": ["AT", "DE"]}
    assert (added["sellerId"], added["version"]) == (shop.seller_id, 1)
    assert added["createdAt"] == added["updatedAt"]
    for reader in (shop.viewer, shop.admin):
        read = reader.get(f"{methods}/{added['id']}")
        assert read.json()["result"] == added
        assert read.headers["ETag"] == answer.headers["ETag"]
        assert reader.result("GET", methods) == [added]


def test_little_is_needed(shop: Shop, methods: str) -> None:
    added = shop.seller.result("POST", methods, {"name": "Letter", "price": BODY["price"]})

    assert (added["carrier"], added["countries"], added["freeFrom"]) == (None, [], None)


def test_zones_are_read_as_they_were_sent(shop: Shop, methods: str) -> None:
    island = {"postalCodes": [{"from": "25 929", "to": "25999"}], "price": {**EUR, "amount": 1290}}
    table = {"basis": "itemCount", "bands": [{"from": 0, "to": 5, "price": EUR}]}
    whole = {
        "countries": ["AT", "DE"],
        "regions": ["Tirol", "Bayern"],
        "postalCodes": [],
        "price": None,
        "basis": "weight",
        "bands": [{"from": 10, "to": None, "price": EUR}, {"from": 0, "to": 10, "price": EUR}],
    }

    added = shop.seller.result("POST", methods, BODY | {"zones": [island, table, whole]})
    path = f"{methods}/{added['id']}"
    changed = shop.seller.result("PATCH", path, {"handlingDays": 3}, if_match="*")
    cleared = shop.seller.result("PATCH", path, {"zones": []}, if_match="*")

    assert added["zones"] == [NOWHERE | island, NOWHERE | table, whole]
    assert added["handlingDays"] == 0
    assert (changed["zones"], changed["handlingDays"]) == (added["zones"], 3)
    assert (cleared["zones"], cleared["handlingDays"]) == ([], 3)
    assert [added["version"], changed["version"], cleared["version"]] == [1, 2, 3]


def test_a_repeat_adds_nothing_again(shop: Shop, methods: str) -> None:
    key = str(uuid.uuid4())

    first, again = (shop.seller.post(methods, BODY, key=key) for _ in range(2))

    assert again.content == first.content
    assert len(shop.seller.result("GET", methods)) == 1


def test_a_seller_is_named_by_its_slug_too(shop: Shop, methods: str) -> None:
    slug = shop.anonymous.result("GET", f"/sellers/{shop.seller_id}")["slug"]

    added = shop.seller.result("POST", f"/sellers/{slug}/shipping-methods", BODY)

    assert shop.seller.result("GET", f"/sellers/{slug}/shipping-methods/{added['id']}") == added


def test_the_list_is_by_name_and_paged(shop: Shop, methods: str) -> None:
    for name in ("Letter", "Express", "Parcel"):
        shop.seller.result("POST", methods, BODY | {"name": name})

    first = shop.seller.get(methods, params={"limit": 2}).json()
    second = shop.seller.get(methods, params={"limit": 2, "cursor": first["page"]["next"]}).json()

    assert [each["name"] for each in first["result"]] == ["Express", "Letter"]
    assert [each["name"] for each in second["result"]] == ["Parcel"]
    assert second["page"]["next"] is None


class TestPatch:
    def test_changes_what_is_given(self, shop: Shop, methods: str) -> None:
        added = shop.seller.post(methods, BODY)
        before, path = added.json()["result"], f"{methods}/{added.json()['result']['id']}"
        body = {"price": {"amount": 0, "currency": "EUR"}, "carrier": None}

        changed = shop.seller.request("PATCH", path, json=body, if_match=added.headers["ETag"])
        again = shop.seller.request("PATCH", path, json=body, if_match=added.headers["ETag"])
        same = shop.seller.request("PATCH", path, json=body, if_match=changed.headers["ETag"])

        after = changed.json()["result"]
        assert after == before | body | {"version": 2, "updatedAt": after["updatedAt"]}
        assert after["updatedAt"] > before["updatedAt"]
        assert (again.status_code, again.json()["code"]) == (412, "stale")
        assert same.json()["result"] == after

    def test_clears_from_when_it_is_free(self, shop: Shop, methods: str) -> None:
        path = f"{methods}/{shop.seller.result('POST', methods, BODY)['id']}"
        dollars = {"amount": 490, "currency": "USD"}

        refused = shop.seller.request("PATCH", path, json={"price": dollars}, if_match="*")
        changed = shop.seller.result(
            "PATCH", path, {"price": dollars, "freeFrom": None}, if_match="*"
        )

        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_price")
        assert refused.json()["errors"][0]["pointer"] == "/freeFrom"
        assert (changed["price"], changed["freeFrom"]) == (dollars, None)

    def test_needs_the_version(self, shop: Shop, methods: str) -> None:
        path = f"{methods}/{shop.seller.result('POST', methods, BODY)['id']}"

        for method, body in (("PATCH", {"name": "Letter"}), ("DELETE", None)):
            refused = shop.seller.request(method, path, json=body)
            assert (refused.status_code, refused.json()["code"]) == (428, "precondition_required")


def test_one_that_is_deleted_is_gone(shop: Shop, methods: str) -> None:
    added = shop.seller.post(methods, BODY)
    path = f"{methods}/{added.json()['result']['id']}"

    deleted = shop.seller.request("DELETE", path, if_match=added.headers["ETag"])

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert shop.seller.get(path).status_code == 404
    assert shop.seller.request("DELETE", path, if_match="*").status_code == 404
    assert shop.seller.result("GET", methods) == []


def test_a_method_is_found_at_its_own_seller_only(shop: Shop, methods: str) -> None:
    added = shop.seller.result("POST", methods, BODY)["id"]
    elsewhere = f"/sellers/{shop.other_seller_id}/shipping-methods/{added}"

    for method, body in (("GET", None), ("PATCH", {"name": "Mine"}), ("DELETE", None)):
        refused = shop.other_seller.request(method, elsewhere, json=body, if_match="*")
        assert refused.status_code == 404
    assert shop.seller.result("GET", f"{methods}/{added}")["name"] == "Parcel"


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"name": " "}, "invalid_text", "/name"),
        ({"name": ""}, "invalid_request", "/name"),
        ({"carrier": "x" * 101}, "invalid_request", "/carrier"),
        ({"price": {"amount": -1, "currency": "EUR"}}, "invalid_request", "/price/amount"),
        ({"price": None}, "invalid_request", "/price"),
        ({"countries": ["XX"]}, "invalid_request", "/countries/0"),
        ({"countries": None}, "invalid_request", "/countries"),
        ({"freeFrom": {"amount": 0, "currency": "EUR"}}, "invalid_request", "/freeFrom/amount"),
        ({"freeFrom": {"amount": 1, "currency": "USD"}}, "invalid_price", "/freeFrom"),
        ({"sellerId": str(uuid.uuid4())}, "invalid_request", "/sellerId"),
        ({"handlingDays": 91}, "invalid_request", "/handlingDays"),
        ({"zones": None}, "invalid_request", "/zones"),
        ({"zones": [{"price": EUR}] * (MOST_ZONES + 1)}, "invalid_request", "/zones"),
        (zone(bands=[BAND] * (MOST_BANDS + 1)), "invalid_request", "/zones/0/bands"),
        (
            zone(postalCodes=[{"from": "1", "to": "2"}] * (MOST_POSTAL_CODES + 1)),
            "invalid_request",
            "/zones/0/postalCodes",
        ),
        (zone(regions=["Tirol"] * (MOST_REGIONS + 1)), "invalid_request", "/zones/0/regions"),
        (zone(bands=[BAND | {"from": -1}]), "invalid_request", "/zones/0/bands/0/from"),
        (zone(bands=[BAND | {"to": 2**53}]), "invalid_request", "/zones/0/bands/0/to"),
        (zone(bands=[BAND | {"until": 1}]), "invalid_request", "/zones/0/bands/0/until"),
        (zone(basis="volume", bands=[BAND]), "invalid_request", "/zones/0/basis"),
        (
            {"zones": [{"price": EUR, "regions": ["Tirol"] * 50}] * 6 + [{"countries": ["DE"]}]},
            "too_many_entries",
            "/zones",
        ),
        (zone(bands=[BAND]), "price_or_bands", "/zones/0"),
        (zone(basis="weight", bands=[BAND], price=EUR), "price_or_bands", "/zones/0"),
        (zone(), "price_or_bands", "/zones/0"),
        (zone(price=EUR | {"currency": "USD"}), "invalid_price", "/zones/0/price"),
        (zone(price=EUR, regions=[" "]), "invalid_text", "/zones/0/regions/0"),
        (
            zone(price=EUR, postalCodes=[{"from": "20", "to": "1 9"}]),
            "invalid_range",
            "/zones/0/postalCodes/0/to",
        ),
        (
            zone(basis="weight", bands=[BAND | {"from": 9, "to": 9}]),
            "invalid_range",
            "/zones/0/bands/0",
        ),
        (
            zone(basis="weight", bands=[BAND | {"from": 5, "to": 9}, BAND | {"to": 6}]),
            "overlapping_bands",
            "/zones/0/bands/1",
        ),
    ],
)
def test_what_is_refused(
    shop: Shop, methods: str, wrong: dict[str, Any], code: str, pointer: str
) -> None:
    added = shop.seller.result("POST", methods, BODY)

    for refused in (
        shop.seller.post(methods, BODY | wrong),
        shop.seller.request("PATCH", f"{methods}/{added['id']}", json=wrong, if_match="*"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert refused.json()["errors"][0]["pointer"] == pointer
    assert shop.seller.result("GET", methods) == [added]


def test_a_seller_has_a_limited_number_even_at_once(app: Flask, shop: Shop, methods: str) -> None:
    for _ in range(MOST_METHODS - 1):
        shop.seller.result("POST", methods, BODY)

    def add(_: int) -> int:
        with httpx.Client(
            transport=httpx.WSGITransport(app=app), base_url="http://localhost", timeout=30
        ) as http:
            return Api(http, shop.seller.token).post(methods, BODY).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = sorted(threads.map(add, range(4)))

    assert statuses == [201, 409, 409, 409]
    refused = shop.seller.post(methods, BODY)
    assert refused.json()["code"] == "too_many_shipping_methods"
    assert len(shop.seller.result("GET", methods, params={"limit": 100})) == MOST_METHODS
