"""The fields that schemas may use, each bounded, so that nothing a client sends reaches a use
case unchecked. All raise coded errors (`schema.Fault`)."""

import enum
import math
import re
from collections.abc import Mapping as MappingABC
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import iso4217
import marshmallow as ma
import pycountry

from marketplace.domain.shared import slug as slugs
from marketplace.domain.shared.money import MAX_AMOUNT
from marketplace.domain.shared.money import Money as MoneyValue
from marketplace.presentation.rest.schema import (
    Fault,
    Field,
    FieldMixin,
    Json,
    WireText,
)

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab, LF and CR, and surrogates that lost their other half."""

INT64 = 2**63 - 1
_EXACT = 2**53
CURRENCIES = tuple(sorted(item.code for item in iso4217.Currency if item.exponent is not None))
COUNTRIES = tuple(sorted(item.alpha_2 for item in pycountry.countries))
UUID_PATTERN = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
ORDER_NUMBER_PATTERN = "ORD-[0-9]{4}-[0-9]{6,12}"
SLUG_PATTERN = slugs.PATTERN.pattern
_EXAMPLE_ID = "01976f5e-7a3c-7b1e-9d55-0242ac120002"
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)
_INSTANT_PATTERN = (
    "(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    "[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?"
    "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_ANY_YEAR = re.compile(_INSTANT_PATTERN.replace("(?:19|20|21)[0-9]{2}", "[0-9]{4}"))


class Text(Field):
    """A string of `min` to `max` characters.

    :param pattern: what the whole string must match; written so that ECMAScript reads it too.
    :param multiline: whether line breaks and tabs are welcome.
    """

    default_error_messages = {
        "invalid_type": "This must be a string.",
        "invalid_characters": "This holds a control character or half a surrogate pair.",
        "too_short": "This must have at least {limit} characters.",
        "too_long": "This must have at most {limit} characters.",
        "invalid_format": "This does not have the expected form.",
    }
    format: str | None = None

    def __init__(
        self, *, min: int = 0, max: int = 255, pattern: str | None = None, **kwargs: Any
    ) -> None:
        self.min, self.max, self.pattern = min, max, pattern
        self._matches = re.compile(pattern).fullmatch if pattern else None
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid_type")
        if UNPRINTABLE.search(value):
            raise self.make_error("invalid_characters")
        if len(value) < self.min:
            raise self.make_error("too_short", limit=self.min)
        if len(value) > self.max:
            raise self.make_error("too_long", limit=self.max)
        if self._matches and not self._matches(value):
            raise self.make_error("invalid_format")
        return str(value)

    def json_schema(self) -> Json:
        schema: Json = {"type": "string"}
        if self.format:
            schema["format"] = self.format
        if self.in_response:
            return schema
        if self.min:
            schema["minLength"] = self.min
        schema["maxLength"] = self.max
        # Anything in a JSON string but control characters, unless the field is stricter.
        schema["pattern"] = f"^(?:{self.pattern})$" if self.pattern else _PRINTABLE
        return schema


_PRINTABLE = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"


class Slug(Text):
    """Lower-case words joined by hyphens; never what could be taken for an id."""

    default_example = "oak-table"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min=1, max=slugs.MAX_LENGTH, pattern=SLUG_PATTERN, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not slugs.is_slug(text):
            raise self.make_error("invalid_format")
        return text


class Email(Text):
    """An address: one `@`, a domain with a dot, no white space. It may not exist."""

    default_example = "ada@example.com"
    format = "email"

    def __init__(self, **kwargs: Any) -> None:
        label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        pattern = rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{label}(?:\.{label})+"
        super().__init__(min=3, max=254, pattern=pattern, **kwargs)


class Password(Text):
    """Never shown. Upper bound so that hashing cannot be used to tire the server."""

    default_example = "correct horse battery"
    format = "password"

    def __init__(self, *, min: int = 1, max: int = 256, **kwargs: Any) -> None:
        super().__init__(min=min, max=max, load_only=True, **kwargs)


class Url(Text):
    """An absolute http or https address."""

    default_example = "https://example.com/picture.webp"
    format = "uri"

    def __init__(self, *, max: int = 2000, **kwargs: Any) -> None:
        super().__init__(min=8, max=max, pattern=r"https?://[^\s/?#]+[^\s]*", **kwargs)


class Id(Field):
    """A UUID in its hyphenated form; `uuid.UUID` in Python."""

    default_error_messages = {"invalid_format": "This is not a UUID."}
    default_example: object = _EXAMPLE_ID
    pattern = UUID_PATTERN

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not re.fullmatch(UUID_PATTERN, value):
            raise self.make_error("invalid_format")
        return UUID(value)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else str(value)

    def json_schema(self) -> Json:
        schema: Json = {"type": "string", "format": "uuid"}
        return schema if self.in_response else {**schema, "pattern": f"^{UUID_PATTERN}$"}


class IdOrSlug(Field):
    """Addresses a product, seller or category: `uuid.UUID` for an id, `str` for a slug."""

    default_error_messages = {"invalid_format": "This is neither a UUID nor a slug."}
    default_example = "oak-table"

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            if re.fullmatch(UUID_PATTERN, value):
                return UUID(value)
            if len(value) <= slugs.MAX_LENGTH and slugs.PATTERN.fullmatch(value):
                return str(value)
        raise self.make_error("invalid_format")

    def json_schema(self) -> Json:
        pattern = f"^(?:{UUID_PATTERN}|{SLUG_PATTERN})$"
        return {"type": "string", "maxLength": slugs.MAX_LENGTH, "pattern": pattern}


class OrderRef(Field):
    """Addresses an order: `uuid.UUID` for an id, `str` for a number such as ORD-2026-000123."""

    default_error_messages = {"invalid_format": "This is neither a UUID nor an order number."}
    default_example = "ORD-2026-000123"

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str):
            if re.fullmatch(UUID_PATTERN, value):
                return UUID(value)
            if re.fullmatch(ORDER_NUMBER_PATTERN, value):
                return str(value)
        raise self.make_error("invalid_format")

    def json_schema(self) -> Json:
        return {"type": "string", "pattern": f"^(?:{UUID_PATTERN}|{ORDER_NUMBER_PATTERN})$"}


class Int64(Field):
    """An integer that PostgreSQL's bigint holds.

    1.0 is one, as JSON Schema has it; "1" is one in a query string or form only.
    """

    default_error_messages = {
        "invalid_type": "This must be an integer.",
        "out_of_range": "This must lie between {min} and {max}.",
    }

    def __init__(self, *, min: int = -INT64 - 1, max: int = INT64, **kwargs: Any) -> None:
        self.min, self.max = min, max
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, WireText) and re.fullmatch(r"-?[0-9]{1,40}", value):
            value = int(value)
        if type(value) is float and value.is_integer() and abs(value) <= _EXACT:
            value = int(value)
        if type(value) is not int:
            raise self.make_error("invalid_type")
        if not self.min <= value <= self.max:
            raise self.make_error("out_of_range", min=self.min, max=self.max)
        return value

    def json_schema(self) -> Json:
        schema: Json = {"type": "integer", "format": "int64"}
        if not self.in_response:
            schema |= {"minimum": self.min, "maximum": self.max}
        return schema


class Integer(Int64):
    """An integer of 32 bits, with the bounds that its meaning gives it."""

    def __init__(self, *, min: int = 0, max: int = 2**31 - 1, **kwargs: Any) -> None:
        super().__init__(min=min, max=max, **kwargs)

    def json_schema(self) -> Json:
        return {**super().json_schema(), "format": "int32"}


class Number(Field):
    """A finite float, for measures and ratings; never for money."""

    default_error_messages = {
        "invalid_type": "This must be a number.",
        "out_of_range": "This must lie between {min} and {max}.",
    }

    def __init__(self, *, min: float = -1e15, max: float = 1e15, **kwargs: Any) -> None:
        self.min, self.max = min, max
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, WireText) and re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", value):
            value = float(value)
        if type(value) not in (int, float):
            raise self.make_error("invalid_type")
        if not self.min <= value <= self.max:
            raise self.make_error("out_of_range", min=self.min, max=self.max)
        return float(value)

    def json_schema(self) -> Json:
        schema: Json = {"type": "number", "format": "double"}
        if not self.in_response:
            schema |= {"minimum": self.min, "maximum": self.max}
        return schema


class Bool(Field):
    """true or false and nothing that merely looks like it."""

    default_error_messages = {"invalid_type": "This must be true or false."}

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, WireText) and value in ("true", "false"):
            return value == "true"
        if not isinstance(value, bool):
            raise self.make_error("invalid_type")
        return value

    def json_schema(self) -> Json:
        return {"type": "boolean"}


class Instant(Field):
    """RFC 3339 with an offset, from 1900 until 2200; an aware UTC `datetime` in Python."""

    default_error_messages = {
        "invalid_format": "This is not an RFC 3339 instant with an offset.",
        "out_of_range": "This must lie between the years 1900 and 2200.",
    }
    default_example = "2026-03-01T12:00:00Z"

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not _ANY_YEAR.fullmatch(value):
            raise self.make_error("invalid_format")
        try:
            instant = datetime.fromisoformat(value.upper()).astimezone(UTC)
        except OverflowError:
            raise self.make_error("out_of_range") from None
        except ValueError:
            raise self.make_error("invalid_format") from None
        if not _EARLIEST <= instant < _LATEST:
            raise self.make_error("out_of_range")
        return instant

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        if value is None:
            return None
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def json_schema(self) -> Json:
        schema: Json = {"type": "string", "format": "date-time"}
        return schema if self.in_response else {**schema, "pattern": f"^{_INSTANT_PATTERN}$"}


class Enum(Field):
    """One of a `StrEnum`'s values. Closed in requests; open in responses, so that clients
    generated today do not break on a value that is added tomorrow."""

    default_error_messages = {"invalid_choice": "This must be one of: {choices}."}

    def __init__(self, of: type[enum.StrEnum], **kwargs: Any) -> None:
        self.of = of
        super().__init__(**kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        try:
            return self.of(value)
        except ValueError:
            choices = ", ".join(item.value for item in self.of)
            raise self.make_error("invalid_choice", choices=choices) from None

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else str(value)

    def json_schema(self) -> Json:
        closed: Json = {"type": "string", "enum": [item.value for item in self.of]}
        return {"anyOf": [closed, {"type": "string"}]} if self.in_response else closed


class _Code(Field):
    """A code out of a fixed list that belongs to somebody else."""

    default_error_messages = {"invalid_choice": "This code is not known."}
    codes: frozenset[str] = frozenset()

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or value not in self.codes:
            raise self.make_error("invalid_choice")
        return str(value)


class Currency(_Code):
    """ISO 4217 alphabetic code."""

    default_example = "EUR"
    codes = frozenset(CURRENCIES)

    def json_schema(self) -> Json:
        schema: Json = {"type": "string", "description": "ISO 4217 alphabetic code"}
        return schema if self.in_response else {**schema, "enum": list(CURRENCIES)}


class Country(_Code):
    """ISO 3166-1 alpha-2 code."""

    default_example = "DE"
    codes = frozenset(COUNTRIES)

    def json_schema(self) -> Json:
        schema: Json = {"type": "string", "description": "ISO 3166-1 alpha-2 code"}
        return schema if self.in_response else {**schema, "enum": list(COUNTRIES)}


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
        text = {"type": "string", "maxLength": self.max, "pattern": _PRINTABLE}
        number = {"type": "number", "minimum": -1e15, "maximum": 1e15}
        return {"anyOf": [text, number, {"type": "boolean"}]}


class Mapping(Field):
    """An object with free keys, bounded in number and length, whose values are all `values`."""

    default_error_messages = {
        "invalid_type": "This must be an object.",
        "too_many_items": "This must have at most {limit} entries.",
        "invalid_key": "A key must have 1 to {limit} printable characters.",
    }

    def __init__(self, values: Field, *, max: int = 50, max_key: int = 100, **kwargs: Any) -> None:
        self.values, self.max, self.max_key = values, max, max_key
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
                if not 1 <= len(key) <= self.max_key or UNPRINTABLE.search(key):
                    raise self.make_error("invalid_key", limit=self.max_key)
                result[key] = self.values.deserialize(item)
            except ma.ValidationError as error:
                errors[key] = error.messages
        if errors:
            raise ma.ValidationError(errors)
        return result

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        if not isinstance(value, MappingABC):
            return None
        return {key: self.values._serialize(item, key, value) for key, item in value.items()}

    def json_schema(self) -> Json:
        inner = self.values.json_schema()
        if self.in_response:
            return {"type": "object", "additionalProperties": inner}
        names = {"minLength": 1, "maxLength": self.max_key, "pattern": _PRINTABLE}
        return {
            "type": "object",
            "additionalProperties": inner,
            "maxProperties": self.max,
            "propertyNames": names,
        }


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
        return {"type": "string", "contentMediaType": "application/octet-stream"}
