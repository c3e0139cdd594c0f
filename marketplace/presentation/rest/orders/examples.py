"""An order of the documentation. The request runs on a fresh demo as it stands."""

from typing import Any

from marketplace.presentation.rest.catalogue.examples import (
    HARBOUR_ID,
    HARBOUR_OFFER_ID,
    HARBOUR_VARIANT_ID,
)
from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS
from marketplace.presentation.rest.shipping.examples import BOOK_POST_ID

ORDER_ID = "019b8d62-7e68-7616-aaae-441089f9ea3a"
LINE_ID = "019b8d62-7e68-7f37-ad47-b02c954488ee"
SELLER_ORDER_ID = "019b8d62-8250-7240-b962-9a2722b631a3"
PAYMENT_ID = "019b8d62-8638-7e1d-9d4f-5269127fa39e"
# Others of the demo, for what can be done only once.
CANCELLABLE_ID = "019b8d62-8e08-7ebe-9870-3d29a5e7984b"
CANCELLABLE_PART_ID = "019b8d62-8250-7c4e-8738-98a425ccacc5"

_ADDRESS: dict[str, Any] = {
    "name": "Bea Buyer",
    "line1": "Unter den Linden 1",
    "city": "Berlin",
    "postalCode": "10117",
    "country": "DE",
}
NEW_ORDER: dict[str, Any] = {
    "items": [{"offerId": HARBOUR_OFFER_ID, "quantity": 2}],
    "shippingAddress": _ADDRESS,
    "payment": {"method": "sandbox", "token": "tok_ok"},
    "expectedTotal": {"amount": 2690, "currency": "EUR"},
}

_FREE: dict[str, Any] = {"amount": 0, "currency": "EUR"}
_SUBTOTAL: dict[str, Any] = {"amount": 2400, "currency": "EUR"}
_SHIPPING: dict[str, Any] = {"amount": 290, "currency": "EUR"}
_TOTAL: dict[str, Any] = NEW_ORDER["expectedTotal"]
_SHOWN_ADDRESS: dict[str, Any] = {**_ADDRESS, "line2": None, "region": None, "phone": None}
_STATUS: dict[str, Any] = {
    "status": "placed",
    "paymentStatus": "paid",
    "fulfilmentStatus": "unfulfilled",
    "placedAt": "2026-03-01T12:00:00Z",
}

SELLER_ORDER: dict[str, Any] = {
    "id": SELLER_ORDER_ID,
    "number": "ORD-2026-000001-1",
    "orderId": ORDER_ID,
    "seller": PAPYRUS_BOOKS,
    **_STATUS,
    "customer": {"name": "Bea Buyer", "email": "buyer@example.com"},
    "shippingAddress": _SHOWN_ADDRESS,
    "lines": [
        {
            "id": LINE_ID,
            "offerId": HARBOUR_OFFER_ID,
            "productId": HARBOUR_ID,
            "variantId": HARBOUR_VARIANT_ID,
            "slug": "the-silent-harbour",
            "image": None,
            "options": {"format": "paperback"},
            "sku": "NOVEL-1001-2",
            "name": "The Silent Harbour",
            "quantity": 2,
            "cancelled": 0,
            "shipped": 0,
            "refunded": 0,
            "delivered": 0,
            "returned": 0,
            "unitPrice": {"amount": 1200, "currency": "EUR"},
            "total": _SUBTOTAL,
        }
    ],
    "shipping": {
        "methodId": BOOK_POST_ID,
        "name": "Book post",
        "price": _SHIPPING,
        "handlingDays": 0,
    },
    "payment": {"id": PAYMENT_ID, "captured": _TOTAL, "refunded": _FREE},
    "shipments": [],
    "total": _TOTAL,
}
ORDER: dict[str, Any] = {
    "id": ORDER_ID,
    "number": "ORD-2026-000001",
    **_STATUS,
    "pricesIncludeTax": True,
    "subtotal": _SUBTOTAL,
    "shippingTotal": _SHIPPING,
    "taxTotal": _FREE,
    "discountTotal": _FREE,
    "total": _TOTAL,
    "email": "buyer@example.com",
    "shippingAddress": _SHOWN_ADDRESS,
    "payments": [
        {
            "id": PAYMENT_ID,
            "provider": "sandbox",
            "status": "captured",
            "amount": _TOTAL,
            "capturedAmount": _TOTAL,
            "refundedAmount": _FREE,
            "nextAction": None,
        }
    ],
    "sellerOrders": [SELLER_ORDER],
}
PLACED_ORDER: dict[str, Any] = {**ORDER, "accessToken": None}

EVENT: dict[str, Any] = {
    "type": "paymentCaptured",
    "by": "system",
    "sellerOrderId": None,
    "amount": _TOTAL,
    "reason": None,
    "lines": [],
    "occurredAt": "2026-03-01T12:00:00Z",
}

_CANCELLED: dict[str, Any] = {
    "status": "cancelled",
    "paymentStatus": "refunded",
    "fulfilmentStatus": "cancelled",
}
_REFUNDED: dict[str, Any] = {"id": PAYMENT_ID, "captured": _TOTAL, "refunded": _TOTAL}
CANCELLED_PART: dict[str, Any] = {
    **SELLER_ORDER,
    **_CANCELLED,
    "lines": [{**line, "cancelled": 2, "refunded": 2} for line in SELLER_ORDER["lines"]],
    "payment": _REFUNDED,
}
CANCELLED: dict[str, Any] = {
    **ORDER,
    **_CANCELLED,
    "payments": [{**payment, "refundedAmount": _TOTAL} for payment in ORDER["payments"]],
    "sellerOrders": [CANCELLED_PART],
}
