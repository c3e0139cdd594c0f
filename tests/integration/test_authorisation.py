"""Every operation of the OpenAPI document, asked for by everybody.

Who is let in stands here once more, beside the policies of the views: both must say the same.
Let in means past 401, 403 and 404; what the request then meets (a missing If-Match, a state that
refuses) is for other tests.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.api import ADDRESS, BASE, Api, Shop
from tests.pictures import picture
from tests.processes import PASSWORD

OWNER = frozenset({"seller"})
WRITERS = OWNER | {"manager"}
MEMBERS = WRITERS | {"viewer"}
ADMIN = frozenset({"admin"})
CUSTOMER = frozenset({"customer"})
EVERYBODY = MEMBERS | ADMIN | CUSTOMER | {"other_customer", "other_seller", "anonymous"}
SIGNED_IN = EVERYBODY - {"anonymous"}


@dataclass(frozen=True)
class World:
    """The shop, and one object for each path parameter."""

    shop: Shop
    draft: dict[str, Any]
    published: dict[str, Any]
    order: dict[str, Any]
    applicant_id: str
    import_id: str
    address_id: str
    method_id: str

    def api(self, actor: str) -> Api:
        found: Api = getattr(self.shop, actor)
        return found

    def unique(self, word: str) -> str:
        return f"{word} {uuid.uuid4().hex[:12]}"

    def refresh_token(self) -> str:
        pair = self.shop.anonymous.result(
            "POST", "/auth/token", {"login": self.shop.customer.login, "password": PASSWORD}
        )
        return str(pair["refresh"])


Values = Callable[[World], dict[str, Any]]


def nothing(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Row:
    """Who may call an operation, and a request that fails for no other reason than the caller.
    `anonymous` is the body of who has no account, where it has to be another one."""

    who: frozenset[str]
    body: Values | None = None
    anonymous: Values | None = None
    path: Values = nothing
    form: Values | None = None
    file: tuple[str, bytes, str] | None = None
    query: Values = nothing
    key: bool = False


def credentials(world: World) -> dict[str, Any]:
    return {"login": world.shop.customer.login, "password": PASSWORD}


def reason(world: World) -> dict[str, Any]:
    return {"reason": "because the test says so"}


def new_product(world: World) -> dict[str, Any]:
    price = {"amount": 100, "currency": "EUR"}
    return {
        "name": world.unique("Product"),
        "categoryId": world.shop.category_id,
        "sellerId": world.shop.seller_id,
        "variants": [{"sku": world.unique("SKU"), "price": price}],
    }


def new_order(world: World) -> dict[str, Any]:
    return {
        "items": [{"offerId": world.shop.offers(world.published)[0], "quantity": 1}],
        "shippingAddress": ADDRESS,
        "payment": {"method": "sandbox", "token": "tok_ok"},
    }


def guests_order(world: World) -> dict[str, Any]:
    return {**new_order(world), "email": "guest@example.com"}


def new_quote(world: World) -> dict[str, Any]:
    order = new_order(world)
    return {"items": order["items"], "shippingAddress": order["shippingAddress"]}


def new_checkout(world: World) -> dict[str, Any]:
    order = new_order(world)
    del order["items"]
    return {**order, "expectedTotal": {"amount": 1999, "currency": "EUR"}}


def new_variant(world: World) -> dict[str, Any]:
    price = {"amount": 100, "currency": "EUR"}
    return {"sku": world.unique("SKU"), "options": {"size": world.unique("size")}, "price": price}


def new_offer(world: World) -> dict[str, Any]:
    return {
        "variantId": world.published["variants"][0]["id"],
        "sellerId": world.shop.seller_id,
        "sku": world.unique("SKU"),
        "price": {"amount": 100, "currency": "EUR"},
        "condition": "damaged",
    }


def a_variant(world: World) -> dict[str, Any]:
    """The only one, so that empty removes it."""
    return {"id": world.published["variants"][0]["id"]}


def an_offer(world: World) -> dict[str, Any]:
    return {"id": world.shop.offers(world.published)[0]}


def a_wanted_offer(world: World) -> dict[str, Any]:
    return {"offerId": world.shop.offers(world.published)[0]}


def new_method(world: World) -> dict[str, Any]:
    return {"name": "Parcel", "price": {"amount": 490, "currency": "EUR"}}


def a_method(world: World) -> dict[str, Any]:
    return {"id": world.method_id}


def an_import(world: World) -> dict[str, Any]:
    return {"id": world.import_id}


def an_address(world: World) -> dict[str, Any]:
    return {"id": world.address_id}


def empty(world: World) -> dict[str, Any]:
    """An empty body."""
    return {}


def placed(world: World) -> dict[str, Any]:
    offer = world.shop.offers(world.published)[0]
    order: dict[str, Any] = world.shop.customer.order((offer, 1)).json()["result"]
    return order


def another_order(world: World) -> dict[str, Any]:
    return {"order": placed(world)["id"]}


def a_seller_order(world: World) -> dict[str, Any]:
    return {"id": world.order["sellerOrders"][0]["id"]}


def an_open_seller_order(world: World) -> dict[str, Any]:
    return {"id": placed(world)["sellerOrders"][0]["id"]}


def a_shipment(world: World) -> dict[str, Any]:
    shipped = world.shop.seller.result(
        "POST",
        f"/seller-orders/{an_open_seller_order(world)['id']}/shipments",
        {"carrier": "DHL"},
        key=str(uuid.uuid4()),
    )
    return {"id": shipped["id"]}


def a_payment(world: World) -> dict[str, Any]:
    return {"id": world.order["payments"][0]["id"]}


def a_refund(world: World) -> dict[str, Any]:
    payment = a_payment(world)
    refund = world.shop.seller.result(
        "POST", f"/payments/{payment['id']}/refunds", {"amount": 1}, key=str(uuid.uuid4())
    )
    return payment | {"refund": refund["id"]}


def the_draft(world: World) -> dict[str, Any]:
    return {"product": world.draft["id"]}


def the_applicant(world: World) -> dict[str, Any]:
    return {"seller": world.applicant_id}


def new_member(world: World) -> dict[str, Any]:
    joiner = world.shop.anonymous.register("leaver")
    body = {"email": joiner.login, "role": "viewer"}
    world.shop.seller.result("POST", f"/sellers/{world.shop.seller_id}/members", body)
    return {"id": joiner.user}


def a_medium(world: World) -> dict[str, Any]:
    sent = world.shop.seller.http.post(
        f"{BASE}/products/{world.published['id']}/media",
        headers={"Authorization": f"Bearer {world.shop.seller.token}"},
        files={"file": ("a.png", picture(), "image/png")},
    )
    return {"id": sent.json()["result"]["id"]}


def new_category(world: World) -> dict[str, Any]:
    return {"name": world.unique("Category")}


PICTURE = ("a.png", picture(), "image/png")
PRODUCTS = ("a.csv", b"Handle,Title\n", "text/csv")
TABLE = {
    "GET /meta": Row(EVERYBODY),
    "POST /auth/register": Row(
        EVERYBODY,
        lambda world: {
            "email": f"{uuid.uuid4().hex}@example.com",
            "password": PASSWORD,
            "name": "New",
        },
    ),
    "POST /auth/token": Row(EVERYBODY, credentials),
    "POST /auth/openapi": Row(
        EVERYBODY,
        form=lambda world: {
            "grant_type": "password",
            "username": world.shop.customer.login,
            "password": PASSWORD,
        },
    ),
    "POST /auth/refresh": Row(EVERYBODY, lambda world: {"refresh": world.refresh_token()}),
    "POST /auth/logout": Row(EVERYBODY, lambda world: {"refresh": world.refresh_token()}),
    "GET /users/me": Row(SIGNED_IN),
    "PATCH /users/me": Row(SIGNED_IN, lambda world: {"name": "Renamed"}),
    "GET /users/me/addresses": Row(SIGNED_IN),
    "POST /users/me/addresses": Row(SIGNED_IN, lambda world: ADDRESS),
    "GET /users/me/addresses/{id}": Row(CUSTOMER, path=an_address),
    "PATCH /users/me/addresses/{id}": Row(
        CUSTOMER, lambda world: {"city": "Potsdam"}, path=an_address
    ),
    "DELETE /users/me/addresses/{id}": Row(CUSTOMER, path=an_address),
    "GET /users": Row(ADMIN),
    "GET /users/{id}": Row(ADMIN, path=lambda world: {"id": world.shop.customer.user}),
    "GET /sellers": Row(EVERYBODY),
    "GET /sellers/{seller}": Row(EVERYBODY),
    "PATCH /sellers/{seller}": Row(WRITERS, lambda world: {"description": "Changed"}),
    "POST /sellers/{seller}/approve": Row(ADMIN, path=the_applicant),
    "POST /sellers/{seller}/reject": Row(ADMIN, reason, path=the_applicant),
    "POST /sellers/{seller}/suspend": Row(ADMIN, reason, path=the_applicant),
    "POST /sellers/{seller}/reinstate": Row(ADMIN, path=the_applicant),
    "GET /sellers/{seller}/members": Row(OWNER | ADMIN),
    "POST /sellers/{seller}/members": Row(
        OWNER,
        lambda world: {"email": world.shop.anonymous.register("joiner").login, "role": "viewer"},
    ),
    "DELETE /sellers/{seller}/members/{id}": Row(OWNER, path=new_member),
    "GET /sellers/{seller}/products": Row(MEMBERS | ADMIN),
    "GET /sellers/{seller}/orders": Row(MEMBERS | ADMIN),
    "GET /categories": Row(EVERYBODY),
    "POST /categories": Row(ADMIN, new_category),
    "GET /categories/{category}": Row(EVERYBODY),
    "PATCH /categories/{category}": Row(ADMIN, new_category),
    "DELETE /categories/{category}": Row(ADMIN),
    "GET /products": Row(EVERYBODY),
    "POST /products": Row(WRITERS, new_product),
    "GET /products/{product}": Row(EVERYBODY),
    "PATCH /products/{product}": Row(WRITERS, lambda world: {"description": "Changed"}),
    "POST /products/{product}/media": Row(WRITERS, path=the_draft, file=PICTURE),
    "GET /products/{product}/media/{id}": Row(EVERYBODY, path=a_medium),
    "PATCH /products/{product}/media/{id}": Row(
        WRITERS, lambda world: {"alt": "Seen from above"}, path=a_medium
    ),
    "DELETE /products/{product}/media/{id}": Row(WRITERS, path=a_medium),
    "POST /products/{product}/variants": Row(WRITERS, new_variant, path=the_draft),
    "GET /variants/{id}": Row(EVERYBODY, path=a_variant),
    "PATCH /variants/{id}": Row(WRITERS, lambda world: {"barcode": None}, path=a_variant),
    "DELETE /variants/{id}": Row(WRITERS, path=a_variant),
    "POST /offers": Row(WRITERS, new_offer),
    "GET /offers/{id}": Row(MEMBERS | ADMIN, path=an_offer),
    "PATCH /offers/{id}": Row(WRITERS, lambda world: {"sku": world.unique("SKU")}, path=an_offer),
    "DELETE /offers/{id}": Row(WRITERS, path=an_offer),
    "GET /offers/{id}/stock-movements": Row(MEMBERS | ADMIN, path=an_offer),
    "POST /offers/{id}/stock-movements": Row(
        WRITERS, lambda world: {"kind": "received", "quantity": 1}, path=an_offer, key=True
    ),
    "GET /sellers/{seller}/shipping-methods": Row(MEMBERS | ADMIN),
    "POST /sellers/{seller}/shipping-methods": Row(WRITERS, new_method),
    "GET /sellers/{seller}/shipping-methods/{id}": Row(MEMBERS | ADMIN, path=a_method),
    "PATCH /sellers/{seller}/shipping-methods/{id}": Row(
        WRITERS, lambda world: {"name": "Renamed"}, path=a_method
    ),
    "DELETE /sellers/{seller}/shipping-methods/{id}": Row(WRITERS, path=a_method),
    "GET /sellers/{seller}/offers": Row(MEMBERS | ADMIN),
    "POST /products/{product}/submit": Row(WRITERS, path=the_draft),
    "POST /products/{product}/archive": Row(WRITERS, path=the_draft),
    "POST /products/{product}/approve": Row(ADMIN, path=the_draft),
    "POST /products/{product}/reject": Row(ADMIN, reason, path=the_draft),
    "GET /moderation/products": Row(ADMIN),
    "POST /imports": Row(
        WRITERS,
        form=lambda world: {"sellerId": world.shop.seller_id, "currency": "EUR"},
        file=PRODUCTS,
    ),
    "GET /search/suggestions": Row(EVERYBODY, query=lambda world: {"q": "pro"}),
    "GET /imports/{id}": Row(MEMBERS | ADMIN, path=an_import),
    "GET /imports/{id}/errors": Row(MEMBERS | ADMIN, path=an_import),
    "GET /exports/products": Row(
        MEMBERS | ADMIN, query=lambda world: {"sellerId": world.shop.seller_id}
    ),
    "GET /cart": Row(SIGNED_IN),
    "DELETE /cart": Row(SIGNED_IN),
    "PUT /cart/items/{offerId}": Row(SIGNED_IN, lambda world: {"quantity": 1}, path=a_wanted_offer),
    "DELETE /cart/items/{offerId}": Row(SIGNED_IN, path=a_wanted_offer),
    "POST /checkout/quote": Row(EVERYBODY, new_quote),
    "POST /checkout": Row(SIGNED_IN, new_checkout, key=True),
    "GET /orders": Row(SIGNED_IN),
    "POST /orders": Row(EVERYBODY, new_order, guests_order, key=True),
    "GET /orders/{order}": Row(CUSTOMER | ADMIN),
    "GET /orders/{order}/events": Row(CUSTOMER | ADMIN),
    "POST /orders/{order}/cancel": Row(CUSTOMER | ADMIN, reason, path=another_order, key=True),
    "GET /seller-orders/{id}": Row(MEMBERS | ADMIN, path=a_seller_order),
    "POST /seller-orders/{id}/cancel": Row(
        WRITERS | ADMIN, reason, path=an_open_seller_order, key=True
    ),
    "POST /seller-orders/{id}/shipments": Row(
        WRITERS, lambda world: {"carrier": "DHL"}, path=an_open_seller_order, key=True
    ),
    "GET /shipments/{id}": Row(CUSTOMER | MEMBERS | ADMIN, path=a_shipment),
    "POST /shipments/{id}/events": Row(
        WRITERS,
        lambda world: {"status": "inTransit", "occurredAt": "2026-01-01T00:00:00Z"},
        path=a_shipment,
    ),
    "GET /shipments/{id}/packing-slip": Row(MEMBERS | ADMIN, path=a_shipment),
    "POST /shipping/webhooks/{carrier}": Row(
        EVERYBODY, empty, path=lambda world: {"carrier": "sandbox"}
    ),
    "GET /payments/{id}": Row(ADMIN, path=a_payment),
    "POST /payments/{id}/capture": Row(WRITERS | ADMIN, empty, path=a_payment, key=True),
    "POST /payments/{id}/refunds": Row(
        WRITERS | ADMIN, lambda world: {"amount": 1}, path=a_payment, key=True
    ),
    "GET /payments/{id}/refunds/{refund}": Row(MEMBERS | ADMIN, path=a_refund),
    "POST /payments/{id}/void": Row(ADMIN, reason, path=a_payment, key=True),
    "POST /payments/webhooks/{provider}": Row(
        EVERYBODY, empty, path=lambda world: {"provider": "sandbox"}
    ),
    "GET /analytics/products/{product}/orders": Row(MEMBERS | ADMIN),
    "GET /analytics/products/{product}/shipping": Row(MEMBERS | ADMIN),
    "GET /analytics/sales": Row(MEMBERS | ADMIN | {"other_seller"}),
    "GET /analytics/overview": Row(MEMBERS | ADMIN | {"other_seller"}),
    # The last one: it makes an owner of a seller of whoever asks.
    "POST /sellers": Row(SIGNED_IN, lambda world: {"name": world.unique("Seller")}),
}


@pytest.fixture(scope="module")
def world(shop: Shop) -> World:
    published = shop.publish("authorisation")
    order = shop.customer.order((shop.offers(published)[0], 1)).json()["result"]
    founder = shop.anonymous.register("founder")
    applicant = founder.result("POST", "/sellers", {"name": "An applicant"})
    imported = shop.seller.http.post(
        f"{BASE}/imports",
        data={"currency": "EUR"},
        files={"file": PRODUCTS},
        headers={"Authorization": f"Bearer {shop.seller.token}"},
    ).json()["result"]
    address = shop.customer.result("POST", "/users/me/addresses", ADDRESS)
    method = shop.seller.result(
        "POST",
        f"/sellers/{shop.seller_id}/shipping-methods",
        {"name": "Parcel", "price": {"amount": 490, "currency": "EUR"}},
    )
    return World(
        shop,
        shop.draft("draft"),
        published,
        order,
        applicant_id=applicant["id"],
        import_id=imported["id"],
        address_id=address["id"],
        method_id=method["id"],
    )


@pytest.fixture(scope="module")
def operations(http: httpx.Client) -> dict[str, dict[str, Any]]:
    document = http.get("/openapi.json").json()
    return {
        f"{method.upper()} {path.removeprefix(BASE)}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in {"get", "post", "put", "patch", "delete"}
    }


def test_the_table_knows_every_operation(operations: dict[str, dict[str, Any]]) -> None:
    assert set(TABLE) == set(operations)


@pytest.mark.parametrize("operation", TABLE)
def test_the_document_says_who_needs_a_token(
    operation: str, operations: dict[str, dict[str, Any]]
) -> None:
    documented = operations[operation]
    is_public = "anonymous" in TABLE[operation].who

    assert (not documented["security"] or {} in documented["security"]) == is_public
    assert ("401" in documented["responses"] or is_public) is True


@pytest.mark.parametrize("actor", sorted(EVERYBODY))
@pytest.mark.parametrize("operation", TABLE)
def test_who_is_let_in(operation: str, actor: str, world: World) -> None:
    row = TABLE[operation]
    method, _, template = operation.partition(" ")
    path = template.format_map(
        {
            "seller": world.shop.seller_id,
            "category": world.shop.category_id,
            "product": world.published["id"],
            "order": world.order["id"],
            **row.path(world),
        }
    )
    api = world.api(actor)
    body = row.anonymous if actor == "anonymous" and row.anonymous else row.body
    if row.file is not None:
        answer = api.http.request(
            method,
            BASE + path,
            data=row.form(world) if row.form is not None else None,
            files={"file": row.file},
            headers={"Authorization": f"Bearer {api.token}"} if api.token else None,
        )
    elif row.form is not None:
        answer = api.http.request(method, BASE + path, data=row.form(world))
    else:
        answer = api.request(
            method,
            path,
            json=body(world) if body is not None else None,
            key=str(uuid.uuid4()) if row.key else None,
            params=row.query(world) or None,
        )

    # Somebody else's seller in a body is an unknown one, and so is the field that names it.
    refused = answer.status_code in {401, 403, 404} or '"unknown_seller"' in answer.text
    assert answer.status_code < 500, answer.text
    assert refused or answer.status_code != 422, f"the table's request is wrong: {answer.text}"
    assert refused == (actor not in row.who), answer.text
    if refused:
        assert (answer.status_code == 401) == (actor == "anonymous"), answer.text
