"""Accounts of the documentation. Requests run on a fresh demo as they stand: its passwords are no
secret, and exist nowhere else."""

from typing import Any

BUYER = "buyer@example.com"
BUYERS_PASSWORD = "demo-buyer-pass"  # noqa: S105
BUYER_ID = "019b8d62-8638-7a95-b062-65eebd03c6a2"

REGISTRATION: dict[str, Any] = {
    "email": "ada@example.com",
    "password": "correct horse battery",
    "name": "Ada Lovelace",
}
CREDENTIALS: dict[str, Any] = {
    "login": BUYER,
    "password": BUYERS_PASSWORD,
}
PASSWORD_FORM: dict[str, Any] = {
    "grant_type": "password",
    "username": BUYER,
    "password": BUYERS_PASSWORD,
}
PROFILE_PATCH: dict[str, Any] = {"name": "Bea Byron"}

USER: dict[str, Any] = {
    "id": BUYER_ID,
    "email": BUYER,
    "name": "Bea Buyer",
    "roles": ["customer"],
    "sellers": [],
    "version": 1,
    "createdAt": "2025-01-06T09:00:00Z",
}
NEW_USER: dict[str, Any] = {
    **USER,
    "id": "019b9a0b-3c18-7a5e-b1d4-8e6f02c97a31",
    "email": REGISTRATION["email"],
    "name": REGISTRATION["name"],
}
TOKENS: dict[str, Any] = {
    "access": "eyJhbGciOi...",
    "refresh": "AZuNYoY4...",
    "tokenType": "Bearer",
    "expiresIn": 600,
}
OAUTH_TOKENS: dict[str, Any] = {
    "access_token": TOKENS["access"],
    "token_type": "Bearer",
    "expires_in": 600,
    "refresh_token": TOKENS["refresh"],
}

ADDRESS_ID = "019b8d62-7e68-7824-ac4a-e6e640c366f1"
# What no order goes to.
OFFICE_ID = "019b8d62-8250-7256-9503-eeadc5ee25c5"
OLD_FLAT_ID = "019b8d62-8638-755c-9e85-cdb2f30e9831"

NEW_ADDRESS: dict[str, Any] = {
    "name": "Bea Buyer",
    "line1": "Am Kanal 12",
    "line2": "c/o Ann Archer",
    "city": "Leipzig",
    "postalCode": "04109",
    "country": "DE",
    "phone": "+49 341 123456",
}
ADDRESS_PATCH: dict[str, Any] = {"line1": "Marktplatz 3", "line2": None}

ADDRESS: dict[str, Any] = {
    "id": ADDRESS_ID,
    "name": "Bea Buyer",
    "line1": "Unter den Linden 1",
    "line2": None,
    "city": "Berlin",
    "region": None,
    "postalCode": "10117",
    "country": "DE",
    "phone": None,
    "version": 1,
    "createdAt": "2025-01-06T09:00:00Z",
}
ADDED_ADDRESS: dict[str, Any] = {
    **ADDRESS,
    **NEW_ADDRESS,
    "id": "019b9a0b-3c18-7d21-9f0e-5b7a1c64e882",
}
CHANGED_ADDRESS: dict[str, Any] = {
    **ADDRESS,
    "id": OFFICE_ID,
    "city": "Bonn",
    "postalCode": "53111",
    **ADDRESS_PATCH,
    "version": 2,
}
