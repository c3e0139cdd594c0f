"""The list of products as a search, over HTTP."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.api import Shop


@pytest.fixture
def find(shop: Shop) -> Callable[..., list[str]]:
    def find(**query: Any) -> list[str]:
        answer = shop.anonymous.get("/products", params={"limit": 100, **query})
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["result"]]

    return find


def listed(shop: Shop, product: dict[str, Any], find: Callable[..., list[str]]) -> bool:
    return product["id"] in find(q=product["name"])


def test_what_is_published_is_found_at_once_and_what_is_archived_no_more(
    shop: Shop, find: Callable[..., list[str]]
) -> None:
    draft = shop.draft("found-once")
    assert not listed(shop, draft, find)
    shop.seller.result("POST", f"/products/{draft['id']}/submit")
    assert not listed(shop, draft, find)
    shop.admin.result("POST", f"/products/{draft['id']}/approve")
    assert listed(shop, draft, find)
    shop.seller.result("POST", f"/products/{draft['id']}/archive")
    assert not listed(shop, draft, find)


def test_a_suspended_seller_vanishes_and_comes_back(
    shop: Shop, find: Callable[..., list[str]]
) -> None:
    product = shop.publish("suspended")
    seller = f"/sellers/{shop.seller_id}"

    shop.admin.result("POST", f"{seller}/suspend", {"reason": "Not now."})
    gone = listed(shop, product, find)
    shop.admin.result("POST", f"{seller}/reinstate")

    assert not gone
    assert listed(shop, product, find)


def test_a_category_that_moves_takes_its_products_along(
    shop: Shop, find: Callable[..., list[str]]
) -> None:
    tops = [
        shop.admin.result("POST", "/categories", {"name": f"Top {uuid.uuid4().hex}"})
        for _ in range(2)
    ]
    product = shop.publish("moves")
    category = shop.admin.get(f"/categories/{shop.category_id}")
    for top in tops:
        moved = shop.admin.request(
            "PATCH",
            f"/categories/{shop.category_id}",
            json={"parentId": top["id"]},
            if_match="*",
        )
        assert moved.status_code == 200, moved.text
        assert product["id"] in find(category=top["slug"])
        assert product["id"] in find(category=top["id"])
    assert product["id"] not in find(category=tops[0]["slug"])
    assert product["id"] in find(category=category.json()["result"]["slug"])


def test_facets_and_total_stand_beside_the_result(shop: Shop) -> None:
    shop.publish("beside", variants=2)
    answer = shop.anonymous.get(
        "/products",
        params=[
            ("q", "beside"),
            ("attr", "size:0"),
            ("include", "facets"),
            ("include", "total"),
        ],
    )

    body = answer.json()
    assert body["page"]["total"] == len(body["result"]) == 1
    facets = {each["name"]: each for each in body["facets"]}
    size = facets["attr:size"]
    assert [(each["value"], each["count"], each["selected"]) for each in size["values"]] == [
        ("0", 1, True),
        ("1", 1, False),
    ]
    assert set(size) == {"name", "label", "type", "values", "min", "max", "sampled"}
    assert facets["price"]["min"] == 1999
    assert "facets" not in shop.anonymous.get("/products").json()


def test_ranges_and_prices(shop: Shop, find: Callable[..., list[str]]) -> None:
    product = shop.publish("priced", price=4242)

    assert product["id"] in find(minPrice=4242, maxPrice=4242, currency="EUR")
    assert product["id"] not in find(minPrice=4242, maxPrice=4242, currency="USD")
    assert product["id"] in find(attr="size:0..0")
    assert product["id"] not in find(attr="size:1..")


@pytest.mark.parametrize(
    "query",
    [
        "q=",
        "minPrice=-1",
        "minPrice=x",
        "attr=size",
        "attr=:x",
        "condition=broken",
        "inStock=yes",
        "sort=best",
        "currency=XXX1",
        "include=everything",
    ],
)
def test_what_makes_no_sense_is_422(query: str, shop: Shop) -> None:
    assert shop.anonymous.get(f"/products?{query}").status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\\' & | ! :* <-> ((("},
        {"q": "%"},
        {"q": '"'},
        {"q": "-"},
        {"q": "-" * 40},
        {"q": "- " * 40},
        {"q": "-!" * 40},
        {"q": "- or " * 35},
        {"q": '-""' * 40},
        {"q": '-"-' * 40},
        {"q": "-_" * 40},
        {"q": "-a " * 40},
        {"q": "a or " * 40},
        {"attr": 'a"b\\:$.v[*] ? (1 == 1)'},
        {"attr": "x:99999999999999999999"},
        {"attr": "x:-5.."},
        {"attr": ["x:1..2", "y:NaN", "z:true"]},
        {"attr": "ü:" + "ß" * 200},
        {"category": "unknown", "seller": str(uuid.uuid4())},
    ],
)
def test_strange_queries_find_nothing(query: dict[str, Any], shop: Shop) -> None:
    answer = shop.anonymous.get("/products", params={**query, "include": "facets,total"})

    assert answer.status_code == 200, answer.text
    assert answer.json()["result"] == []


@pytest.mark.parametrize("name", ["minPrice", "maxPrice"])
def test_a_price_needs_its_currency(name: str, shop: Shop) -> None:
    answer = shop.anonymous.get("/products", params={name: 5})

    assert answer.status_code == 422, answer.text
    assert "currency" in str(answer.json()["errors"])
    params = {name: 5, "currency": "EUR"}
    assert shop.anonymous.get("/products", params=params).status_code == 200


def test_amounts_of_another_currency_are_not_compared(
    shop: Shop, find: Callable[..., list[str]]
) -> None:
    product = shop.publish("abroad", price=4711)
    offer = {
        "variantId": product["variants"][0]["id"],
        "sellerId": shop.other_seller_id,
        "sku": f"yen-{uuid.uuid4().hex[:8]}",
        "price": {"amount": 900, "currency": "JPY"},
        "onHand": 1,
    }
    shop.other_seller.result("POST", "/offers", offer)
    abroad = shop.publish("at-home", price=300)

    def facet(**query: Any) -> dict[str, Any]:
        params = {"q": product["name"], "include": "facets", **query}
        found = shop.anonymous.get("/products", params=params).json()["facets"]
        price: dict[str, Any] = next(each for each in found if each["name"] == "price")
        return price

    shown = shop.anonymous.result("GET", f"/products/{product['id']}")
    assert shown["priceFrom"] == {"amount": 4711, "currency": "EUR"}
    assert (shown["offerCount"], shown["inStock"]) == (2, True)
    assert product["id"] in find(minPrice=4711, currency="EUR", sort="-price")
    assert product["id"] not in find(currency="JPY")
    prices = find(sort="price", currency="EUR")
    assert prices.index(abroad["id"]) < prices.index(product["id"])
    assert (facet()["min"], facet()["max"]) == (4711, 4711)


def test_suggestions(shop: Shop) -> None:
    product = shop.publish("suggested")

    found = shop.anonymous.result("GET", "/search/suggestions?q=Product suggest")

    assert {"text": product["name"], "type": "product", "slug": product["slug"]} in found
    assert shop.anonymous.get("/search/suggestions").status_code == 422


@pytest.mark.parametrize("q", [" ", "\t", "\n", " \t\r\n "])
def test_nothing_is_suggested_for_what_is_blank(q: str, shop: Shop) -> None:
    assert shop.anonymous.result("GET", "/search/suggestions", params={"q": q}) == []


@pytest.mark.parametrize(
    "q", ["-" * 40, "- " * 40, "-!" * 60, '"' * 41, "-\\" * 40, "'" * 30, "-a" * 40]
)
def test_no_query_is_too_much(q: str, shop: Shop) -> None:
    for path in ("/search/suggestions", "/products"):
        answer = shop.anonymous.get(path, params={"q": q})
        assert answer.status_code == 200, answer.text
