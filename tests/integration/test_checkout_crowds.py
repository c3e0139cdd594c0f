"""What a crowd makes of carts that are checked out."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api import Shop
from tests.integration.buyers import Buyer, check_out, offer_of


@pytest.mark.usefixtures("adds_up")
class TestCrowds:
    def test_one_cart_with_many_keys_is_one_order(self, buyer: Buyer, shop: Shop) -> None:
        for _ in range(5):
            offer = offer_of(shop)
            buyer.put(offer, 1)
            with ThreadPoolExecutor(10) as pool:
                answers = list(pool.map(lambda _: check_out(buyer.api, 1999), range(10)))

            codes = Counter(
                answer.json().get("code", str(answer.status_code)) for answer in answers
            )
            assert codes.pop("201") == 1
            assert set(codes) <= {"checkout_in_progress", "cart_empty"}
            assert shop.seller.result("GET", f"/offers/{offer}")["available"] == 9
            assert buyer.wanted() == {}

    def test_one_key_twenty_times_is_one_order(self, buyer: Buyer, shop: Shop, offer: str) -> None:
        buyer.put(offer, 1)
        key = str(uuid.uuid4())

        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda _: check_out(buyer.api, 1999, key), range(20)))

        codes = Counter(answer.json().get("code", str(answer.status_code)) for answer in answers)
        assert set(codes) <= {"201", "idempotency_in_flight"}
        made = {each.json()["result"]["id"] for each in answers if each.status_code == 201}
        assert len(made) == 1
        assert len(buyer.api.result("GET", "/orders")) == 1
        assert check_out(buyer.api, 1999, key).status_code == 201

    def test_crossing_carts_do_not_deadlock(self, shop: Shop) -> None:
        first, second = offer_of(shop, on_hand=40), offer_of(shop, on_hand=40)
        buyers = [Buyer(shop.anonymous.register("crowd")) for _ in range(8)]

        def buy(index: int) -> list[int]:
            statuses = []
            for _ in range(5):
                for offer in (first, second) if index % 2 else (second, first):
                    buyers[index].put(offer, 1)
                statuses.append(check_out(buyers[index].api, 3998).status_code)
            return statuses

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(buy, range(8)))

        assert found == [[201] * 5] * 8
        for offer in (first, second):
            assert shop.seller.result("GET", f"/offers/{offer}")["available"] == 0

    def test_filling_while_it_is_ordered_loses_nothing(self, buyer: Buyer, shop: Shop) -> None:
        """Each unit that was put is ordered or still there, and not both."""
        offers = shop.offers(shop.publish("filling", price=1000, variants=20))

        def fill(offer: str) -> int:
            return buyer.put(offer, 1).status_code

        def order(_: int) -> list[str]:
            total = buyer.cart()["total"]
            answer = check_out(buyer.api, total["amount"] if total else 0)
            if answer.status_code != 201:
                return [f"refused {answer.json()['code']}"]
            parts = answer.json()["result"]["sellerOrders"]
            return [line["offerId"] for part in parts for line in part["lines"]]

        with ThreadPoolExecutor(8) as pool:
            filling = [pool.submit(fill, offer) for offer in offers]
            ordering = [pool.submit(order, number) for number in range(10)]
            assert {each.result() for each in filling} == {200}
            results = [one for each in ordering for one in each.result()]

        ordered = [each for each in results if not each.startswith("refused")]
        assert set(results) - set(ordered) <= {
            "refused cart_changed",
            "refused cart_empty",
            "refused checkout_in_progress",
        }
        assert sorted([*ordered, *buyer.wanted()]) == sorted(offers)
