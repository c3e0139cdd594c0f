"""What sellers change about the variants of products and what they offer of them, over HTTP."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.api import Shop

EUR = {"amount": 1500, "currency": "EUR"}


def offer_body(shop: Shop, product: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "variantId": product["variants"][0]["id"],
        "sellerId": shop.other_seller_id,
        "sku": f"RIVAL-{uuid.uuid4().hex[:8]}",
        "price": EUR,
        "onHand": 3,
        **more,
    }


class TestVariants:
    def test_options_do_not_grow_without_end(self, shop: Shop) -> None:
        variant = shop.draft(f"options-{uuid.uuid4().hex[:8]}")["variants"][0]
        path = f"/variants/{variant['id']}"
        shop.seller.result("PATCH", path, {"options": None}, if_match="*")
        five = {f"o{n}": "x" for n in range(5)}
        shop.seller.result("PATCH", path, {"options": five}, if_match="*")

        body = {"options": {"six": "x"}}
        refused = shop.seller.request("PATCH", path, json=body, if_match="*")

        assert (refused.status_code, refused.json()["code"]) == (422, "too_many_options")
        assert refused.json()["errors"][0]["pointer"] == "/options"

    def test_are_added(self, shop: Shop, published: dict[str, Any]) -> None:
        path = f"/products/{published['id']}"
        body = {
            "sku": uuid.uuid4().hex,
            "options": {"size": "XL"},
            "weight": 41500,
            "price": EUR,
            "onHand": 2,
        }

        answer = shop.manager.post(f"{path}/variants", body, key=str(uuid.uuid4()))

        assert answer.status_code == 201
        variant = answer.json()["result"]
        assert shop.anonymous.http.get(answer.headers["Location"]).json()["result"] == variant
        assert (variant["productId"], variant["options"]) == (published["id"], {"size": "XL"})
        assert variant["offers"][0]["available"] == 2
        assert variant["weight"] == 41500
        seen = shop.anonymous.get(path).json()["result"]
        assert seen["variants"][-1]["id"] == variant["id"]
        assert seen["version"] == published["version"] + 1

    def test_change(self, shop: Shop, published: dict[str, Any]) -> None:
        first, second = (variant["id"] for variant in published["variants"])

        changed = shop.seller.result(
            "PATCH", f"/variants/{first}", {"barcode": "9780553380958", "options": {"size": "S"}}
        )
        weighed = shop.seller.result("PATCH", f"/variants/{first}", {"weight": 250})
        cleared = shop.seller.result("PATCH", f"/variants/{first}", {"barcode": None, "weight": 0})
        unknown = shop.seller.result("PATCH", f"/variants/{first}", {"weight": None})
        clash = shop.seller.request("PATCH", f"/variants/{second}", json={"options": {"size": "S"}})

        assert (changed["barcode"], changed["options"]) == ("9780553380958", {"size": "S"})
        assert (changed["weight"], weighed["weight"]) == (None, 250)
        assert (weighed["barcode"], weighed["options"]) == ("9780553380958", {"size": "S"})
        assert (cleared["barcode"], cleared["options"]) == (None, {"size": "S"})
        assert (cleared["weight"], unknown["weight"]) == (0, None)
        assert (clash.status_code, clash.json()["code"]) == (422, "duplicate_options")

    def test_go_with_everybodys_offers(self, shop: Shop, published: dict[str, Any]) -> None:
        rival = shop.other_seller.result("POST", "/offers", offer_body(shop, published))
        first, second = (variant["id"] for variant in published["variants"])
        own = published["variants"][0]["offers"][0]["id"]

        assert shop.seller.request("DELETE", f"/variants/{first}").status_code == 204

        seen = shop.anonymous.get(f"/products/{published['id']}").json()["result"]
        assert [variant["id"] for variant in seen["variants"]] == [second]
        assert seen["offerCount"] == 1
        assert shop.other_seller.get(f"/offers/{rival['id']}").status_code == 404
        assert shop.customer.order((own, 1)).status_code == 409
        assert shop.seller.request("DELETE", f"/variants/{first}").status_code == 404
        last = shop.seller.request("DELETE", f"/variants/{second}")
        assert (last.status_code, last.json()["code"]) == (409, "last_variant")

    def test_many_at_once_all_find_a_place(self, shop: Shop, published: dict[str, Any]) -> None:
        def add(number: int) -> int:
            body = {"sku": uuid.uuid4().hex, "options": {"size": f"at {number}"}, "price": EUR}
            return shop.seller.post(f"/products/{published['id']}/variants", body).status_code

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(add, range(8))) == [201] * 8

        seen = shop.anonymous.get(f"/products/{published['id']}").json()["result"]
        assert len(seen["variants"]) == 10

    def test_belong_to_their_seller(self, shop: Shop, published: dict[str, Any]) -> None:
        path = f"/variants/{published['variants'][0]['id']}"
        draft = shop.draft(f"mine-{uuid.uuid4().hex[:8]}")
        hidden = f"/variants/{draft['variants'][0]['id']}"

        assert shop.other_seller.request("PATCH", path, json={}).status_code == 403
        assert shop.other_seller.request("PATCH", hidden, json={}).status_code == 404
        assert shop.anonymous.get(hidden).status_code == 404
        assert shop.viewer.get(hidden).status_code == 200


class TestOffers:
    def test_of_a_rival_show_on_the_page(self, shop: Shop, published: dict[str, Any]) -> None:
        body = offer_body(shop, published, price={"amount": 5, "currency": "EUR"})

        answer = shop.other_seller.post("/offers", body)

        assert answer.status_code == 201
        offer = answer.json()["result"]
        assert (offer["onHand"], offer["allocated"], offer["available"]) == (3, 0, 3)
        assert (offer["productId"], offer["slug"]) == (published["id"], published["slug"])
        read = shop.other_seller.get(f"/offers/{offer['id']}")
        assert read.json()["result"] == offer
        assert read.headers["ETag"] == answer.headers["ETag"]
        seen = shop.anonymous.get(f"/products/{published['id']}").json()["result"]
        assert (seen["offerCount"], seen["priceFrom"]["amount"]) == (3, 5)
        listed = shop.other_seller.get(f"/sellers/{shop.other_seller_id}/offers").json()["result"]
        assert offer in listed
        assert shop.customer.order((offer["id"], 1)).status_code == 201

    def test_change(self, shop: Shop, published: dict[str, Any]) -> None:
        offer = shop.other_seller.result("POST", "/offers", offer_body(shop, published))
        path = f"/offers/{offer['id']}"

        def change(body: Any, etag: str | None = "*") -> Any:
            return shop.other_seller.request("PATCH", path, json=body, if_match=etag)

        dearer = {"amount": 1999, "currency": "EUR"}
        assert change({"price": dearer}, None).status_code == 428
        assert change({"price": dearer}, '"0"').status_code == 412
        changed = change({"compareAtPrice": dearer, "condition": "used", "sku": "NEW"})
        assert changed.json()["result"]["compareAtPrice"] == dearer
        assert changed.json()["result"]["condition"] == "used"
        assert changed.json()["result"]["version"] == 2
        assert change({"price": dearer}).json()["code"] == "invalid_price"
        cleared = change({"price": dearer, "compareAtPrice": None}).json()["result"]
        assert (cleared["price"], cleared["compareAtPrice"]) == (dearer, None)

    def test_changed_at_once_all_show_in_lists(self, shop: Shop, published: dict[str, Any]) -> None:
        offers = shop.offers(published)

        def change(number: int) -> int:
            body = {"price": {"amount": 100 + number, "currency": "EUR"}}
            path = f"/offers/{offers[number % 2]}"
            return shop.seller.request("PATCH", path, json=body, if_match="*").status_code

        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(change, range(16)))

        assert 200 in statuses
        assert set(statuses) <= {200, 412}
        page = shop.anonymous.get(f"/products/{published['id']}").json()["result"]
        listed = shop.anonymous.get("/products?limit=100").json()["result"]
        cheapest = "/products?sort=price&currency=EUR&minPrice=100&limit=1"
        by_price = shop.anonymous.get(cheapest).json()["result"]
        assert page["priceFrom"] in [item["priceFrom"] for item in listed]
        assert by_price[0]["id"] == published["id"]

    def test_are_withdrawn(self, shop: Shop, published: dict[str, Any]) -> None:
        body = offer_body(shop, published)
        offer = shop.other_seller.result("POST", "/offers", body)
        path = f"/offers/{offer['id']}"
        twice = shop.other_seller.post("/offers", body)
        assert (twice.status_code, twice.json()["code"]) in [
            (409, "sku_taken"),
            (409, "offer_exists"),
        ]

        assert shop.other_seller.request("DELETE", path).status_code == 428
        assert shop.other_seller.request("DELETE", path, if_match="*").status_code == 204

        assert shop.other_seller.get(path).status_code == 404
        assert shop.other_seller.request("DELETE", path, if_match="*").status_code == 404
        assert shop.customer.order((offer["id"], 1)).status_code == 409
        seen = shop.anonymous.get(f"/products/{published['id']}").json()["result"]
        assert seen["offerCount"] == 2
        assert shop.other_seller.post("/offers", body).status_code == 201

    def test_are_their_sellers_business(self, shop: Shop, published: dict[str, Any]) -> None:
        offer = shop.other_seller.result("POST", "/offers", offer_body(shop, published))
        path = f"/offers/{offer['id']}"

        assert shop.seller.get(path).status_code == 404
        assert shop.seller.request("PATCH", path, json={}, if_match="*").status_code == 404
        assert shop.admin.get(path).status_code == 200
        assert shop.seller.get(f"/sellers/{shop.other_seller_id}/offers").status_code == 403

    def test_need_something_that_can_be_offered(self, shop: Shop) -> None:
        draft = shop.draft(f"own-{uuid.uuid4().hex[:8]}")
        used = offer_body(shop, draft, condition="used")

        refused = shop.other_seller.post("/offers", used)
        unknown = shop.other_seller.post("/offers", {**used, "variantId": draft["id"]})
        own = shop.seller.post("/offers", {**used, "sellerId": shop.seller_id})

        for answer in (refused, unknown):
            assert (answer.status_code, answer.json()["code"]) == (422, "unknown_variant")
            assert answer.json()["errors"][0]["pointer"] == "/variantId"
        assert own.status_code == 201
