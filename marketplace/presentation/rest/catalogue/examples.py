"""Categories and products of the documentation. Requests run on a fresh demo as they stand; what
they name by id or slug exists there."""

from typing import Any

from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS, PAPYRUS_BOOKS_ID

BOOKS_ID = "019b8d62-dc28-7c32-bac9-0a00b7732cf6"
FICTION_ID = "019b8d62-e010-7b8a-9ec6-1ec8876c5a2a"
HARBOUR_ID = "019b8d71-c0a8-7ea8-9906-bdc363ecacc5"
HARBOUR_VARIANT_ID = "019b8e56-e0e8-7c7f-8b1f-d8a14fd06ab7"
HARBOUR_OFFER_ID = "019b8e56-e0e8-7a03-9cea-b6f4945f4545"
HARBOUR_MEDIUM_ID = "019b8d71-c0a8-72f8-aa8d-ccd141030c46"
# Of The Silent Harbour in cloth, which no order asks for.
CLOTH_OFFER_ID = "019b8e56-dd00-7bad-bc7b-a7fd871e3a87"
# What nobody misses: of The Hidden Orchard, and of the Winter Letters.
ORCHARD_MEDIUM_ID = "019b8d71-c878-7976-b81b-cbbf777861fc"
ORCHARD_VARIANT_ID = "019b8e57-5a00-786e-9fbc-eb9fee974d14"
LETTERS_OFFER_ID = "019b8e57-9c68-7d68-a042-1c3a3e42fb9b"

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
    "createdAt": "2025-01-06T09:00:00Z",
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
PRODUCT_PATCH: dict[str, Any] = {
    "description": "A novel to keep beside the bed, and to lend.",
    "attributes": {"pages": 312},
}
PROPOSED: dict[str, Any] = {
    "name": None,
    "description": PRODUCT_PATCH["description"],
    "categoryId": None,
    "attributes": {"material": "paper", "weight": 400, **PRODUCT_PATCH["attributes"]},
    "tags": None,
}
REJECTION: dict[str, Any] = {"reason": "Who wrote them?"}

SUGGESTION: dict[str, Any] = {
    "text": "The Silent Harbour",
    "type": "product",
    "slug": "the-silent-harbour",
}

_PICTURE = f"http://127.0.0.1:8000/media/c9/{HARBOUR_MEDIUM_ID}-c92f829b2e583e6cfe9f"
MEDIUM: dict[str, Any] = {
    "id": HARBOUR_MEDIUM_ID,
    "alt": "A drawing that stands for The Silent Harbour",
    "position": 1,
    "variantId": None,
    "urls": {size: f"{_PICTURE}/{size}.webp" for size in ("small", "medium", "large")},
    "width": 480,
    "height": 480,
}
NEW_MEDIUM: dict[str, Any] = {"file": "cover.png", "alt": "The cover, in grey and blue"}
"""`file` is one of those in `http/`."""
ADDED_MEDIUM: dict[str, Any] = {
    **MEDIUM,
    "id": "019b9a11-2c40-7e1f-8b3d-90c6f2a7d415",
    "alt": NEW_MEDIUM["alt"],
    "position": 2,
}
MEDIUM_PATCH: dict[str, Any] = {"alt": "The harbour at dawn", "variantId": HARBOUR_VARIANT_ID}

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
    "image": MEDIUM["urls"]["small"],
    "priceFrom": {"amount": 1200, "currency": "EUR"},
    "offerCount": 1,
    "inStock": True,
    "rating": None,
    "status": "published",
    "version": 3,
    "createdAt": "2025-01-27T09:00:00Z",
}

WAITING: dict[str, Any] = {
    **PRODUCT_SUMMARY,
    "version": 4,
    "diff": [
        {
            "field": "description",
            "before": "A novel to keep beside the bed.",
            "after": PRODUCT_PATCH["description"],
        }
    ],
}

VARIANT: dict[str, Any] = {
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
HARBOUR_VARIANT: dict[str, Any] = {**VARIANT, "productId": HARBOUR_ID}
NEW_VARIANT: dict[str, Any] = {
    "sku": "NOVEL-1001-3",
    "options": {"format": "audio book"},
    "price": {"amount": 1499, "currency": "EUR"},
    "onHand": 20,
}
ADDED_VARIANT: dict[str, Any] = {
    "id": "019b9a12-7a90-7b52-a8e4-3f1d6c05b9e7",
    "options": NEW_VARIANT["options"],
    "barcode": None,
    "offers": [
        {
            **VARIANT["offers"][0],
            "id": "019b9a12-7a90-70c8-9d17-5e42b8f3a601",
            "sku": NEW_VARIANT["sku"],
            "price": NEW_VARIANT["price"],
            "available": NEW_VARIANT["onHand"],
        }
    ],
    "productId": HARBOUR_ID,
}
VARIANT_PATCH: dict[str, Any] = {"options": {"format": "pocket edition"}}

OFFER: dict[str, Any] = {
    "id": HARBOUR_OFFER_ID,
    "sellerId": PAPYRUS_BOOKS_ID,
    "productId": HARBOUR_ID,
    "variantId": HARBOUR_VARIANT_ID,
    "slug": "the-silent-harbour",
    "name": "The Silent Harbour",
    "options": VARIANT["options"],
    "sku": "NOVEL-1001-2",
    "price": {"amount": 1200, "currency": "EUR"},
    "compareAtPrice": None,
    "condition": "new",
    "onHand": 300,
    "allocated": 3,
    "available": 297,
    "lowStockThreshold": 5,
    "version": 1,
    "createdAt": "2025-01-27T09:00:00Z",
}
NEW_OFFER: dict[str, Any] = {
    "variantId": HARBOUR_VARIANT_ID,
    "sku": "NOVEL-1001-USED",
    "price": {"amount": 599, "currency": "EUR"},
    "condition": "used",
    "onHand": 1,
}
ADDED_OFFER: dict[str, Any] = {
    **OFFER,
    **NEW_OFFER,
    "id": "019b9a13-0c28-7d94-b6a1-c27e815f30d8",
    "allocated": 0,
    "available": 1,
    "lowStockThreshold": None,
}
OFFER_PATCH: dict[str, Any] = {
    "price": {"amount": 2200, "currency": "EUR"},
    "compareAtPrice": {"amount": 2400, "currency": "EUR"},
    "onHand": 118,
}
CHANGED_OFFER: dict[str, Any] = {
    **OFFER,
    **OFFER_PATCH,
    "id": CLOTH_OFFER_ID,
    "variantId": "019b8e56-dd00-7082-874e-d9e6af27ba51",
    "options": {"format": "hardcover"},
    "sku": "NOVEL-1001-1",
    "allocated": 0,
    "available": OFFER_PATCH["onHand"],
    "version": 3,
}


def product(status: str, version: int, **more: Any) -> dict[str, Any]:
    """The Silent Harbour at some point of its life."""
    return {
        **PRODUCT_SUMMARY,
        "status": status,
        "version": version,
        "sellerId": PAPYRUS_BOOKS_ID,
        "description": "A novel to keep beside the bed.",
        "reason": None,
        "pendingChanges": None,
        "attributes": {"material": "paper", "weight": 400},
        "tags": ["novel"],
        "variants": [VARIANT],
        "media": [MEDIUM],
        **more,
    }
