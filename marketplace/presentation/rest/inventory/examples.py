"""Movements of stock of the documentation. Requests run on a fresh demo as they stand."""

from typing import Any

from marketplace.presentation.rest.catalogue.examples import HARBOUR_OFFER_ID

NEW_MOVEMENT: dict[str, Any] = {"kind": "received", "quantity": 10, "reason": "Delivery 4711"}

ALLOCATED: dict[str, Any] = {
    "id": "019b8d62-9dd8-7b06-8a4c-7e15d90c2f38",
    "offerId": HARBOUR_OFFER_ID,
    "kind": "allocated",
    "quantity": 2,
    "change": 2,
    "reason": None,
    "orderId": "019b8d62-8250-7a1a-8650-0c4d754c6fe2",
    "actorId": None,
    "onHand": 300,
    "allocated": 3,
    "available": 297,
    "createdAt": "2026-03-01T12:00:00Z",
}
RECEIVED: dict[str, Any] = {
    **ALLOCATED,
    **NEW_MOVEMENT,
    "id": "019b9a14-5548-7c3a-9f60-b81d47e2a096",
    "change": 10,
    "orderId": None,
    "actorId": "019b8d62-8250-77a8-ae9e-4da5399d2f0a",
    "onHand": 310,
    "available": 307,
}
