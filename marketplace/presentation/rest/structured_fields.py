"""Fields that hold other values. See `fields`."""

import enum
import re
from collections.abc import Mapping as MappingABC
from typing import Any
from uuid import UUID

import marshmallow as ma

from marketplace.presentation.rest.schema import Field, FieldMixin, Json
from marketplace.presentation.rest.text_fields import (
    NAME_PATTERN,
    PRINTABLE_PATTERN,
    UNPRINTABLE,
    UUID_PATTERN,
)


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
