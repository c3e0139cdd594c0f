"""The two figures of a product, against a count kept by hand, while its orders go their ways."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.api import Shop
from tests.integration.parcels import placed, report, shipped
from tests.processes import CLI, run, wait_until, working

OLDEST = 5.0
"""How old an answer may be, in seconds."""


@pytest.fixture
def worker(server_environment: dict[str, str], tmp_path: Path) -> Iterator[None]:
    with working(env=server_environment, log=tmp_path / "worker.log"):
        yield


@dataclass(frozen=True)
class Figures:
    """As the administrators read them of a product."""

    shop: Shop
    product: dict[str, Any]

    def now(self) -> tuple[int, int]:
        """Orders that wait for a unit of it, and deliveries in progress that hold one."""
        path = f"/analytics/products/{self.product['slug']}"
        orders = self.shop.admin.result("GET", f"{path}/orders")
        shipping = self.shop.admin.result("GET", f"{path}/shipping?status=inProgress")
        return orders["currentOrders"], shipping["count"]

    def become(self, orders: int, deliveries: int) -> None:
        wait_until(
            lambda: self.now() == (orders, deliveries),
            timeout=OLDEST,
            what=f"{orders} orders and {deliveries} deliveries, not {self.now()}",
        )


@pytest.mark.usefixtures("worker")
def test_orders_and_deliveries_in_progress_as_counted_by_hand(
    shop: Shop, server_environment: dict[str, str]
) -> None:
    table, chair = (
        shop.publish(name, price=price) for name, price in (("table", 5000), ("chair", 900))
    )
    [[one_table], [one_chair]] = (shop.offers(product) for product in (table, chair))
    tables, chairs = Figures(shop, table), Figures(shop, chair)
    tables.become(0, 0)

    both = placed(shop.customer, (one_table, 2), (one_chair, 1))
    single = placed(shop.other_customer, (one_table, 1))
    triple = placed(shop.customer, (one_table, 3))
    tables.become(3, 0)
    chairs.become(1, 0)

    # Parcels hold a part each, one of them none of the tables.
    first_table = shipped(shop.seller, both, 1, 0)
    the_chair = shipped(shop.seller, both, 0, 1)
    two_tables = shipped(shop.seller, triple, 2)
    third_table = shipped(shop.seller, triple, 1)
    tables.become(3, 3)
    chairs.become(1, 1)

    # The carrier tells of the delivery first, and then of the way there.
    report(shop.seller, two_tables, "delivered", day=3)
    assert report(shop.seller, two_tables, "inTransit", day=2).status_code == 201
    report(shop.seller, third_table, "outForDelivery", day=2)
    tables.become(3, 2)

    # What failed is on no way to the buyer, who still waits for it until it is back.
    report(shop.seller, third_table, "failed", day=3)
    tables.become(3, 1)
    report(shop.seller, third_table, "returned", day=4)
    tables.become(2, 1)

    shop.other_customer.result(
        "POST", f"/orders/{single['id']}/cancel", {"reason": "Too small"}, key=str(uuid.uuid4())
    )
    tables.become(1, 1)
    report(shop.seller, first_table, "delivered", day=5)
    tables.become(1, 0)
    [part] = both["sellerOrders"]
    rest = {"reason": "Broken", "lines": [{"lineId": part["lines"][0]["id"], "quantity": 1}]}
    shop.seller.result("POST", f"/seller-orders/{part['id']}/cancel", rest, key=str(uuid.uuid4()))
    tables.become(0, 0)

    chairs.become(1, 1)
    report(shop.seller, the_chair, "delivered", day=5)
    chairs.become(0, 0)

    shown = shop.seller.result("GET", f"/analytics/products/{table['id']}/orders")
    assert (shown["orders"], shown["units"]) == (3, 4)
    assert shown["revenue"] == [{"amount": 4 * 5000, "currency": "EUR"}]
    assert shown["byStatus"] == {"placed": 2, "cancelled": 1}
    every = shop.seller.result("GET", f"/analytics/products/{table['id']}/shipping")["byStatus"]
    assert {status: count for status, count in every.items() if count} == {
        "delivered": 2,
        "returned": 1,
    }
    checked = run(*CLI, "rebuild-analytics", "--check", env=server_environment)
    assert checked.returncode == 0, checked.stderr
