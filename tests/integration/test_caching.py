"""What caches may keep, and how they learn that it still holds."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from marketplace.infrastructure.database.queries import products as product_queries
from tests.api import Api, Shop
from tests.integration.test_query_counts import counted


@pytest.fixture(scope="module")
def product(shop: Shop) -> dict[str, Any]:
    return shop.publish("caching", variants=2)


def again(api: Api, path: str, first: httpx.Response) -> httpx.Response:
    return api.get(path, headers={"If-None-Match": first.headers["ETag"]})


PUBLIC = [
    "/meta",
    "/products",
    "/products?q=caching&include=facets,total",
    "/products/{slug}",
    "/products/{id}",
    "/categories",
    "/sellers",
    "/search/suggestions?q=cach",
]


@pytest.mark.parametrize("path", PUBLIC)
def test_public_reads_may_be_kept_and_are_asked_for_again(
    path: str, shop: Shop, product: dict[str, Any]
) -> None:
    path = path.format_map(product)
    for api, scope in ((shop.anonymous, "public"), (shop.customer, "private")):
        first = api.get(path)
        assert first.headers["Cache-Control"] == f"{scope}, no-cache"
        assert first.headers["Vary"] == "Authorization, Origin"
        second = again(api, path, first)
        assert (second.status_code, second.content) == (304, b"")
        for name in ("ETag", "Cache-Control", "Vary"):
            assert second.headers[name] == first.headers[name]


@pytest.mark.parametrize("path", ["/orders", "/users/me"])
def test_others_are_for_one_alone(path: str, shop: Shop) -> None:
    assert "public" not in shop.customer.get(path).headers["Cache-Control"]


def test_a_product_that_is_known_is_not_made(
    shop: Shop, product: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/products/{product['id']}"
    first = shop.anonymous.get(path)
    version, _, digest = first.headers["ETag"].strip('"').partition(".")
    assert version == str(first.json()["result"]["version"])
    assert digest

    def make(*_: object) -> None:
        raise AssertionError("made")

    monkeypatch.setattr(product_queries, "product_view", make)
    with counted() as statements:
        assert again(shop.anonymous, path, first).status_code == 304
    assert len(statements) == 1


def stock(shop: Shop, product: dict[str, Any]) -> None:
    offer = shop.offers(product)[0]
    etag = shop.seller.get(f"/offers/{offer}").headers["ETag"]
    changed = shop.seller.request("PATCH", f"/offers/{offer}", json={"onHand": 3}, if_match=etag)
    assert changed.status_code == 200, changed.text


def order(shop: Shop, product: dict[str, Any]) -> None:
    assert shop.customer.order((shop.offers(product)[0], 1)).status_code == 201


def category(shop: Shop, product: dict[str, Any]) -> None:
    path = f"/categories/{product['category']['id']}"
    changed = shop.admin.request("PATCH", path, json={"name": "Renamed"}, if_match="*")
    assert changed.status_code == 200, changed.text


@pytest.mark.parametrize("change", [order, stock, category])
def test_whatever_is_embedded_counts(
    change: Callable[[Shop, dict[str, Any]], None], shop: Shop, product: dict[str, Any]
) -> None:
    path = f"/products/{product['id']}"
    first = shop.anonymous.get(path)
    change(shop, product)
    second = again(shop.anonymous, path, first)
    assert second.status_code == 200
    assert second.content != first.content


def test_what_waits_for_approval_changes_nothing_for_strangers_but_the_version(
    shop: Shop, product: dict[str, Any]
) -> None:
    path = f"/products/{product['id']}"
    seller = shop.seller.get(path)
    edited = shop.seller.request(
        "PATCH", path, json={"description": "Waits."}, if_match=seller.headers["ETag"]
    )
    assert edited.status_code == 200
    mine, theirs = shop.seller.get(path), shop.anonymous.get(path)
    assert edited.headers["ETag"] == mine.headers["ETag"] != theirs.headers["ETag"]
    assert theirs.json()["result"]["pendingChanges"] is None
    assert again(shop.anonymous, path, mine).status_code == 200
