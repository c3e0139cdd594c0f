"""Sellers of the documentation. Requests run on a fresh demo as they stand; what they name by id,
slug or address exists there."""

from typing import Any

PAPYRUS_BOOKS_ID = "019b8d62-8e08-761a-aef8-55dd5e714f5e"
HELPER_ID = "019b8d62-8e08-761e-a95a-2457eacfc7c8"

PAPYRUS_BOOKS: dict[str, Any] = {
    "id": PAPYRUS_BOOKS_ID,
    "name": "Papyrus Books",
    "slug": "papyrus-books",
}
"""As other things refer to it."""

APPLICATION: dict[str, Any] = {
    "name": "Oak & Sons",
    "slug": "oak-and-sons",
    "description": "Furniture that lasts.",
}
PATCH: dict[str, Any] = {"description": "Books new and old, packed by readers, sent by bicycle."}
REJECTION: dict[str, Any] = {"reason": "Originals only."}
SUSPENSION: dict[str, Any] = {"reason": "The imprint is missing."}
NEW_MEMBER: dict[str, Any] = {"email": "others@example.com", "role": "viewer"}


def seller(status: str, version: int, **more: Any) -> dict[str, Any]:
    """Papyrus Books at some point of its life."""
    return {
        **PAPYRUS_BOOKS,
        "description": "Books new and old, packed by readers.",
        "status": status,
        "reason": None,
        "version": version,
        "createdAt": "2025-01-06T09:00:00Z",
        **more,
    }


APPLICANT = seller("pending", 1, id="019b9a0c-1b40-7d0e-8f3a-2c5d9e7b4a10", **APPLICATION)
MEMBER: dict[str, Any] = {
    "id": "019b8d62-8a20-722c-9c5c-21ce3d7f65f6",
    "email": "others@example.com",
    "name": "Olga Others",
    "role": "viewer",
    "createdAt": "2026-03-01T12:00:00Z",
}
