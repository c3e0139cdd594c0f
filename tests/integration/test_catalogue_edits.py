"""What sellers change about a catalogue that stands, over HTTP."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api import BASE, Api, Shop
from tests.integration.test_query_counts import counted

EUR = {"amount": 1500, "currency": "EUR"}


@pytest.fixture
def published(shop: Shop) -> dict[str, Any]:
    return shop.publish(f"edit-{uuid.uuid4().hex[:8]}", variants=2)


def patch(api: Api, product: dict[str, Any], body: Any, etag: str = "*") -> dict[str, Any]:
    changed: dict[str, Any] = api.result("PATCH", f"/products/{product['id']}", body, if_match=etag)
    return changed


def offer_body(shop: Shop, product: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "variantId": product["variants"][0]["id"],
        "sellerId": shop.other_seller_id,
        "sku": f"RIVAL-{uuid.uuid4().hex[:8]}",
        "price": EUR,
        "onHand": 3,
        **more,
    }


class TestRevisions:
    def test_of_a_draft_apply_at_once(self, shop: Shop) -> None:
        draft = shop.draft(f"draft-{uuid.uuid4().hex[:8]}")

        changed = patch(
            shop.manager, draft, {"name": "Brand new name", "tags": ["a"], "description": "B"}
        )

        assert (changed["name"], changed["tags"], changed["description"]) == (
            "Brand new name",
            ["a"],
            "B",
        )
        assert changed["slug"].startswith("brand-new-name")
        assert (changed["status"], changed["pendingChanges"]) == ("draft", None)
        assert changed["version"] == draft["version"] + 1
        cleared = patch(shop.manager, draft, {"tags": None, "description": None})
        assert (cleared["tags"], cleared["description"]) == ([], "")

    def test_attributes_are_merged(self, shop: Shop) -> None:
        draft = shop.draft(f"merge-{uuid.uuid4().hex[:8]}")

        patch(shop.seller, draft, {"attributes": {"a": 1, "b": "x"}})
        changed = patch(shop.seller, draft, {"attributes": {"a": None, "c": True}})
        cleared = patch(shop.seller, draft, {"attributes": None})

        assert (changed["attributes"], cleared["attributes"]) == ({"b": "x", "c": True}, {})

    def test_attributes_do_not_grow_without_end(self, shop: Shop) -> None:
        draft = shop.draft(f"grow-{uuid.uuid4().hex[:8]}")
        patch(shop.seller, draft, {"attributes": {f"a{n}": "x" for n in range(50)}})

        body = {"attributes": {"one": 1}}
        path = f"/products/{draft['id']}"
        refused = shop.seller.request("PATCH", path, json=body, if_match="*")

        assert (refused.status_code, refused.json()["code"]) == (422, "too_many_attributes")
        assert refused.json()["errors"][0]["pointer"] == "/attributes"
        patch(shop.seller, draft, {"attributes": {"a0": None, "one": 1}})

    def test_are_held_against_the_category(self, shop: Shop) -> None:
        definition = {"name": "weight", "type": "number", "required": True}
        category = shop.admin.result(
            "POST", "/categories", {"name": "Strict", "attributes": [definition]}
        )["id"]
        draft = shop.draft(f"strict-{uuid.uuid4().hex[:8]}")
        path = f"/products/{draft['id']}"

        refused = shop.seller.request("PATCH", path, json={"categoryId": category}, if_match="*")
        unknown = {"categoryId": draft["id"]}
        lost = shop.seller.request("PATCH", path, json=unknown, if_match="*")
        body = {"categoryId": category, "attributes": {"weight": 2}}
        changed = patch(shop.seller, draft, body)

        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_attribute")
        assert (lost.status_code, lost.json()["code"]) == (422, "unknown_category")
        assert changed["category"]["id"] == category

    def test_of_a_published_one_wait(self, shop: Shop, published: dict[str, Any]) -> None:
        path = f"/products/{published['id']}"

        changed = patch(shop.seller, published, {"name": "Something else", "tags": ["x"]})

        assert (changed["name"], changed["tags"]) == (published["name"], [])
        assert changed["version"] == published["version"] + 1
        waiting = {
            "name": "Something else",
            "description": None,
            "categoryId": None,
            "attributes": None,
            "tags": ["x"],
        }
        assert changed["pendingChanges"] == waiting
        assert shop.viewer.get(path).json()["result"]["pendingChanges"] == waiting
        assert shop.admin.get(path).json()["result"]["pendingChanges"] == waiting
        for stranger in (shop.anonymous, shop.customer, shop.other_seller):
            assert stranger.get(path).json()["result"]["pendingChanges"] is None

        approved = shop.admin.result("POST", f"{path}/approve")
        assert (approved["name"], approved["tags"]) == ("Something else", ["x"])
        assert (approved["status"], approved["pendingChanges"]) == ("published", None)

    def test_that_are_rejected_are_dropped(self, shop: Shop, published: dict[str, Any]) -> None:
        path = f"/products/{published['id']}"
        patch(shop.seller, published, {"name": "Something else"})

        shop.admin.result("POST", f"{path}/reject", {"reason": "No"})

        seen = shop.seller.get(path).json()["result"]
        assert (seen["name"], seen["status"]) == (published["name"], "published")
        assert (seen["pendingChanges"], seen["reason"]) == (None, "No")
        assert shop.anonymous.get(path).json()["result"]["reason"] is None
        again = shop.admin.post(f"{path}/reject", {"reason": "No"})
        assert (again.status_code, again.json()["code"]) == (409, "invalid_transition")

    def test_of_a_rejected_one_reopen_the_draft(self, shop: Shop) -> None:
        draft = shop.draft(f"poor-{uuid.uuid4().hex[:8]}")
        path = f"/products/{draft['id']}"
        shop.seller.result("POST", f"{path}/submit")
        shop.admin.result("POST", f"{path}/reject", {"reason": "Blurred"})

        changed = patch(shop.seller, draft, {"description": "Sharp"})

        assert (changed["status"], changed["reason"]) == ("draft", None)
        assert changed["description"] == "Sharp"
        shop.seller.result("POST", f"{path}/submit")

    def test_of_an_archived_one_are_refused(self, shop: Shop, published: dict[str, Any]) -> None:
        path = f"/products/{published['id']}"
        shop.seller.result("POST", f"{path}/archive")

        refused = shop.seller.request("PATCH", path, json={"name": "X"}, if_match="*")

        assert (refused.status_code, refused.json()["code"]) == (409, "invalid_transition")
        assert refused.json()["allowed"] == []

    def test_need_the_version(self, shop: Shop, published: dict[str, Any]) -> None:
        path = f"/products/{published['id']}"
        body = {"name": "Other"}

        assert shop.seller.request("PATCH", path, json=body).status_code == 428
        stale = shop.seller.request("PATCH", path, json=body, if_match='"0"')
        assert stale.status_code == 412
        for stranger, status in ((shop.other_seller, 403), (shop.viewer, 403)):
            refused = stranger.request("PATCH", path, json=body)
            assert refused.status_code == status

    def test_one_of_many_at_once_wins(self, shop: Shop, published: dict[str, Any]) -> None:
        path = f"/products/{published['id']}"
        etag = shop.seller.get(path).headers["ETag"]

        def revise(number: int) -> int:
            body = {"description": f"Number {number}"}
            return shop.seller.request("PATCH", path, json=body, if_match=etag).status_code

        with ThreadPoolExecutor(8) as pool:
            statuses = sorted(pool.map(revise, range(20)))

        assert statuses == [200] + [412] * 19

    def test_a_category_that_is_asked_for_may_go(
        self, shop: Shop, published: dict[str, Any]
    ) -> None:
        path = f"/products/{published['id']}"
        fleeting = shop.admin.result("POST", "/categories", {"name": "Fleeting"})["id"]
        patch(shop.seller, published, {"categoryId": fleeting})
        gone = shop.admin.request("DELETE", f"/categories/{fleeting}", if_match="*")
        assert gone.status_code == 204

        refused = shop.admin.post(f"{path}/approve")

        assert (refused.status_code, refused.json()["code"]) == (409, "category_gone")
        shop.admin.result("POST", f"{path}/reject", {"reason": "Gone"})


class TestModeration:
    def test_lists_new_ones_and_edited_ones_with_what_differs(
        self, shop: Shop, published: dict[str, Any]
    ) -> None:
        draft = shop.draft(f"new-{uuid.uuid4().hex[:8]}")
        shop.seller.result("POST", f"/products/{draft['id']}/submit")
        body = {"tags": ["x"], "categoryId": shop.category_id, "attributes": {"a": 1}}
        patch(shop.seller, published, body)

        def listed(query: str = "") -> dict[str, Any]:
            items = shop.admin.get(f"/moderation/products?limit=100{query}").json()["result"]
            return {item["id"]: item["diff"] for item in items}

        waiting = listed()
        assert waiting[draft["id"]] is None
        assert waiting[published["id"]] == [
            {"field": "attributes", "before": {}, "after": {"a": 1}},
            {"field": "tags", "before": [], "after": ["x"]},
        ]
        assert published["id"] not in listed("&status=pending")
        assert listed("&status=pending")[draft["id"]] is None
        assert listed("&status=published")[published["id"]] == waiting[published["id"]]
        shop.admin.result("POST", f"/products/{published['id']}/approve")
        assert published["id"] not in listed()

    def test_pages_end(self, shop: Shop) -> None:
        waiting = {shop.draft(f"wait-{uuid.uuid4().hex[:8]}")["id"] for _ in range(3)}
        for each in waiting:
            shop.seller.result("POST", f"/products/{each}/submit")
        everything = shop.admin.get("/moderation/products?limit=100").json()["result"]

        walked: list[str] = []
        path: str | None = "/moderation/products?limit=2"
        while path is not None:
            response = shop.admin.get(path)
            assert response.status_code == 200
            walked += [item["id"] for item in response.json()["result"]]
            assert len(walked) <= len(everything)
            url = response.links.get("next", {}).get("url")
            path = None if url is None else url.partition(BASE)[2]

        assert walked == [item["id"] for item in everything]
        assert waiting <= set(walked)

    def test_changes_are_held_against_the_category_as_it_is_now(self, shop: Shop) -> None:
        path = "/categories"
        category = shop.admin.result("POST", path, {"name": f"Later {uuid.uuid4().hex[:8]}"})
        product = shop.publish(f"late-{uuid.uuid4().hex[:8]}")
        patch(shop.seller, product, {"categoryId": category["id"], "attributes": {"weight": "x"}})
        definition = {"name": "weight", "type": "number"}
        body = {"attributes": [definition]}
        shop.admin.result("PATCH", f"{path}/{category['id']}", body, if_match="*")

        refused = shop.admin.post(f"/products/{product['id']}/approve")

        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_attribute")
        kept = shop.seller.get(f"/products/{product['id']}").json()["result"]
        assert kept["pendingChanges"]["attributes"] == {"weight": "x"}
        patch(shop.seller, product, {"attributes": {"weight": 2}})
        shop.admin.result("POST", f"/products/{product['id']}/approve")

    def test_costs_one_statement_and_the_actor(self, shop: Shop) -> None:
        shop.admin.get("/moderation/products")
        with counted() as statements:
            assert shop.admin.get("/moderation/products").status_code == 200
        assert len(statements) == 2


class TestFormerSlugs:
    def rename(self, shop: Shop, product: dict[str, Any], name: str) -> str:
        patch(shop.seller, product, {"name": name})
        slug: str = shop.admin.result("POST", f"/products/{product['id']}/approve")["slug"]
        return slug

    def test_lead_to_the_present_one(self, shop: Shop, published: dict[str, Any]) -> None:
        name = f"Renamed {uuid.uuid4().hex[:8]}"
        slug = self.rename(shop, published, name)
        last = self.rename(shop, published, f"{name} again")

        for former in (published["slug"], slug):
            moved = shop.anonymous.get(f"/products/{former}")
            assert moved.status_code == 301
            assert moved.headers["Location"] == f"{BASE}/products/{last}"
        assert shop.anonymous.get(f"/products/{last}").status_code == 200

        home = self.rename(shop, published, name)
        assert home == slug
        assert shop.anonymous.get(f"/products/{slug}").status_code == 200

    def test_are_not_given_away(self, shop: Shop, published: dict[str, Any]) -> None:
        self.rename(shop, published, f"Renamed {uuid.uuid4().hex[:8]}")

        # Another SKU, the same slug.
        body = {
            "name": published["name"].upper(),
            "categoryId": shop.category_id,
            "sellerId": shop.seller_id,
            "variants": [{"sku": f"TWIN-{uuid.uuid4().hex[:8]}", "price": EUR}],
        }
        twin = shop.seller.result("POST", "/products", body)

        assert twin["slug"] == f"{published['slug']}-2"

    def test_of_what_nobody_may_see_lead_nowhere(self, shop: Shop) -> None:
        draft = shop.draft(f"hidden-{uuid.uuid4().hex[:8]}")
        patch(shop.seller, draft, {"name": f"Secret {uuid.uuid4().hex}"})

        path = f"/products/{draft['slug']}"

        assert shop.seller.get(path).status_code == 301
        for stranger in (shop.anonymous, shop.other_seller):
            assert stranger.get(path).status_code == 404


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
