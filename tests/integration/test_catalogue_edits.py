"""What sellers change about products that stand, and what moderators make of it, over HTTP."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api import BASE, Api, Shop
from tests.integration.test_query_counts import counted

EUR = {"amount": 1500, "currency": "EUR"}


def patch(api: Api, product: dict[str, Any], body: Any, etag: str = "*") -> dict[str, Any]:
    changed: dict[str, Any] = api.result("PATCH", f"/products/{product['id']}", body, if_match=etag)
    return changed


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


class TestBlankText:
    """What is a key or a cell of a file has to say something."""

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"tags": ["oak", " "]}, "/tags/1"),
            ({"tags": ["\t"]}, "/tags/0"),
            ({"attributes": {" ": "oak"}}, "/attributes/ "),
            ({"attributes": {"a/b": ""}}, "/attributes/a~1b"),
            ({"attributes": {"material": " "}}, "/attributes/material"),
        ],
    )
    def test_is_refused_of_products(
        self, shop: Shop, changes: dict[str, Any], pointer: str
    ) -> None:
        draft = shop.draft(f"blank-{uuid.uuid4().hex[:8]}")
        body = {**new_product(shop), **changes}

        created = shop.seller.post("/products", body, key=str(uuid.uuid4()))
        path = f"/products/{draft['id']}"
        changed = shop.seller.request("PATCH", path, json=changes, if_match="*")

        assert refusal(created) == refusal(changed) == (422, "invalid_text", pointer)

    @pytest.mark.parametrize(
        ("changes", "pointer"),
        [
            ({"sku": "\t\n"}, "/sku"),
            ({"options": {" ": "M"}}, "/options/ "),
            ({"options": {"size": " "}}, "/options/size"),
        ],
    )
    def test_is_refused_of_variants_and_offers(
        self, shop: Shop, changes: dict[str, Any], pointer: str
    ) -> None:
        body = new_product(shop)
        body["variants"][0] |= changes
        draft = shop.draft(f"blank-{uuid.uuid4().hex[:8]}")["variants"][0]
        offer = f"/offers/{draft['offers'][0]['id']}"
        path = offer if "sku" in changes else f"/variants/{draft['id']}"

        created = shop.seller.post("/products", body, key=str(uuid.uuid4()))
        changed = shop.seller.request("PATCH", path, json=changes, if_match="*")

        assert refusal(created) == (422, "invalid_text", f"/variants/0{pointer}")
        assert refusal(changed) == (422, "invalid_text", pointer)

    @pytest.mark.parametrize(
        ("definition", "pointer"),
        [
            ({"name": " ", "type": "text"}, "/attributes/0/name"),
            ({"name": "a", "type": "choice", "choices": ["x", " "]}, "/attributes/0/choices/1"),
        ],
    )
    def test_is_refused_of_definitions(
        self, shop: Shop, definition: dict[str, Any], pointer: str
    ) -> None:
        body = {"name": f"Blank {uuid.uuid4().hex[:8]}", "attributes": [definition]}

        refused = shop.admin.post("/categories", body, key=str(uuid.uuid4()))

        assert refusal(refused) == (422, "invalid_text", pointer)


def new_product(shop: Shop) -> dict[str, Any]:
    return {
        "name": "Oak table",
        "categoryId": shop.category_id,
        "sellerId": shop.seller_id,
        "variants": [{"sku": uuid.uuid4().hex, "price": EUR}],
    }


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    problem = answer.json()
    return answer.status_code, problem["code"], problem["errors"][0]["pointer"]
