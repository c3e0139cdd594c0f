"""Analytics over HTTP, with what the worker would do in between."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from marketplace.main import Parts
from tests.api import Shop
from tests.integration.conftest import settings_for
from tests.integration.parcels import placed, report, shipped

Json = dict[str, Any]


@pytest.fixture(scope="module")
def work(module_database_url: str) -> Iterator[Callable[[], None]]:
    """Deliver all events that wait."""
    parts = Parts(settings_for(module_database_url))

    def run() -> None:
        while parts.relay.run_once():
            pass

    yield run
    parts.engines.dispose()


def test_the_two_figures_of_a_product(shop: Shop, work: Callable[[], None]) -> None:
    product = shop.publish("figures", on_hand=20)
    [offer] = shop.offers(product)
    path = f"/analytics/products/{product['slug']}"
    first, second = (placed(shop.customer, (offer, quantity)) for quantity in (2, 1))
    parcels = [shipped(shop.seller, first, 1, carrier="DHL") for _ in range(2)]
    work()

    orders = shop.seller.result("GET", f"{path}/orders")
    assert orders["productId"] == product["id"]
    assert (orders["currentOrders"], orders["orders"], orders["units"]) == (2, 2, 3)
    assert orders["byStatus"] == {"placed": 2, "cancelled": 0}
    assert [each["currency"] for each in orders["revenue"]] == ["EUR"]
    assert (orders["from"], orders["to"]) == (None, None)
    assert orders["asOf"].endswith("Z")

    for parcel in parcels:
        assert report(shop.seller, parcel, "delivered").status_code == 201
    shop.customer.result("POST", f"/orders/{second['id']}/cancel", {}, key=str(uuid.uuid4()))
    third = placed(shop.customer, (offer, 1))
    shipped(shop.seller, third, carrier="DHL")
    work()

    orders = shop.admin.result("GET", f"{path}/orders")
    assert (orders["currentOrders"], orders["orders"], orders["units"]) == (1, 3, 3)
    assert orders["byStatus"] == {"placed": 2, "cancelled": 1}
    in_progress = shop.admin.result("GET", f"{path}/shipping?status=inProgress")
    assert in_progress == {
        "productId": product["id"],
        "asOf": in_progress["asOf"],
        "status": "inProgress",
        "count": 1,
        "byStatus": None,
    }
    several = shop.seller.result("GET", f"{path}/shipping?status=delivered&status=failed")
    assert (several["status"], several["count"]) == ("delivered,failed", 2)
    same = shop.seller.result("GET", f"{path}/shipping?status=created,inProgress,created")
    assert (same["status"], same["count"]) == ("created,inProgress", 1)
    every = shop.seller.result("GET", f"{path}/shipping")
    assert (every["status"], every["count"]) == (None, None)
    assert every["byStatus"] == {
        "created": 1,
        "inTransit": 0,
        "outForDelivery": 0,
        "delivered": 2,
        "failed": 0,
        "returned": 0,
    }


def test_a_range(shop: Shop, work: Callable[[], None]) -> None:
    product = shop.publish("range")
    placed_at = placed(shop.customer, (shop.offers(product)[0], 1))["placedAt"]
    work()
    path = f"/analytics/products/{product['id']}/orders"

    with_it = shop.seller.result("GET", path, params={"from": placed_at})
    east = datetime.fromisoformat(placed_at).astimezone(timezone(timedelta(hours=2))).isoformat()
    without = shop.seller.result("GET", path, params={"to": east})

    assert (with_it["orders"], with_it["from"]) == (1, placed_at)
    assert (without["orders"], without["to"], without["currentOrders"]) == (0, placed_at, 1)


def test_sales_and_overview(shop: Shop, work: Callable[[], None]) -> None:
    product = shop.publish("overview", on_hand=5)
    placed(shop.customer, (shop.offers(product)[0], 3))
    work()

    sales = shop.seller.result("GET", "/analytics/sales")
    assert (sales["interval"], len(sales["series"])) == ("day", 30)
    assert sales["series"][-1]["orders"] >= 1
    assert set(sales["series"][0]) == {"start", "orders", "cancelledOrders", "units", "revenue"}
    overview = shop.admin.result("GET", "/analytics/overview", params={"sellerId": shop.seller_id})
    assert overview["units"] >= 3
    assert overview["cartConversion"] is None
    assert product["id"] in [each["id"] for each in overview["topProducts"]]
    assert [each["id"] for each in overview["topSellers"]] == [shop.seller_id]
    assert set(overview["daysToShip"]) == {"count", "p50", "p90"}
    conversion = shop.admin.result("GET", "/analytics/overview")["cartConversion"]
    assert conversion == {"carts": 0, "converted": 0, "rate": None}


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("interval=minute", "invalid_choice", "interval"),
        ("from=yesterday", "invalid_format", "from"),
        ("from=2026-03-01T00:00:00", "invalid_format", "from"),
        ("from=1899-01-01T00:00:00Z", "out_of_range", "from"),
        ("from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z", "invalid_range", "to"),
        ("interval=hour&from=2025-01-01T00:00:00Z", "too_many_buckets", "interval"),
        ("sellerId=somebody", "invalid_format", "sellerId"),
        ("since=2026-03-01T00:00:00Z", "unknown_field", "since"),
    ],
)
def test_what_is_refused(shop: Shop, query: str, code: str, parameter: str) -> None:
    answer = shop.admin.get(f"/analytics/sales?{query}")

    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    assert (error["code"], error["in"], error["parameter"]) == (code, "query", parameter)


def test_an_unknown_status_is_refused(shop: Shop) -> None:
    product = shop.publish("status")

    answer = shop.admin.get(f"/analytics/products/{product['id']}/shipping?status=lost")

    assert answer.status_code == 422


def test_who_sees_nothing(shop: Shop) -> None:
    product = shop.publish("secret")
    for figures in ("orders", "shipping"):
        path = f"/analytics/products/{product['id']}/{figures}"
        assert shop.anonymous.get(path).status_code == 401
        assert shop.customer.get(path).status_code == 403
        assert shop.other_seller.get(path).status_code == 404
        assert shop.seller.get(path).status_code == 200
    for path in ("/analytics/sales", "/analytics/overview"):
        query = {"sellerId": shop.seller_id}
        assert shop.customer.get(path).status_code == 403
        assert shop.other_seller.request("GET", path, params=query).status_code == 403
        nobody = {"sellerId": str(uuid.uuid4())}
        assert shop.admin.request("GET", path, params=nobody).status_code == 404
