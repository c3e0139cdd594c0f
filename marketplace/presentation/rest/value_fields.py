"""Fields of numbers, instants, choices, codes, files and values of several kinds. See `fields`."""

import enum
import math
import re
from datetime import UTC, datetime
from typing import Any

import pycountry

from marketplace.domain.shared.instants import EARLIEST, LATEST
from marketplace.presentation.rest.schema import Field, Json, WireText, camel_case
from marketplace.presentation.rest.text_fields import PRINTABLE_PATTERN, UNPRINTABLE, Text

INT64 = 2**63 - 1
_EXACT = 2**53
COUNTRIES = tuple(sorted(item.alpha_2 for item in pycountry.countries))
_INSTANT_PATTERN = (
    "(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    "[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,9})?"
    "(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)
_ANY_YEAR = re.compile(_INSTANT_PATTERN.replace("(?:19|20|21)[0-9]{2}", "[0-9]{4}"))


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
        if not EARLIEST <= instant < LATEST:
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


class Code(Field):
    """A code out of a fixed list that belongs to somebody else."""

    default_error_messages = {"invalid_choice": "This code is not known."}
    codes: frozenset[str] = frozenset()

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or value not in self.codes:
            raise self.make_error("invalid_choice")
        return str(value)


class Country(Code):
    """ISO 3166-1 alpha-2 code."""

    default_example = "DE"
    codes = frozenset(COUNTRIES)

    def json_schema(self) -> Json:
        schema: Json = {"type": "string", "description": "ISO 3166-1 alpha-2 code"}
        return schema if self.in_response else {**schema, "enum": list(COUNTRIES)}


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
