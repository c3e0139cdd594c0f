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
    "createdAt": "2026-01-05T09:00:00Z",
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
