"""A cart of the documentation: what the buyer's holds on a fresh demo."""

from typing import Any

from marketplace.presentation.rest.catalogue.examples import (
    HARBOUR_ID,
    HARBOUR_OFFER_ID,
    MEDIUM,
)
from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS, PAPYRUS_BOOKS_ID

ITEM: dict[str, Any] = {"quantity": 2}
_TOTAL: dict[str, Any] = {"amount": 2400, "currency": "EUR"}

CART: dict[str, Any] = {
    "id": "019b8d62-7e68-7cec-abf1-773675837c4e",
    "items": [
        {
            "offerId": HARBOUR_OFFER_ID,
            "productId": HARBOUR_ID,
            "slug": "the-silent-harbour",
            "name": "The Silent Harbour",
            "image": MEDIUM["urls"]["small"],
            "options": {"format": "paperback"},
            "sku": "NOVEL-1001-2",
            "sellerId": PAPYRUS_BOOKS_ID,
            "quantity": 2,
            "unitPrice": {"amount": 1200, "currency": "EUR"},
            "total": _TOTAL,
            "available": 293,
        }
    ],
    "sellers": [{**PAPYRUS_BOOKS, "subtotal": _TOTAL}],
    "total": _TOTAL,
    "changes": [
        {
            "offerId": HARBOUR_OFFER_ID,
            "kind": "price",
            "before": {"amount": 1300, "currency": "EUR"},
            "after": {"amount": 1200, "currency": "EUR"},
        }
    ],
}
FRESH_CART: dict[str, Any] = {**CART, "changes": []}
