"""Toys as they are asked for and shown."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from marketplace.domain.shared.money import Money
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.pages import PageQuerySchema
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, kw_only=True)
class PartView:
    name: str
    price: Money


@dataclass(frozen=True, kw_only=True)
class ToyView:
    id: UUID
    name: str
    note: str | None
    colour: Colour
    price: Money
    was: Money | None
    attributes: dict[str, object]
    parts: list[PartView]
    main_part: PartView | None
    tags: tuple[str, ...]
    rating: float | None
    created_at: datetime
    sold_at: datetime | None
    version: int


class PartSchema(ResponseSchema):
    name = fields.Text()
    price = fields.Money()


class ToySchema(ResponseSchema):
    id = fields.Id()
    name = fields.Text()
    note = fields.Text(allow_none=True)
    colour = fields.Enum(Colour)
    price = fields.Money()
    was = fields.Money(allow_none=True)
    attributes = fields.Mapping(fields.Scalar())
    parts = fields.List(fields.Nested(PartSchema))
    main_part = fields.Nested(PartSchema, allow_none=True)
    tags = fields.List(fields.Text())
    rating = fields.Number(allow_none=True)
    created_at = fields.Instant()
    sold_at = fields.Instant(allow_none=True)
    version = fields.Integer()


class PartInputSchema(RequestSchema):
    name = fields.Text(min=1, max=20, required=True)
    price = fields.Money(required=True)


class ToyInputSchema(RequestSchema):
    name = fields.Text(min=1, max=40, required=True, example="Oak table")
    quantity = fields.Integer(min=1, max=99, load_default=1)
    big = fields.Int64()
    price = fields.Money()
    colour = fields.Enum(Colour)
    email = fields.Email()
    slug = fields.Slug()
    password = fields.Password()
    site = fields.Url()
    currency = fields.Currency()
    country = fields.Country()
    at = fields.Instant()
    ready = fields.Bool()
    weight = fields.Number(min=0)
    owner_id = fields.Id()
    attributes = fields.Mapping(fields.Scalar(), max=3, max_key=10)
    parts = fields.List(fields.Nested(PartInputSchema), max=3)
    note = fields.Text(allow_none=True)


class ToyQuerySchema(PageQuerySchema):
    colour = fields.List(fields.Enum(Colour))
    seller = fields.IdOrSlug()
    min_price = fields.Int64(min=0)
    in_stock = fields.Bool()


class LoginSchema(RequestSchema):
    username = fields.Text(max=50, required=True)
    password = fields.Password(required=True)


class TokenSchema(ResponseSchema):
    token = fields.Text()


class UploadSchema(RequestSchema):
    file = fields.Upload(required=True)
    alt = fields.Text(max=50)
    dry_run = fields.Bool(load_default=False)


def toy(**changes: Any) -> ToyView:
    values: dict[str, Any] = {
        "id": UUID("01976f5e-7a3c-7b1e-9d55-0242ac120002"),
        "name": "Oak table",
        "note": None,
        "colour": Colour.RED,
        "price": Money(1999, "EUR"),
        "was": None,
        "attributes": {"height": 70, "oiled": True, "wood": "oak", "weight": 1.5},
        "parts": [PartView(name="leg", price=Money(100, "EUR"))],
        "main_part": None,
        "tags": ("new",),
        "rating": None,
        "created_at": NOW,
        "sold_at": None,
        "version": 3,
    }
    return ToyView(**{**values, **changes})
