"""What shipping costs by zones and tables, from the seller's words to the order's total."""

from typing import Any

import pytest

from tests.api import ADDRESS, Api, Shop

EUR = "EUR"


def price(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": EUR}


def band(start: int, end: int | None, amount: int) -> dict[str, Any]:
    return {"from": start, "to": end, "price": price(amount)}


ISLANDS = {
    "countries": ["DE"],
    "postalCodes": [{"from": "25845", "to": "25869"}, {"from": "25929", "to": "25999"}],
    "price": price(1290),
}
AT_HOME = {
    "countries": ["DE"],
    "basis": "weight",
    "bands": [band(0, 2000, 490), band(2000, 10000, 990)],
}
METHOD = {
    "name": "Parcel",
    "price": price(0),
    "freeFrom": price(20000),
    "zones": [ISLANDS, AT_HOME],
    "handlingDays": 2,
}


@pytest.fixture(scope="module")
def method(shop: Shop) -> str:
    made: str = shop.seller.result("POST", f"/sellers/{shop.seller_id}/shipping-methods", METHOD)[
        "id"
    ]
    return made


@pytest.fixture(scope="module")
def offer(shop: Shop) -> str:
    """Of something that costs 30.00 EUR and weighs 1250 g."""
    product = shop.publish("rated", price=3000)
    shop.seller.result("PATCH", f"/variants/{product['variants'][0]['id']}", {"weight": 1250})
    return shop.offers(product)[0]


def asked(buyer: Api, offer: str, quantity: int, address: dict[str, Any]) -> dict[str, Any]:
    """A quote for so many units."""
    body = {"items": [{"offerId": offer, "quantity": quantity}], "shippingAddress": address}
    quote: dict[str, Any] = buyer.result("POST", "/checkout/quote", body)
    return quote


@pytest.mark.parametrize(
    ("quantity", "address", "cost"),
    [
        (1, {}, 490),
        (2, {}, 990),
        (6, {}, 990),
        # 210.00 EUR, and 8.75 kg.
        (7, {}, 0),
        (1, {"postalCode": "25845"}, 1290),
        (6, {"postalCode": "25 999"}, 1290),
        (7, {"postalCode": "25999"}, 0),
        # An island takes what is too heavy elsewhere.
        (8, {"postalCode": "25929"}, 0),
        (1, {"postalCode": "25870"}, 490),
        (1, {"postalCode": "2584"}, 490),
    ],
)
def test_an_order_costs_what_its_zone_says(
    shop: Shop, method: str, offer: str, quantity: int, address: dict[str, Any], cost: int
) -> None:
    to = ADDRESS | address

    quote = asked(shop.customer, offer, quantity, to)
    answer = shop.customer.order(
        (offer, quantity), shippingAddress=to, expectedTotal=price(3000 * quantity + cost)
    )

    assert quote["shippingTotal"] == price(cost)
    assert [
        (option["methodId"], option["price"], option["handlingDays"])
        for option in quote["shippingOptions"][0]["options"]
    ] == [(method, price(cost), 2)]
    assert answer.status_code == 201, answer.text
    order = answer.json()["result"]
    assert (order["shippingTotal"], order["total"]) == (price(cost), quote["total"])
    assert order["sellerOrders"][0]["shipping"] == {
        "methodId": method,
        "name": "Parcel",
        "price": price(cost),
        "handlingDays": 2,
    }


@pytest.mark.usefixtures("method")
@pytest.mark.parametrize(("quantity", "address"), [(8, {}), (1, {"country": "FR"})])
def test_what_is_in_no_band_or_zone_is_not_shipped(
    shop: Shop, offer: str, quantity: int, address: dict[str, Any]
) -> None:
    to = ADDRESS | address
    body = {"items": [{"offerId": offer, "quantity": quantity}], "shippingAddress": to}

    for refused in (
        shop.customer.post("/checkout/quote", body),
        shop.customer.order((offer, quantity), shippingAddress=to),
    ):
        assert (refused.status_code, refused.json()["code"]) == (409, "no_shipping_method")
        assert refused.json()["seller"] == shop.seller_id


def test_the_cheapest_that_fits_is_taken(shop: Shop, method: str, offer: str) -> None:
    """Ten of them are too heavy for the parcel."""
    freight = {"name": "Freight", "price": price(4900), "handlingDays": 5}
    path = f"/sellers/{shop.seller_id}/shipping-methods"
    added = shop.seller.result("POST", path, freight)["id"]

    options = {
        quantity: [
            option["methodId"]
            for option in asked(shop.customer, offer, quantity, ADDRESS)["shippingOptions"][0][
                "options"
            ]
        ]
        for quantity in (1, 10)
    }
    order = shop.customer.order((offer, 10)).json()["result"]
    shop.seller.request("DELETE", f"{path}/{added}", if_match="*")

    assert options == {1: [method, added], 10: [added]}
    assert order["sellerOrders"][0]["shipping"]["methodId"] == added
    assert order["total"] == price(34900)


def test_an_order_keeps_what_shipping_cost(shop: Shop, method: str, offer: str) -> None:
    order = shop.customer.order((offer, 1)).json()["result"]
    path = f"/sellers/{shop.seller_id}/shipping-methods/{method}"

    dearer = {"zones": [AT_HOME | {"bands": [band(0, None, 9900)]}], "handlingDays": 9}
    shop.seller.result("PATCH", path, dearer, if_match="*")
    now = asked(shop.customer, offer, 1, ADDRESS)["shippingTotal"]
    before = {"zones": METHOD["zones"], "handlingDays": METHOD["handlingDays"]}
    shop.seller.result("PATCH", path, before, if_match="*")

    assert now == price(9900)
    assert shop.customer.result("GET", f"/orders/{order['id']}") == {
        name: value for name, value in order.items() if name != "accessToken"
    }


def test_bands_that_overlap_are_refused(shop: Shop, method: str) -> None:
    path = f"/sellers/{shop.seller_id}/shipping-methods"
    table = AT_HOME | {"bands": [band(0, 2001, 490), band(2000, None, 990)]}
    wrong = {"zones": [ISLANDS, table]}

    for refused in (
        shop.seller.post(path, METHOD | wrong),
        shop.seller.request("PATCH", f"{path}/{method}", json=wrong, if_match="*"),
    ):
        assert (refused.status_code, refused.json()["code"]) == (422, "overlapping_bands")
        assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [
            ("/zones/1/bands/1", "overlapping_bands")
        ]
