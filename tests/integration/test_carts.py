"""Carts over HTTP: what is put is there, whoever else puts something at the same time."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from marketplace.domain.carts.cart import MOST_ITEMS
from tests.api import Shop
from tests.integration.buyers import EMPTY, Buyer, eur, offer_of, rival_offer
from tests.integration.test_query_counts import counted


class TestFilling:
    def test_the_first_look_opens_an_empty_one(self, buyer: Buyer) -> None:
        cart = buyer.cart()

        assert {name: cart[name] for name in EMPTY} == EMPTY
        assert buyer.cart() == cart

    def test_looking_again_costs_two_statements_and_writes_nothing(
        self, buyer: Buyer, offer: str
    ) -> None:
        buyer.put(offer, 2)
        with counted() as statements:
            buyer.cart()

        assert len(statements) == 2, "\n\n".join(statements)

    def test_what_is_put_is_shown_as_it_would_be_ordered(self, buyer: Buyer, shop: Shop) -> None:
        product = shop.publish("cart", price=1500, on_hand=7)
        [offer] = shop.offers(product)

        answer = buyer.put(offer, 2)

        cart = answer.json()["result"]
        assert answer.status_code == 200
        assert cart["items"] == [
            {
                "offerId": offer,
                "productId": product["id"],
                "slug": product["slug"],
                "name": product["name"],
                "image": None,
                "options": {"size": "0"},
                "sku": product["variants"][0]["offers"][0]["sku"],
                "sellerId": shop.seller_id,
                "quantity": 2,
                "unitPrice": eur(1500),
                "total": eur(3000),
                "available": 7,
            }
        ]
        [seller] = cart["sellers"]
        assert (seller["id"], seller["subtotal"]) == (shop.seller_id, eur(3000))
        assert (cart["total"], cart["changes"]) == (eur(3000), [])
        assert buyer.cart() == cart

    def test_putting_again_replaces(self, buyer: Buyer, shop: Shop, offer: str) -> None:
        second = offer_of(shop)
        for each, quantity in ((offer, 2), (second, 1), (offer, 5)):
            buyer.put(each, quantity)

        # In the order in which they came, however often they change.
        assert list(buyer.wanted().items()) == [(offer, 5), (second, 1)]

    def test_nothing_is_reserved(self, buyer: Buyer, shop: Shop, offer: str) -> None:
        buyer.put(offer, 10)

        assert shop.seller.result("GET", f"/offers/{offer}")["available"] == 10

    def test_it_belongs_to_its_user(self, buyer: Buyer, shop: Shop, offer: str) -> None:
        buyer.put(offer, 2)

        other = Buyer(shop.anonymous.register("other"))
        assert other.cart()["items"] == []
        other.api.request("DELETE", "/cart")
        assert buyer.wanted() == {offer: 2}
        assert shop.anonymous.get("/cart").status_code == 401

    def test_items_are_removed_and_again(self, buyer: Buyer, shop: Shop, offer: str) -> None:
        second = offer_of(shop)
        buyer.put(offer, 2)
        buyer.put(second, 1)
        path = f"/cart/items/{offer}"

        assert [buyer.api.request("DELETE", path).status_code for _ in range(2)] == [204, 204]
        assert buyer.wanted() == {second: 1}

    def test_it_is_emptied_and_stays_the_same_cart(self, buyer: Buyer, offer: str) -> None:
        before = buyer.put(offer, 2).json()["result"]["id"]

        assert [buyer.api.request("DELETE", "/cart").status_code for _ in range(2)] == [204, 204]
        assert buyer.cart() == EMPTY | {"id": before}

    def test_a_reader_is_told_that_nothing_changed(self, buyer: Buyer, offer: str) -> None:
        buyer.put(offer, 2)
        etag = buyer.api.get("/cart").headers["ETag"]

        assert buyer.api.get("/cart", headers={"If-None-Match": etag}).status_code == 304
        buyer.put(offer, 3)
        assert buyer.api.get("/cart", headers={"If-None-Match": etag}).status_code == 200

    def test_sellers_come_in_the_order_of_their_first_items(
        self, buyer: Buyer, shop: Shop, offer: str
    ) -> None:
        rivals = rival_offer(shop, 500, "EUR")
        for each, quantity in ((rivals, 1), (offer, 1), (rivals, 3)):
            buyer.put(each, quantity)

        cart = buyer.cart()

        assert [(each["id"], each["subtotal"]) for each in cart["sellers"]] == [
            (shop.other_seller_id, eur(1500)),
            (shop.seller_id, eur(1999)),
        ]
        assert cart["total"] == eur(3499)


class TestRefusals:
    def test_an_unknown_offer(self, buyer: Buyer) -> None:
        assert buyer.put(str(uuid.uuid4()), 1).status_code == 404
        assert buyer.put("junk", 1).status_code == 422

    @pytest.mark.parametrize("quantity", [0, -1, 10_001, 1.5, "2", None, True, 10**25])
    def test_a_quantity_that_is_none(self, buyer: Buyer, offer: str, quantity: Any) -> None:
        answer = buyer.put(offer, quantity)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/quantity"

    def test_more_than_there_is(self, buyer: Buyer, offer: str) -> None:
        answer = buyer.put(offer, 11)

        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (409, "out_of_stock")
        assert (problem["available"], problem["offers"]) == (10, [offer])
        assert buyer.wanted() == {}

    def test_what_is_not_published(self, buyer: Buyer, shop: Shop) -> None:
        [offer] = shop.offers(shop.draft("cart"))

        answer = buyer.put(offer, 1)

        assert (answer.status_code, answer.json()["code"]) == (409, "offer_unavailable")

    def test_what_was_withdrawn(self, buyer: Buyer, shop: Shop, offer: str) -> None:
        shop.seller.request("DELETE", f"/offers/{offer}", if_match="*")

        answer = buyer.put(offer, 1)

        assert (answer.status_code, answer.json()["code"]) == (409, "offer_unavailable")

    def test_a_cart_that_is_full(self, buyer: Buyer, shop: Shop) -> None:
        product = shop.publish("full", variants=MOST_ITEMS)
        offers = shop.offers(product)
        for each in offers:
            assert buyer.put(each, 1).status_code == 200

        refused = buyer.put(offer_of(shop), 1)

        assert (refused.status_code, refused.json()["code"]) == (409, "cart_full")
        assert buyer.put(offers[0], 2).status_code == 200
        assert len(buyer.wanted()) == MOST_ITEMS

    def test_an_amount_that_cannot_be_said(self, buyer: Buyer, shop: Shop) -> None:
        offer = offer_of(shop, price=2**53 - 1)

        answer = buyer.put(offer, 2)

        assert (answer.status_code, answer.json()["code"]) == (422, "amount_out_of_range")
        assert buyer.put(offer, 1).json()["result"]["total"] == eur(2**53 - 1)


class TestCrowds:
    def test_fifty_at_once_lose_nothing(self, buyer: Buyer, shop: Shop) -> None:
        offers = shop.offers(shop.publish("crowd", variants=50))

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda offer: buyer.put(offer, 3), offers))

        assert Counter(answer.status_code for answer in answers) == {200: 50}
        assert buyer.wanted() == dict.fromkeys(offers, 3)

    def test_fifty_at_once_of_one_item(self, buyer: Buyer, shop: Shop, database: Engine) -> None:
        offer = offer_of(shop, on_hand=100)

        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda units: buyer.put(offer, units), range(1, 51)))

        assert Counter(answer.status_code for answer in answers) == {200: 50}
        [(found, units)] = buyer.wanted().items()
        assert found == offer
        assert units in range(1, 51)
        version = text("SELECT version FROM carts WHERE user_id = :user")
        with database.connect() as connection:
            # One for its opening, one for each of them.
            assert connection.execute(version, {"user": buyer.api.user}).scalar_one() == 51

    def test_fifty_first_looks_open_one(self, buyer: Buyer) -> None:
        with ThreadPoolExecutor(50) as pool:
            carts = list(pool.map(lambda _: buyer.cart()["id"], range(50)))

        assert len(set(carts)) == 1
