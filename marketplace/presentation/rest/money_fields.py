"""Fields of money. See `fields`."""

from typing import Any

import iso4217
import marshmallow as ma

from marketplace.domain.shared.money import MAX_AMOUNT
from marketplace.domain.shared.money import Money as MoneyValue
from marketplace.presentation.rest.schema import Fault, Field, Json
from marketplace.presentation.rest.value_fields import Code, Int64

CURRENCIES = tuple(sorted(item.code for item in iso4217.Currency if item.exponent is not None))
_DECIMALS = {item.code: item.exponent or 0 for item in iso4217.Currency}


def decimals_of(currency: str) -> int:
    """How many decimal places a currency has: 2 means that 100 minor units are 1."""
    return _DECIMALS[currency]


class Currency(Code):
    """ISO 4217 alphabetic code."""

    default_example = "EUR"
    codes = frozenset(CURRENCIES)

    def json_schema(self) -> Json:
        schema: Json = {"type": "string", "description": "ISO 4217 alphabetic code"}
        return schema if self.in_response else {**schema, "enum": list(CURRENCIES)}


class Money(Field):
    """`{"amount": 1999, "currency": "EUR"}`: minor units; `domain.shared.money.Money` in Python.

    :param min: the least amount that is accepted.
    """

    default_error_messages = {"invalid_type": "This must be an object of amount and currency."}
    default_example: object = {"amount": 1999, "currency": "EUR"}

    def __init__(self, *, min: int = 0, **kwargs: Any) -> None:
        self.min = min
        self._parts: dict[str, Field] = {
            "amount": Int64(min=min, max=MAX_AMOUNT),
            "currency": Currency(),
        }
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("invalid_type")
        errors: dict[str, Any] = {
            key: [Fault("This field is not known here.", "unknown_field")]
            for key in value
            if key not in self._parts
        }
        parts: dict[str, Any] = {}
        for name, field in self._parts.items():
            if name not in value:
                errors[name] = self.make_error("required").messages
                continue
            try:
                parts[name] = field.deserialize(value[name])
            except ma.ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ma.ValidationError(errors)
        return MoneyValue(**parts)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else {"amount": value.amount, "currency": value.currency}

    def json_schema(self) -> Json:
        if self.in_response or self.min == 0:
            name = "Money" if self.in_response else "MoneyInput"
            return {"$ref": f"#/components/schemas/{name}"}
        return money_schema(strict=True, least=self.min)


def money_schema(*, strict: bool, least: int = 0) -> Json:
    """The component that `Money` refers to: `strict` for requests."""
    currency: Json = {"type": "string", "description": "ISO 4217 alphabetic code"}
    amount: Json = {"type": "integer", "format": "int64", "description": "Minor units"}
    schema: Json = {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {"amount": amount, "currency": currency},
        "examples": [{"amount": 1999, "currency": "EUR"}],
    }
    if strict:
        amount |= {"minimum": least, "maximum": MAX_AMOUNT}
        currency["enum"] = list(CURRENCIES)
        schema["additionalProperties"] = False
    return schema


class MoneyOrUnits(Field):
    """Money, or a number of units, in an answer."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        if isinstance(value, MoneyValue):
            return {"amount": value.amount, "currency": value.currency}
        return value

    def json_schema(self) -> Json:
        return {
            "anyOf": [
                {"$ref": "#/components/schemas/Money"},
                {"type": "integer", "format": "int32"},
            ]
        }
