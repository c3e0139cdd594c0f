"""Fields that hold other values. See `fields`."""

import enum
import math
import re
from collections.abc import Mapping as MappingABC
from typing import Any
from uuid import UUID

import marshmallow as ma

from marketplace.domain.shared.money import MAX_AMOUNT
from marketplace.domain.shared.money import Money as MoneyValue
from marketplace.presentation.rest.schema import Fault, Field, FieldMixin, Json, camel_case
from marketplace.presentation.rest.text_fields import (
    NAME_PATTERN,
    PRINTABLE_PATTERN,
    UNPRINTABLE,
    UUID_PATTERN,
    Text,
)
from marketplace.presentation.rest.value_fields import CURRENCIES, Currency, Int64


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


class Scalar(Field):
    """A string, integer, number or boolean, as the value of a free attribute."""

    default_error_messages = {
        "invalid_type": "This must be a string, a number or a boolean.",
        "invalid_characters": Text.default_error_messages["invalid_characters"],
        "too_long": Text.default_error_messages["too_long"],
        "out_of_range": "This number is too large.",
    }

    def __init__(self, *, max: int = 1000, **kwargs: Any) -> None:
        self.max = max
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            if UNPRINTABLE.search(value):
                raise self.make_error("invalid_characters")
            if len(value) > self.max:
                raise self.make_error("too_long", limit=self.max)
        elif isinstance(value, int | float):
            if not isinstance(value, bool) and not (math.isfinite(value) and abs(value) <= 1e15):
                raise self.make_error("out_of_range")
        else:
            raise self.make_error("invalid_type")
        return value

    def json_schema(self) -> Json:
        if self.in_response:
            return {"type": ["string", "number", "boolean"]}
        text = {"type": "string", "maxLength": self.max, "pattern": PRINTABLE_PATTERN}
        number = {"type": "number", "minimum": -1e15, "maximum": 1e15}
        return {"anyOf": [text, number, {"type": "boolean"}]}


class FieldName(Field):
    """The name of a field in an answer: snake_case in Python, on the wire as it is sent."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return camel_case(value)

    def json_schema(self) -> Json:
        return {"type": "string"}


class Value(Field):
    """A value of any kind in an answer, as JSON shows it."""

    def json_schema(self) -> Json:
        plain = [{"type": kind} for kind in ("string", "number", "boolean", "object")]
        # Generators of clients ask what an array is of.
        return {"anyOf": [*plain, {"type": "array", "items": {}}]}


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


class Mapping(Field):
    """An object with free keys, bounded in number and length, whose values are all `values`.

    :param names: keys are names that `NAME:VALUE` has to tell from what follows: without a colon.
    """

    default_error_messages = {
        "invalid_type": "This must be an object.",
        "too_many_items": "This must have at most {limit} entries.",
        "invalid_key": "A key must have 1 to {limit} printable characters.",
        "colon_in_name": "A name must not have a colon.",
    }

    def __init__(
        self,
        values: Field,
        *,
        max: int = 50,
        max_key: int = 100,
        names: bool = False,
        **kwargs: Any,
    ) -> None:
        self.values, self.max, self.max_key, self.names = values, max, max_key, names
        super().__init__(**kwargs)

    def _bind_to_schema(self, field_name: str, parent: Any) -> None:
        super()._bind_to_schema(field_name, parent)
        self.values._bind_to_schema(field_name, self)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise self.make_error("invalid_type")
        if len(value) > self.max:
            raise self.make_error("too_many_items", limit=self.max)
        result, errors = {}, {}
        for key, item in value.items():
            try:
                name = self._read_key(key)
                if name in result:
                    raise self.make_error("duplicate_key")
                result[name] = self.values.deserialize(item)
            except ma.ValidationError as error:
                errors[key] = error.messages
        if errors:
            raise ma.ValidationError(errors)
        return result

    def _read_key(self, key: str) -> Any:
        if not 1 <= len(key) <= self.max_key or UNPRINTABLE.search(key):
            raise self.make_error("invalid_key", limit=self.max_key)
        if self.names and ":" in key:
            raise self.make_error("colon_in_name")
        return key

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        if not isinstance(value, MappingABC):
            return None
        return {key: self.values._serialize(item, key, value) for key, item in value.items()}

    def json_schema(self) -> Json:
        inner = self.values.json_schema()
        if self.in_response:
            return {"type": "object", "additionalProperties": inner}
        return {
            "type": "object",
            "additionalProperties": inner,
            "maxProperties": self.max,
            "propertyNames": self._key_schema(),
        }

    def _key_schema(self) -> Json:
        pattern = NAME_PATTERN if self.names else PRINTABLE_PATTERN
        return {"minLength": 1, "maxLength": self.max_key, "pattern": pattern}


class Counts(Field):
    """A number for each word of an enum, in an answer: open, as `Enum` is."""

    def __init__(self, of: type[enum.StrEnum], **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else {str(word): value[word] for word in self.of}

    def json_schema(self) -> Json:
        number: Json = {"type": "integer", "format": "int32"}
        return {
            "type": "object",
            "properties": {str(word): number for word in self.of},
            "required": [str(word) for word in self.of],
            "additionalProperties": number,
        }


class ById(Mapping):
    """An object whose keys are ids, `uuid.UUID` in Python."""

    default_error_messages = {
        "invalid_key": "A key must be a UUID.",
        "duplicate_key": "This key appears twice, in other letters.",
    }

    def _read_key(self, key: str) -> Any:
        if not re.fullmatch(UUID_PATTERN, key):
            raise self.make_error("invalid_key")
        return UUID(key)

    def _key_schema(self) -> Json:
        return {"format": "uuid", "pattern": f"^{UUID_PATTERN}$"}


class Nested(FieldMixin, ma.fields.Nested):
    """Another schema, given as its class."""

    default_error_messages = Field.default_error_messages


class List(FieldMixin, ma.fields.List[Any]):
    """At most `max` values of one field.

    In a query string they repeat, or stand in one argument between commas; `commas=False` is for
    values that may hold a comma themselves.
    """

    default_error_messages = {
        **Field.default_error_messages,
        "invalid": "This must be a list.",
        "too_few_items": "This must have at least {limit} entries.",
        "too_many_items": "This must have at most {limit} entries.",
    }

    def __init__(
        self,
        inner: Any,
        *,
        min: int = 0,
        max: int = 100,
        commas: bool = True,
        description: str | None = None,
        example: object = None,
        **kwargs: Any,
    ) -> None:
        self.min, self.max, self.commas = min, max, commas
        metadata: Json = {"description": description} if description else {}
        if example is not None:
            metadata["examples"] = [example]
        super().__init__(inner, metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        # Counted first: a long list of bad values must not cost a long list of errors.
        if isinstance(value, list):
            if len(value) < self.min:
                raise self.make_error("too_few_items", limit=self.min)
            if len(value) > self.max:
                raise self.make_error("too_many_items", limit=self.max)
        return super()._deserialize(value, attr, data, **kwargs)

    def split(self, text: str) -> list[str]:
        """The values in one argument of a query string."""
        return text.split(",") if self.commas else [text]

    def bounds(self) -> Json:
        if self.in_response:
            return {}
        return {"minItems": self.min, "maxItems": self.max} if self.min else {"maxItems": self.max}


class Upload(Field):
    """A file in a multipart body; a werkzeug `FileStorage` in Python."""

    default_error_messages = {"invalid_type": "This must be a file."}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) or not hasattr(value, "stream"):
            raise self.make_error("invalid_type")
        return value

    def json_schema(self) -> Json:
        # JSON Schema has the latter; generators of clients go by the former.
        return {
            "type": "string",
            "format": "binary",
            "contentMediaType": "application/octet-stream",
        }
