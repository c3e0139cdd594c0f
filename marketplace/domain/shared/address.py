"""Postal addresses."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Address:
    """`country` is an ISO 3166-1 alpha-2 code; the lines are as its post has them."""

    name: str
    line1: str
    city: str
    postal_code: str
    country: str
    line2: str | None = None
    region: str | None = None
    phone: str | None = None
