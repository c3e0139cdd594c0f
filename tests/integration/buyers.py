"""Buyers, and what they put into their carts."""

import uuid
from dataclasses import dataclass
from typing import Any

import httpx

from tests.api import ADDRESS, Api, Shop

PAYMENT = {"method": "sandbox", "token": "tok_ok"}
EMPTY: dict[str, Any] = {"items": [], "sellers": [], "total": None, "changes": []}


def eur(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


@dataclass
class Buyer:
    """An account that has never had anything in its cart."""

    api: Api

    def put(self, offer: str, quantity: int) -> httpx.Response:
        return self.api.request("PUT", f"/cart/items/{offer}", json={"quantity": quantity})

    def cart(self) -> dict[str, Any]:
        found: dict[str, Any] = self.api.result("GET", "/cart")
        return found

    def wanted(self) -> dict[str, int]:
        return {item["offerId"]: item["quantity"] for item in self.cart()["items"]}


def offer_of(shop: Shop, **fields: Any) -> str:
    return shop.offers(shop.publish("cart", **{"on_hand": 10} | fields))[0]


def rival_offer(shop: Shop, amount: int, currency: str) -> str:
    """An offer of the other seller, on a product of the first one."""
    variant = shop.publish("rival")["variants"][0]["id"]
    body = {
        "variantId": variant,
        "sellerId": shop.other_seller_id,
        "sku": uuid.uuid4().hex,
        "price": {"amount": amount, "currency": currency},
        "onHand": 10,
    }
    offered: str = shop.other_seller.result("POST", "/offers", body)["id"]
    return offered


def check_out(api: Api, total: int, key: str | None = None, **body: Any) -> httpx.Response:
    where = {} if "addressId" in body else {"shippingAddress": ADDRESS}
    wanted = {"expectedTotal": eur(total), "payment": PAYMENT, **where, **body}
    return api.post("/checkout", wanted, key=key or str(uuid.uuid4()))
