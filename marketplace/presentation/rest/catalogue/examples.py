"""Categories and products of the documentation. Requests run on a fresh demo as they stand; what
they name by id or slug exists there."""

from typing import Any

from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS, PAPYRUS_BOOKS_ID

BOOKS_ID = "019b8d62-dc28-7c32-bac9-0a00b7732cf6"
FICTION_ID = "019b8d62-e010-7b8a-9ec6-1ec8876c5a2a"
HARBOUR_ID = "019b8d71-c0a8-7ea8-9906-bdc363ecacc5"
HARBOUR_VARIANT_ID = "019b8e56-e0e8-7c7f-8b1f-d8a14fd06ab7"
HARBOUR_OFFER_ID = "019b8e56-e0e8-7a03-9cea-b6f4945f4545"

NEW_CATEGORY: dict[str, Any] = {
    "name": "Poetry",
    "parentId": BOOKS_ID,
    "attributes": [
        {
            "name": "binding",
            "type": "choice",
            "required": False,
            "filterable": True,
            "choices": ["hardcover", "paperback"],
        }
    ],
}
CATEGORY_PATCH: dict[str, Any] = {"name": "Books and paper"}

MATERIAL: dict[str, Any] = {
    "name": "material",
    "type": "text",
    "required": False,
    "filterable": True,
    "choices": [],
}
CATEGORY: dict[str, Any] = {
    "id": BOOKS_ID,
    "name": "Books",
    "slug": "books",
    "path": "books",
    "parentId": None,
    "productCount": 57,
    "attributes": [MATERIAL],
    "version": 1,
    "createdAt": "2026-01-05T09:00:00Z",
}
POETRY: dict[str, Any] = {
    **CATEGORY,
    "id": "019b9a10-5f08-7c11-9d42-6a1b7e0c3d55",
    "name": "Poetry",
    "slug": "poetry",
    "path": "books/poetry",
    "parentId": BOOKS_ID,
    "productCount": 0,
    "attributes": [MATERIAL, *NEW_CATEGORY["attributes"]],
}

NEW_PRODUCT: dict[str, Any] = {
    "name": "Snow Crash",
    "categoryId": FICTION_ID,
    "sellerId": PAPYRUS_BOOKS_ID,
    "description": "A pizza delivery, and what came of it.",
    "attributes": {"material": "paper", "weight": 380},
    "tags": ["novel"],
    "variants": [
        {
            "sku": "SNOW-PB",
            "options": {"format": "paperback"},
            "barcode": "9780553380958",
            "price": {"amount": 1799, "currency": "EUR"},
            "compareAtPrice": {"amount": 1999, "currency": "EUR"},
            "condition": "new",
            "onHand": 51,
        }
    ],
}
REJECTION: dict[str, Any] = {"reason": "Who wrote them?"}

PRODUCT_SUMMARY: dict[str, Any] = {
    "id": HARBOUR_ID,
    "slug": "the-silent-harbour",
    "name": "The Silent Harbour",
    "category": {
        "id": FICTION_ID,
        "name": "Fiction",
        "slug": "fiction",
        "path": "books/fiction",
    },
    "image": None,
    "priceFrom": {"amount": 1200, "currency": "EUR"},
    "offerCount": 1,
    "inStock": True,
    "rating": None,
    "status": "published",
    "version": 3,
    "createdAt": "2026-01-26T09:00:00Z",
}

WAITING: dict[str, Any] = {**PRODUCT_SUMMARY, "status": "pending", "version": 2}


def product(status: str, version: int, **more: Any) -> dict[str, Any]:
    """The Silent Harbour at some point of its life."""
    return {
        **PRODUCT_SUMMARY,
        "status": status,
        "version": version,
        "sellerId": PAPYRUS_BOOKS_ID,
        "description": "A novel to keep beside the bed.",
        "reason": None,
        "attributes": {"material": "paper", "weight": 400},
        "tags": ["novel"],
        "variants": [
            {
                "id": HARBOUR_VARIANT_ID,
                "options": {"format": "paperback"},
                "barcode": "2000000160177",
                "offers": [
                    {
                        "id": HARBOUR_OFFER_ID,
                        "seller": PAPYRUS_BOOKS,
                        "sku": "NOVEL-1001-2",
                        "price": {"amount": 1200, "currency": "EUR"},
                        "compareAtPrice": None,
                        "condition": "new",
                        "available": 297,
                    }
                ],
            }
        ],
        "media": [],
        **more,
    }
