"""Orders that are shipped over HTTP, and a carrier that tells of them."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from marketplace.infrastructure.security.tokens import derive_key
from marketplace.infrastructure.security.webhooks import Webhooks
from tests.api import BASE, Api, Shop
from tests.processes import SECRET

DAY = "2026-03-0{}T12:00:00Z"
CARRIER = Webhooks(derive_key(SECRET, "sandbox carrier webhooks"))


def placed(buyer: Api, *lines: tuple[str, int], payment: str = "tok_ok") -> dict[str, Any]:
    answer = buyer.order(*lines, payment=payment)
    assert answer.status_code == 201, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


def ship(
    api: Api, order: dict[str, Any], *units: int, key: str | None = None, **body: Any
) -> httpx.Response:
    """So many units of each line of the first part; none named: all that is open."""
    part = order["sellerOrders"][0]
    lines = [
        {"lineId": line["id"], "quantity": quantity}
        for line, quantity in zip(part["lines"], units, strict=False)
        if quantity
    ]
    return api.post(
        f"/seller-orders/{part['id']}/shipments",
        {"carrier": "sandbox", "lines": lines, **body},
        key=key or str(uuid.uuid4()),
    )


def shipped(api: Api, order: dict[str, Any], *units: int, **body: Any) -> dict[str, Any]:
    answer = ship(api, order, *units, **body)
    assert answer.status_code == 201, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return result


def report(
    api: Api, shipment: dict[str, Any], status: str, day: int = 1, **body: Any
) -> httpx.Response:
    """What is reported occurred at noon of that day of March."""
    told = {"status": status, "occurredAt": DAY.format(day), **body}
    return api.post(f"/shipments/{shipment['id']}/events", told)


def tell(
    http: httpx.Client,
    number: str,
    status: str,
    *,
    event_id: str | None = None,
    occurred_at: str = DAY.format(1),
    signed_at: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """An event of the sandbox carrier, signed; `headers` replace those of the signature."""
    body = (
        f'{{"type": "{status}", "timestamp": "{occurred_at}",'
        f' "data": {{"trackingNumber": "{number}", "location": null}}}}'
    ).encode()
    signed = CARRIER.sign(event_id or str(uuid.uuid4()), body, signed_at or datetime.now(UTC))
    return http.post(
        f"{BASE}/shipping/webhooks/sandbox", content=body, headers={**signed, **(headers or {})}
    )


def read(api: Api, order: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api.result("GET", f"/orders/{order['id']}")
    return found


def stock(shop: Shop, offer: str) -> tuple[int, int]:
    """On hand and available."""
    found = shop.seller.result("GET", f"/offers/{offer}")
    return found["onHand"], found["available"]
