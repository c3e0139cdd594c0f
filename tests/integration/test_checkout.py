"""From a cart to an order over HTTP: quotes and shipping."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tests.api import ADDRESS, Api, Shop
from tests.integration.buyers import PAYMENT, Buyer, check_out, eur, rival_offer


def quote(api: Api, **body: Any) -> dict[str, Any]:
    found: dict[str, Any] = api.result(
        "POST", "/checkout/quote", {"shippingAddress": ADDRESS, **body}
    )
    return found


@pytest.fixture
def shipper(shop: Shop) -> Iterator[Shop]:
    """The seller ships by post for 2.90, free from 50.00, and in Germany by express for 8.90."""
    path = f"/sellers/{shop.seller_id}/shipping-methods"
    made = [
        shop.seller.result("POST", path, body)["id"]
        for body in (
            {"name": "Post", "price": eur(290), "freeFrom": eur(5000), "countries": ["AT", "DE"]},
            {"name": "Express", "carrier": "DHL", "price": eur(890), "countries": ["DE"]},
        )
    ]
    yield shop
    for method_id in made:
        shop.seller.request("DELETE", f"{path}/{method_id}", if_match="*")


def methods_of(shop: Shop) -> dict[str, str]:
    path = f"/sellers/{shop.seller_id}/shipping-methods"
    return {each["name"]: each["id"] for each in shop.seller.result("GET", path)}


class TestCheckout:
    def test_what_the_cart_shows_is_ordered(
        self, buyer: Buyer, shop: Shop, offer: str, database: Engine
    ) -> None:
        rivals = rival_offer(shop, 500, "EUR")
        buyer.put(offer, 2)
        before = buyer.put(rivals, 1).json()["result"]

        answer = check_out(buyer.api, before["total"]["amount"])

        order = answer.json()["result"]
        assert answer.status_code == 201
        assert answer.headers["Location"] == f"/api/v1/orders/{order['id']}"
        assert (order["total"], order["accessToken"]) == (before["total"], None)
        assert [
            (part["seller"]["id"], [(line["offerId"], line["quantity"]) for line in part["lines"]])
            for part in order["sellerOrders"]
        ] == [(shop.seller_id, [(offer, 2)]), (shop.other_seller_id, [(rivals, 1)])]
        after = buyer.cart()
        assert after["items"] == []
        assert after["id"] != before["id"]

    def test_to_an_address_that_is_kept(self, buyer: Buyer, offer: str, shop: Shop) -> None:
        buyer.put(offer, 1)
        kept = buyer.api.result("POST", "/users/me/addresses", {**ADDRESS, "city": "Potsdam"})
        foreign = shop.customer.result("POST", "/users/me/addresses", ADDRESS)

        refused = check_out(buyer.api, 1999, addressId=foreign["id"])
        placed = check_out(buyer.api, 1999, addressId=kept["id"])

        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/addressId")
        assert placed.json()["result"]["shippingAddress"]["city"] == "Potsdam"

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({"expectedTotal": eur(1999)}, "/shippingAddress"),
            (
                {
                    "expectedTotal": eur(1999),
                    "shippingAddress": ADDRESS,
                    "addressId": str(uuid.uuid4()),
                },
                "/addressId",
            ),
            ({"shippingAddress": ADDRESS}, "/expectedTotal"),
            (
                {
                    "shippingAddress": ADDRESS,
                    "expectedTotal": eur(1999),
                    "shipping": {"junk": str(uuid.uuid4())},
                },
                "/shipping/junk",
            ),
            (
                {
                    "shippingAddress": ADDRESS,
                    "expectedTotal": eur(1999),
                    "items": [{"offerId": str(uuid.uuid4()), "quantity": 1}],
                },
                "/items",
            ),
        ],
    )
    def test_what_is_no_checkout(self, buyer: Buyer, body: dict[str, Any], pointer: str) -> None:
        answer = buyer.api.post("/checkout", {"payment": PAYMENT, **body}, key=str(uuid.uuid4()))

        assert answer.status_code == 422
        assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]

    def test_another_total_is_refused_and_told(self, buyer: Buyer, offer: str) -> None:
        buyer.put(offer, 2)

        answer = check_out(buyer.api, 3997)

        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, "cart_changed")
        assert problem["total"] == eur(3998)
        assert buyer.wanted() == {offer: 2}

    def test_an_empty_cart(self, buyer: Buyer) -> None:
        answer = check_out(buyer.api, 0)

        assert (answer.status_code, answer.json()["code"]) == (409, "cart_empty")

    def test_declined_it_stays(self, buyer: Buyer, shop: Shop, offer: str) -> None:
        before = buyer.put(offer, 2).json()["result"]

        answer = check_out(buyer.api, 3998, payment={**PAYMENT, "token": "tok_declined"})

        assert (answer.status_code, answer.json()["code"]) == (402, "payment_declined")
        assert buyer.cart() == before
        assert check_out(buyer.api, 3998).status_code == 201

    def test_a_pending_payment_is_an_order(self, buyer: Buyer, offer: str) -> None:
        buyer.put(offer, 1)

        answer = check_out(buyer.api, 1999, payment={**PAYMENT, "token": "tok_pending"})

        assert answer.json()["result"]["paymentStatus"] == "pending"
        assert buyer.wanted() == {}

    def test_a_repeat_gets_the_same_answer(self, buyer: Buyer, offer: str) -> None:
        buyer.put(offer, 1)
        key = str(uuid.uuid4())

        first, second = (check_out(buyer.api, 1999, key) for _ in range(2))

        assert first.content == second.content
        assert second.headers["Idempotent-Replayed"] == "true"
        assert len(buyer.api.result("GET", "/orders")) == 1

    def test_mixed_currencies(self, buyer: Buyer, shop: Shop, offer: str) -> None:
        buyer.put(offer, 1)
        buyer.put(rival_offer(shop, 900, "JPY"), 1)

        answer = check_out(buyer.api, 1999)

        assert (answer.status_code, answer.json()["code"]) == (409, "mixed_currencies")
        assert "errors" not in answer.json(), "there are no items in this body"


class TestShipping:
    def test_the_cheapest_or_the_chosen_one(
        self, buyer: Buyer, shipper: Shop, offer: str, database: Engine
    ) -> None:
        methods = methods_of(shipper)
        chosen = {shipper.seller_id: methods["Express"]}

        cheapest = buyer.api.order((offer, 1), expectedTotal=eur(2289)).json()["result"]
        free = buyer.api.order((offer, 3), expectedTotal=eur(5997)).json()["result"]
        buyer.put(offer, 1)
        express = check_out(buyer.api, 2889, shipping=chosen).json()["result"]

        assert [
            (order["sellerOrders"][0]["shipping"]["name"], order["shippingTotal"]["amount"])
            for order in (cheapest, free, express)
        ] == [("Post", 290), ("Post", 0), ("Express", 890)]
        assert express["sellerOrders"][0]["shipping"] == {
            "methodId": methods["Express"],
            "name": "Express",
            "price": eur(890),
            "handlingDays": 0,
        }
        assert express["total"] == express["payments"][0]["amount"] == eur(2889)

    def test_a_seller_that_is_named_twice(self, buyer: Buyer, shipper: Shop, offer: str) -> None:
        buyer.put(offer, 1)
        seller, method = shipper.seller_id, next(iter(methods_of(shipper).values()))

        answer = check_out(buyer.api, 1999, shipping={seller: method, seller.upper(): method})

        assert answer.status_code == 422
        assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
            (f"/shipping/{seller.upper()}", "duplicate_key")
        ]

    def test_what_does_not_fit(self, buyer: Buyer, shipper: Shop, offer: str) -> None:
        abroad, austria = {**ADDRESS, "country": "FR"}, {**ADDRESS, "country": "AT"}
        chosen = {shipper.seller_id: methods_of(shipper)["Express"]}

        refused = [
            buyer.api.order((offer, 1), shippingAddress=abroad),
            buyer.api.order((offer, 1), shippingAddress=austria, shipping=chosen),
        ]

        for answer in refused:
            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (409, "no_shipping_method")
            assert problem["seller"] == shipper.seller_id

    def test_what_is_not_known(self, buyer: Buyer, shipper: Shop, offer: str) -> None:
        method = methods_of(shipper)["Post"]
        for seller_id, method_id in [
            (shipper.seller_id, str(uuid.uuid4())),
            (shipper.other_seller_id, method),
        ]:
            answer = buyer.api.order((offer, 1), shipping={seller_id: method_id})

            problem = answer.json()
            assert (answer.status_code, problem["code"]) == (422, "unknown_id")
            assert problem["errors"][0]["pointer"] == f"/shipping/{seller_id}"


class TestQuote:
    def test_it_is_what_checkout_compares(self, buyer: Buyer, shipper: Shop, offer: str) -> None:
        buyer.put(offer, 2)

        found = quote(buyer.api)

        assert (found["total"], found["shippingTotal"]) == (eur(4288), eur(290))
        [options] = found["shippingOptions"]
        assert options["sellerId"] == shipper.seller_id
        assert [(each["name"], each["price"]["amount"]) for each in options["options"]] == [
            ("Post", 290),
            ("Express", 890),
        ]
        assert found["paymentMethods"] == ["sandbox"]
        assert check_out(buyer.api, found["total"]["amount"]).status_code == 201

    def test_anybody_may_ask_for_items(self, shop: Shop, offer: str) -> None:
        found = quote(shop.anonymous, items=[{"offerId": offer, "quantity": 3}])

        [line] = found["lines"]
        assert (line["offerId"], line["quantity"], line["total"]) == (offer, 3, eur(5997))
        assert (found["total"], found["changes"]) == (eur(5997), [])
        without = shop.anonymous.post("/checkout/quote", {"shippingAddress": ADDRESS})
        assert (without.status_code, without.json()["code"]) == (401, "unauthenticated")

    def test_too_little_is_a_change(self, shop: Shop, offer: str) -> None:
        [gone] = shop.offers(shop.draft("gone"))
        items = [{"offerId": offer, "quantity": 12}, {"offerId": gone, "quantity": 1}]

        found = quote(shop.anonymous, items=items)

        assert found["changes"] == [
            {"offerId": offer, "kind": "quantity", "before": 12, "after": 10},
            {"offerId": gone, "kind": "unavailable", "before": 1, "after": None},
        ]
        assert found["total"] == eur(19990)

    def test_nothing_at_all(self, buyer: Buyer) -> None:
        found = quote(buyer.api)

        assert (found["lines"], found["changes"], found["total"]) == ([], [], None)

    def test_nothing_is_written(self, buyer: Buyer, offer: str, database: Engine) -> None:
        buyer.put(offer, 2)
        counted = text(
            "SELECT (SELECT pg_current_xact_id_if_assigned()), (SELECT count(*) FROM orders),"
            " (SELECT count(*) FROM idempotency_keys), (SELECT sum(allocated) FROM stock_items),"
            " (SELECT string_agg(CAST(xmax AS text), ',') FROM carts)"
        )
        with database.connect() as connection:
            before = connection.execute(counted).one()
            connection.rollback()
            quote(buyer.api)
            buyer.api.post(
                "/checkout/quote",
                {"shippingAddress": ADDRESS, "items": [{"offerId": offer, "quantity": 1}]},
                key=str(uuid.uuid4()),
            )
            after = connection.execute(counted).one()

        assert after == before
