"""Shipping methods of the documentation. Requests run on a fresh demo as they stand; what they name
by id exists there."""

from typing import Any

from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS_ID

BOOK_POST_ID = "019b8d62-95d8-761f-ba8a-79b8cbf27332"
EXPRESS_ID = "019b8d62-99c0-7d98-8eab-a5ae1a685981"
# Nothing else asks for it, so it may go.
COURIER_ID = "019b8d62-9da8-745d-81e6-af4b31630944"

NEW_METHOD: dict[str, Any] = {
    "name": "Parcel",
    "carrier": "DHL",
    "price": {"amount": 490, "currency": "EUR"},
    "countries": ["AT", "CH", "DE"],
    "freeFrom": {"amount": 5000, "currency": "EUR"},
    "zones": [
        {
            "countries": ["DE"],
            "postalCodes": [{"from": "25845", "to": "25869"}, {"from": "25929", "to": "25999"}],
            "price": {"amount": 1290, "currency": "EUR"},
        },
        {
            "countries": ["DE"],
            "basis": "weight",
            "bands": [
                {"from": 0, "to": 2000, "price": {"amount": 490, "currency": "EUR"}},
                {"from": 2000, "to": 31500, "price": {"amount": 990, "currency": "EUR"}},
            ],
        },
        {"countries": ["AT", "CH"], "price": {"amount": 1490, "currency": "EUR"}},
    ],
    "handlingDays": 1,
}
PATCH: dict[str, Any] = {"price": {"amount": 790, "currency": "EUR"}, "countries": ["AT", "DE"]}

_ZONE: dict[str, Any] = {
    "countries": [],
    "regions": [],
    "postalCodes": [],
    "price": None,
    "basis": None,
    "bands": [],
}
BOOK_POST: dict[str, Any] = {
    "id": BOOK_POST_ID,
    "sellerId": PAPYRUS_BOOKS_ID,
    "name": "Book post",
    "carrier": "Deutsche Post",
    "price": {"amount": 290, "currency": "EUR"},
    "countries": ["AT", "BE", "CH", "DE", "FR", "LU", "NL"],
    "freeFrom": {"amount": 2500, "currency": "EUR"},
    "zones": [],
    "handlingDays": 0,
    "version": 1,
    "createdAt": "2026-01-05T09:00:00Z",
    "updatedAt": "2026-01-05T09:00:00Z",
}
CREATED: dict[str, Any] = {
    **BOOK_POST,
    **NEW_METHOD,
    "zones": [{**_ZONE, **zone} for zone in NEW_METHOD["zones"]],
    "id": "019b9a16-0370-7c52-b6a1-4f0d9e83c725",
    "createdAt": "2026-03-01T12:00:00Z",
    "updatedAt": "2026-03-01T12:00:00Z",
}
CHANGED: dict[str, Any] = {
    **BOOK_POST,
    "id": EXPRESS_ID,
    "name": "Express",
    "carrier": "DHL",
    "freeFrom": None,
    **PATCH,
    "version": 2,
    "updatedAt": "2026-03-01T12:00:00Z",
}
