"""A small client of the REST API, the same for a live server and for the application in process."""

import uuid
from dataclasses import dataclass, replace
from typing import Any, Self

import httpx

from tests.processes import PASSWORD

BASE = "/api/v1"
ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "Unter den Linden 1",
    "city": "Berlin",
    "postalCode": "10117",
    "country": "DE",
}


@dataclass(frozen=True)
class Api:
    """Requests in the name of one account, or of nobody while `token` is None."""

    http: httpx.Client
    token: str | None = None
    user: str | None = None
    login: str = ""

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        key: str | None = None,
        if_match: str | None = None,
        headers: dict[str, str] | None = None,
        params: dict[str, Any] | None = None,
    ) -> httpx.Response:
        """The answer, whatever its status. `path` starts after /api/v1."""
        sent = dict(headers or {})
        if self.token is not None:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if key is not None:
            sent["Idempotency-Key"] = key
        if if_match is not None:
            sent["If-Match"] = if_match
        return self.http.request(method, BASE + path, json=json, headers=sent, params=params)

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> httpx.Response:
        return self.request("POST", path, json=json, **more)

    def result(self, method: str, path: str, json: Any = None, **more: Any) -> Any:
        """What `result` holds in an answer that has to be a success."""
        answer = self.request(method, path, json=json, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()["result"]

    def register(self, name: str) -> Self:
        """A new account with an address of its own, signed in."""
        login = f"{name}-{uuid.uuid4().hex[:12]}@example.com"
        created = self.result(
            "POST", "/auth/register", {"email": login, "password": PASSWORD, "name": name.title()}
        )
        return replace(self.sign_in(login, PASSWORD), user=created["id"])

    def sign_in(self, login: str, password: str) -> Self:
        pair = self.result("POST", "/auth/token", {"login": login, "password": password})
        return replace(self, token=pair["access"], login=login)

    def order(
        self, *lines: tuple[str, int], key: str | None = None, payment: str = "tok_ok", **more: Any
    ) -> httpx.Response:
        """Order `(offer id, quantity)` pairs."""
        body = {
            "items": [{"offerId": offer, "quantity": quantity} for offer, quantity in lines],
            "shippingAddress": ADDRESS,
            "payment": {"method": "sandbox", "token": payment},
            **more,
        }
        return self.post("/orders", body, key=key or str(uuid.uuid4()))


@dataclass(frozen=True)
class Shop:
    """A marketplace in which something can be bought.

    `seller` owns the seller `seller_id`, `manager` and `viewer` are its members in these roles.
    """

    anonymous: Api
    admin: Api
    seller: Api
    manager: Api
    viewer: Api
    other_seller: Api
    customer: Api
    other_customer: Api
    seller_id: str
    other_seller_id: str
    category_id: str

    def publish(
        self, sku: str, *, price: int = 1999, on_hand: int = 100, variants: int = 1
    ) -> dict[str, Any]:
        """A published product of `seller`, as the API shows it. `sku` need not be unique."""
        product = self.draft(sku, price=price, on_hand=on_hand, variants=variants)
        self.seller.result("POST", f"/products/{product['id']}/submit")
        published: dict[str, Any] = self.admin.result("POST", f"/products/{product['id']}/approve")
        assert published["status"] == "published"
        return published

    def draft(
        self, sku: str, *, price: int = 1999, on_hand: int = 100, variants: int = 1
    ) -> dict[str, Any]:
        """A product of `seller` that is still to be submitted."""
        sku = f"{sku}-{uuid.uuid4().hex[:8]}"
        body = {
            "name": f"Product {sku}",
            "categoryId": self.category_id,
            "sellerId": self.seller_id,
            "variants": [
                {
                    "sku": f"{sku}-{number}",
                    "options": {"size": str(number)},
                    "price": {"amount": price + number, "currency": "EUR"},
                    "onHand": on_hand,
                }
                for number in range(variants)
            ],
        }
        created: dict[str, Any] = self.seller.result("POST", "/products", body)
        return created

    def offers(self, product: dict[str, Any]) -> list[str]:
        return [offer["id"] for variant in product["variants"] for offer in variant["offers"]]


def open_shop(http: httpx.Client, admin_login: str, admin_password: str) -> Shop:
    """Accounts, two approved sellers and a category, all made through the API."""
    anonymous = Api(http)
    admin = anonymous.sign_in(admin_login, admin_password)
    seller, other_seller = anonymous.register("seller"), anonymous.register("rival")

    def approved(owner: Api, name: str) -> str:
        seller_id: str = owner.result("POST", "/sellers", {"name": name})["id"]
        admin.result("POST", f"/sellers/{seller_id}/approve")
        return seller_id

    suffix = uuid.uuid4().hex[:8]
    seller_id = approved(seller, f"Seller {suffix}")

    def member(role: str) -> Api:
        joined = anonymous.register(role)
        seller.result(
            "POST", f"/sellers/{seller_id}/members", {"email": joined.login, "role": role}
        )
        return joined

    return Shop(
        anonymous=anonymous,
        admin=admin,
        seller=seller,
        manager=member("manager"),
        viewer=member("viewer"),
        other_seller=other_seller,
        customer=anonymous.register("customer"),
        other_customer=anonymous.register("neighbour"),
        seller_id=seller_id,
        other_seller_id=approved(other_seller, f"Rival {suffix}"),
        category_id=admin.result("POST", "/categories", {"name": f"Things {suffix}"})["id"],
    )
