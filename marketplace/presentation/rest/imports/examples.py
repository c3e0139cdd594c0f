"""An import of the documentation. Requests run on a fresh demo as they stand: it has this import,
which was a trial, and changed nothing."""

from typing import Any

from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS_ID

IMPORT_ID = "019b8d62-7e68-7f2f-951c-8f905db32439"

NEW_IMPORT: dict[str, Any] = {"file": "products.csv", "currency": "EUR", "dryRun": False}
"""`file` is one of those in `http/`."""

_WRONG: dict[str, Any] = {
    "row": 4,
    "pointer": "/Product Category",
    "code": "unknown_category",
    "message": "There is no category Books > Nowhere.",
}
IMPORT: dict[str, Any] = {
    "id": IMPORT_ID,
    "sellerId": PAPYRUS_BOOKS_ID,
    "status": "completed",
    "reason": None,
    "currency": "EUR",
    "dryRun": True,
    "rows": 3,
    "created": 2,
    "updated": 0,
    "unchanged": 0,
    "failed": 1,
    "ignoredColumns": [],
    "errors": [_WRONG],
    "createdAt": "2026-03-01T12:00:00Z",
    "finishedAt": "2026-03-01T12:00:02Z",
}
WAITING: dict[str, Any] = {
    **IMPORT,
    "id": "019b9a15-91e0-7f48-8c25-d06a3b7e14f9",
    "status": "pending",
    "dryRun": False,
    "created": 0,
    "failed": 0,
    "errors": [],
    "finishedAt": None,
}

ERRORS = "row,pointer,code,message\r\n" + ",".join(str(value) for value in _WRONG.values()) + "\r\n"
PRODUCTS = (
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Currency,Status\r\n"
    "the-silent-harbour,The Silent Harbour,format,paperback,NOVEL-1001-2,12.00,EUR,active\r\n"
)
