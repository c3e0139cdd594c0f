"""A checkout of the documentation. The requests run on a fresh demo as they stand: the buyer has
something in the cart there."""

from typing import Any

from marketplace.presentation.rest.identity.examples import ADDRESS_ID
from marketplace.presentation.rest.orders.examples import NEW_ORDER, PLACED_ORDER, SELLER_ORDER
from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS, PAPYRUS_BOOKS_ID
from marketplace.presentation.rest.shipping.examples import BOOK_POST_ID, EXPRESS_ID

CHECKOUT: dict[str, Any] = {
    "addressId": ADDRESS_ID,
    "shipping": {PAPYRUS_BOOKS_ID: BOOK_POST_ID},
    "expectedTotal": NEW_ORDER["expectedTotal"],
    "payment": NEW_ORDER["payment"],
}
CHECKED_OUT: dict[str, Any] = PLACED_ORDER

NEW_QUOTE: dict[str, Any] = {
    "items": NEW_ORDER["items"],
    "shippingAddress": NEW_ORDER["shippingAddress"],
}
_LINE: dict[str, Any] = SELLER_ORDER["lines"][0]
_SHOWN = (
    "offerId",
    "productId",
    "variantId",
    "slug",
    "options",
    "sku",
    "name",
    "quantity",
    "unitPrice",
    "total",
)
_AMOUNTS = ("pricesIncludeTax", "subtotal", "shippingTotal", "taxTotal", "discountTotal", "total")
QUOTE: dict[str, Any] = {
    "lines": [{**{name: _LINE[name] for name in _SHOWN}, "sellerId": PAPYRUS_BOOKS_ID}],
    "sellers": [
        {
            "seller": PAPYRUS_BOOKS,
            "subtotal": PLACED_ORDER["subtotal"],
            "shipping": SELLER_ORDER["shipping"],
            "total": SELLER_ORDER["total"],
        }
    ],
    "shippingOptions": [
        {
            "sellerId": PAPYRUS_BOOKS_ID,
            "options": [
                {"carrier": "Deutsche Post", **SELLER_ORDER["shipping"]},
                {
                    "methodId": EXPRESS_ID,
                    "name": "Express",
                    "carrier": "DHL",
                    "price": {"amount": 890, "currency": "EUR"},
                    "handlingDays": 0,
                },
            ],
        }
    ],
    **{name: PLACED_ORDER[name] for name in _AMOUNTS},
    "changes": [],
    "paymentMethods": ["sandbox"],
}
