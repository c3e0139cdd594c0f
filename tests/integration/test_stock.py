"""Stock over HTTP: what sellers enter, what orders do to it, and what the journal tells."""

import uuid
from typing import Any

import httpx
import pytest
from sqlalchemy import create_engine

from marketplace.infrastructure.database.invariants import violations
from tests.api import Api, Shop
from tests.integration.test_query_counts import counted


@pytest.fixture
def offer(shop: Shop) -> str:
    """The id of an offer of ten units."""
    return shop.offers(shop.publish(f"stock-{uuid.uuid4().hex[:8]}", on_hand=10))[0]


def enter(api: Api, offer: str, body: Any, key: str | None = None) -> httpx.Response:
    return api.post(f"/offers/{offer}/stock-movements", body, key=key or str(uuid.uuid4()))


def journal(shop: Shop, offer: str, **query: Any) -> list[dict[str, Any]]:
    found = shop.seller.get(f"/offers/{offer}/stock-movements", params=query)
    assert found.status_code == 200, found.text
    movements: list[dict[str, Any]] = found.json()["result"]
    return movements


def test_what_is_entered_is_answered_with_the_numbers(shop: Shop, offer: str) -> None:
    body = {"kind": "received", "quantity": 5, "reason": "Delivery 4711"}

    answer = enter(shop.manager, offer, body)

    entered = answer.json()["result"]
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/api/v1/offers/{offer}/stock-movements")
    assert {name: entered[name] for name in body} == body
    assert entered["offerId"] == offer
    assert (entered["onHand"], entered["allocated"], entered["available"]) == (15, 0, 15)
    assert (entered["change"], entered["orderId"]) == (5, None)
    assert entered["actorId"] == shop.manager.user
    assert journal(shop, offer)[0] == entered


def test_a_repeat_receives_nothing_again(shop: Shop, offer: str) -> None:
    key, body = str(uuid.uuid4()), {"kind": "received", "quantity": 5}

    first, again = enter(shop.seller, offer, body, key), enter(shop.seller, offer, body, key)

    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert shop.seller.result("GET", f"/offers/{offer}")["onHand"] == 15
    missing = shop.seller.post(f"/offers/{offer}/stock-movements", body)
    assert (missing.status_code, missing.json()["code"]) == (400, "idempotency_key_required")


def test_a_count_reads_back_as_it_was_entered(shop: Shop, offer: str) -> None:
    counted_ = enter(shop.seller, offer, {"kind": "counted", "quantity": 7}).json()["result"]

    assert (counted_["quantity"], counted_["change"], counted_["onHand"]) == (7, -3, 7)


def test_the_journal_tells_it_all_newest_first(shop: Shop, offer: str) -> None:
    order = shop.customer.order((offer, 4)).json()["result"]
    declined = shop.customer.order((offer, 2), payment="tok_declined")
    enter(shop.seller, offer, {"kind": "adjusted", "quantity": -1, "reason": "Broken"})
    enter(shop.seller, offer, {"kind": "counted", "quantity": 8})

    told = [
        (each["kind"], each["change"], each["onHand"], each["allocated"], each["available"])
        for each in journal(shop, offer)
    ]

    assert declined.status_code == 402
    assert told == [
        ("counted", -1, 8, 4, 4),
        ("adjusted", -1, 9, 4, 5),
        ("released", -2, 10, 4, 6),
        ("allocated", 2, 10, 6, 4),
        ("allocated", 4, 10, 4, 6),
        ("received", 10, 10, 0, 10),
    ]
    assert journal(shop, offer)[4]["orderId"] == order["id"]
    shown = shop.seller.result("GET", f"/offers/{offer}")
    assert (shown["onHand"], shown["allocated"], shown["available"]) == (8, 4, 4)


def test_the_journal_is_paged(shop: Shop, offer: str) -> None:
    for quantity in (1, 2, 3):
        enter(shop.seller, offer, {"kind": "received", "quantity": quantity})
    path = f"/offers/{offer}/stock-movements"

    first = shop.seller.get(path, params={"limit": 3}).json()
    second = shop.seller.get(path, params={"limit": 3, "cursor": first["page"]["next"]}).json()
    back = shop.seller.get(path, params={"limit": 3, "cursor": second["page"]["previous"]}).json()

    assert [each["quantity"] for each in first["result"]] == [3, 2, 1]
    assert [each["quantity"] for each in second["result"]] == [10]
    assert back["result"] == first["result"]


def test_orders_keep_what_is_allocated(shop: Shop, offer: str) -> None:
    shop.customer.order((offer, 4))
    etag = shop.seller.get(f"/offers/{offer}").headers["ETag"]

    refused = [
        enter(shop.seller, offer, {"kind": "counted", "quantity": 3}),
        enter(shop.seller, offer, {"kind": "adjusted", "quantity": -7, "reason": "Lost"}),
        shop.seller.request("PATCH", f"/offers/{offer}", json={"onHand": 3}, if_match=etag),
    ]

    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (409, "stock_allocated")
        assert (answer.json()["onHand"], answer.json()["allocated"]) == (10, 4)
    assert len(journal(shop, offer)) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"kind": "received", "quantity": 0}, "invalid_quantity"),
        ({"kind": "counted", "quantity": -1}, "invalid_quantity"),
        ({"kind": "adjusted", "quantity": -1}, "reason_required"),
        ({"kind": "received", "quantity": 2**31 - 1}, "invalid_stock"),
        ({"kind": "shipped", "quantity": 1}, "invalid_request"),
        ({"kind": "received", "quantity": 1.5}, "invalid_request"),
        ({"kind": "received"}, "invalid_request"),
    ],
)
def test_what_is_refused(shop: Shop, offer: str, body: Any, code: str) -> None:
    refused = enter(shop.seller, offer, body)

    assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_of_an_offer_that_is_gone(shop: Shop, offer: str) -> None:
    shop.seller.request("DELETE", f"/offers/{offer}", if_match="*")

    assert enter(shop.seller, offer, {"kind": "received", "quantity": 1}).status_code == 404
    assert shop.seller.get(f"/offers/{offer}/stock-movements").status_code == 404


class TestPatch:
    def test_of_units_on_hand_is_a_count(self, shop: Shop, offer: str) -> None:
        before = shop.seller.result("GET", f"/offers/{offer}")

        changed = shop.seller.result("PATCH", f"/offers/{offer}", {"onHand": 3}, if_match="*")

        assert (changed["onHand"], changed["available"]) == (3, 3)
        assert changed["version"] == before["version"] + 1
        newest = journal(shop, offer)[0]
        assert (newest["kind"], newest["quantity"], newest["change"]) == ("counted", 3, -7)

    def test_with_what_is_known_counts_nothing(self, shop: Shop, offer: str) -> None:
        before = shop.seller.get(f"/offers/{offer}")
        body = {"onHand": 10, "lowStockThreshold": None}

        after = shop.seller.request("PATCH", f"/offers/{offer}", json=body, if_match="*")

        assert after.headers["ETag"] == before.headers["ETag"]
        assert len(journal(shop, offer)) == 1

    def test_of_the_threshold(self, shop: Shop, offer: str) -> None:
        path = f"/offers/{offer}"
        version = shop.seller.result("GET", path)["version"]

        low = shop.seller.result("PATCH", path, {"lowStockThreshold": 4}, if_match="*")
        same = shop.seller.result("PATCH", path, {"lowStockThreshold": 4}, if_match="*")
        none = shop.seller.result("PATCH", path, {"lowStockThreshold": None}, if_match="*")

        shown = [each["lowStockThreshold"] for each in (low, same, none)]
        assert shown == [4, 4, None]
        versions = [each["version"] for each in (low, same, none)]
        assert versions == [version + 1, version + 1, version + 2]

    def test_comes_with_a_new_offer(self, shop: Shop, offer: str) -> None:
        variant = shop.seller.result("GET", f"/offers/{offer}")["variantId"]
        body = {
            "variantId": variant,
            "sku": f"SKU-{uuid.uuid4().hex}",
            "price": {"amount": 1, "currency": "EUR"},
            "sellerId": shop.other_seller_id,
            "onHand": 0,
            "lowStockThreshold": 2,
        }

        created = shop.other_seller.result("POST", "/offers", body)

        assert (created["onHand"], created["lowStockThreshold"]) == (0, 2)
        assert shop.other_seller.result("GET", f"/offers/{created['id']}/stock-movements") == []


def test_an_order_that_empties_the_stock_costs_no_statement_more(shop: Shop, offer: str) -> None:
    shop.seller.result("PATCH", f"/offers/{offer}", {"lowStockThreshold": 4}, if_match="*")
    assert shop.customer.order((offer, 1)).status_code == 201

    with counted() as statements:
        assert shop.customer.order((offer, 9)).status_code == 201

    assert len(statements) == 12, "\n\n".join(statements)


def test_the_invariants_hold(shop: Shop, offer: str, module_database_url: str) -> None:
    shop.customer.order((offer, 4))
    shop.customer.order((offer, 2), payment="tok_declined")
    enter(shop.seller, offer, {"kind": "adjusted", "quantity": 1, "reason": "Found"})
    engine = create_engine(module_database_url)

    with engine.begin() as connection:
        assert violations(connection, settled=False) == []
        connection.exec_driver_sql(
            f"UPDATE stock_items SET on_hand = on_hand + 1 WHERE offer_id = '{offer}'"  # noqa: S608
        )
        found = violations(connection, settled=False)
        connection.exec_driver_sql(
            "UPDATE payments SET status = 'failed' WHERE status = 'captured'"
        )
        unpaid = violations(connection, settled=False)
        connection.rollback()
    engine.dispose()

    assert {(each.invariant, each.id) for each in found} == {
        ("on hand and allocated are the sums of the movements", offer),
        ("the latest movement tells the numbers", offer),
    }
    assert "an order says how its payment is" in {each.invariant for each in unpaid}
