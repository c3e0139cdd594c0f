"""Fields of text, and of what addresses a thing. See `fields`."""

import re
from typing import Any
from uuid import UUID

from marketplace.domain.shared import slug as slugs
from marketplace.presentation.rest.context import absolute_url, media_url
from marketplace.presentation.rest.schema import Field, Json

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab, LF and CR, and surrogates that lost their other half."""

PRINTABLE_PATTERN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
"""Any text without control characters, as a pattern for JSON Schema."""

NAME_PATTERN = PRINTABLE_PATTERN.replace("]*$", ":]*$")
"""The same without colons: `NAME:VALUE` would be ambiguous."""

UUID_PATTERN = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
ORDER_NUMBER_PATTERN = "ORD-[0-9]{4}-[0-9]{6,12}"
SLUG_PATTERN = slugs.PATTERN.pattern
_MAX_LOCAL_PART = 64
_EXAMPLE_ID = "01976f5e-7a3c-7b1e-9d55-0242ac120002"


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
        schema["pattern"] = f"^(?:{self.pattern})$" if self.pattern else PRINTABLE_PATTERN
        return schema


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
    """An address as RFC 5321 writes it without quotes, its domain with a dot. It may not exist."""

    default_example = "ada@example.com"
    format = "email"

    def __init__(self, **kwargs: Any) -> None:
        label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
        atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
        pattern = rf"{atom}(?:\.{atom})*@{label}(?:\.{label})+"
        super().__init__(min=3, max=254, pattern=pattern, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text.partition("@")[0]) > _MAX_LOCAL_PART:
            raise self.make_error("invalid_format")
        return text


class Password(Text):
    """Never shown. Upper bound so that hashing cannot be used to tire the server."""

    default_example = "correct horse battery"
    format = "password"

    def __init__(self, *, min: int = 1, max: int = 256, **kwargs: Any) -> None:
        super().__init__(min=min, max=max, load_only=True, **kwargs)


class Url(Text):
    """An absolute http or https address; in answers, one without a host is of this application."""

    default_example = "https://example.com/picture.webp"
    format = "uri"

    def __init__(self, *, max: int = 2000, **kwargs: Any) -> None:
        super().__init__(min=8, max=max, pattern=r"https?://[^\s/?#]+[^\s]*", **kwargs)

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else absolute_url(value)


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


class MediaUrl(Field):
    """The absolute address of a file, of its name in the storage. For answers only."""

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else media_url(value)

    def json_schema(self) -> Json:
        return {"type": "string", "format": "uri"}


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
