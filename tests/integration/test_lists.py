"""What every list promises, whatever it lists."""

from typing import Any

import pytest
from flask import Flask

from marketplace.presentation.rest.api import openapi_document
from tests.api import BASE, Api, Shop


def paged(document: dict[str, Any]) -> list[str]:
    """The paths of all lists that come in pages, after /api/v1."""
    return [
        path.removeprefix(BASE)
        for path, item in document["paths"].items()
        if any(each.get("name") == "cursor" for each in item.get("get", {}).get("parameters", ()))
    ]


def test_every_paged_list_counts_when_it_is_asked_to(app: Flask, shop: Shop) -> None:
    product = shop.publish("list")
    shop.draft("list")
    placed = shop.customer.order((shop.offers(product)[0], 1))
    assert placed.status_code == 201
    readers = {
        "/orders": shop.customer,
        "/orders/{order}/events": shop.customer,
        "/sellers/{seller}/products": shop.seller,
        "/offers/{id}/stock-movements": shop.seller,
    }
    [offer] = shop.offers(product)
    lists = paged(openapi_document(app))
    assert len(lists) >= 7
    for path in lists:
        api = readers.get(path, shop.admin)
        url = path.format(seller=shop.seller_id, id=offer, order=placed.json()["result"]["id"])
        plain = api.get(url, params={"limit": 1})
        assert plain.status_code == 200, path
        assert "total" not in plain.json()["page"], path
        counted = api.get(url, params={"limit": 1, "include": "total"})
        assert counted.json()["page"]["total"] == len(everything(api, url)), path


def everything(api: Api, url: str) -> list[Any]:
    items: list[Any] = []
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = api.get(url, params={"limit": 100, **more}).json()
        items += page["result"]
        cursor = page["page"]["next"]
        if cursor is None:
            return items


@pytest.mark.parametrize("status", ["pending", "rejected", "suspended"])
def test_sellers_that_are_not_approved_are_for_administrators(shop: Shop, status: str) -> None:
    wanted = {"status": status}
    assert shop.admin.get("/sellers", params=wanted).status_code == 200
    assert shop.seller.get("/sellers", params=wanted).status_code == 403
    answer = shop.anonymous.get("/sellers", params=wanted)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    for api in (shop.admin, shop.seller, shop.anonymous):
        assert api.get("/sellers", params={"status": "approved"}).status_code == 200


def test_a_product_has_its_media(shop: Shop) -> None:
    assert shop.publish("media")["media"] == []
