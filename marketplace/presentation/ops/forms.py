"""What the pages are asked for: query strings and the sign-in form, by the fields of the API.

An empty field is one that was left out, unknown ones are ignored, and whatever is wrong is told at
its field.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import marshmallow as ma
from flask import request

from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.orders.statuses import OrderStatus, PaymentStatus
from marketplace.domain.shared.instants import EARLIEST, LATEST
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.identity.schemas import CredentialsSchema
from marketplace.presentation.rest.parser import read_pairs
from marketplace.presentation.rest.problems import flatten
from marketplace.presentation.rest.schema import Json, RequestSchema, WireText

_NO_SELLER = "There is no such seller."


class Days(StrEnum):
    """How many days up to today."""

    WEEK = "7"
    MONTH = "30"
    QUARTER = "90"
    YEAR = "365"


class Day(fields.Field):
    """A calendar day as browsers send it; a `date` in Python."""

    default_error_messages = {
        "invalid_format": "This is not a day such as 2026-03-01.",
        "out_of_range": "This must lie between the years 1900 and 2200.",
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> date:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise self.make_error("invalid_format") from None
        if not EARLIEST.date() <= day < LATEST.date():
            raise self.make_error("out_of_range")
        return day


def _seller() -> fields.IdOrSlug:
    return fields.IdOrSlug(error_messages={"invalid_format": _NO_SELLER})


class PeriodQuerySchema(RequestSchema):
    range = fields.Enum(Days)
    first = Day(data_key="from")
    last = Day(data_key="to")


class OverviewQuerySchema(PeriodQuerySchema):
    seller = _seller()


class ProductsQuerySchema(RequestSchema):
    q = fields.Text(max=200)
    status = fields.Enum(ProductStatus)
    seller = _seller()
    cursor = fields.Text(max=4000)


class OrdersQuerySchema(RequestSchema):
    status = fields.Enum(OrderStatus)
    payment = fields.Enum(PaymentStatus)
    since = Day()
    seller = _seller()
    cursor = fields.Text(max=4000)


@dataclass(kw_only=True)
class Form:
    """`given` is what was typed, `values` what it means, `errors` what is wrong, by field."""

    given: Mapping[str, str]
    values: Json
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, message: str) -> None:
        self.errors.setdefault(name, message)

    def no_seller(self) -> None:
        self.refuse("seller", _NO_SELLER)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)


def read_query(schema: RequestSchema) -> Form:
    """Raises `RequestRefused` where the query string is not UTF-8."""
    pairs = read_pairs(request.query_string, "malformed_query")
    given = {name: value.strip() for name, value in pairs}
    return _load(schema, {name: value for name, value in given.items() if value})


def read_credentials() -> Form:
    given = {name: request.form.get(name, "") for name in ("login", "password")}
    form = _load(CredentialsSchema(), {name: value for name, value in given.items() if value})
    # What is typed into the other field is never shown again.
    form.given = {"login": given["login"]}
    return form


def _load(schema: RequestSchema, given: Mapping[str, str]) -> Form:
    wire = {name: WireText(value) for name, value in given.items()}
    try:
        return Form(given=given, values=schema.load(wire, unknown=ma.EXCLUDE))
    except ma.ValidationError as error:
        form = Form(given=given, values=dict(error.valid_data or {}))
        for entry in flatten(error.messages, "query"):
            form.refuse(entry.name, entry.message)
        return form
