"""The two bases of every schema, and the base of every field.

Requests refuse what they do not know; responses promise their fields, all present, and leave
room for more. Names are snake_case here and camelCase on the wire, turned once in `_bind`.
"""

import re
from collections.abc import Mapping
from typing import Any

import marshmallow as ma

Json = dict[str, Any]


class Fault(str):
    """A validation message that carries its machine-readable code."""

    __slots__ = ("code",)

    def __new__(cls, text: str, code: str = "invalid_value") -> "Fault":
        fault = super().__new__(cls, text)
        fault.code = code
        return fault

    code: str


def fault(text: str, code: str, field_name: str = "_schema") -> ma.ValidationError:
    """An error for `@validates_schema` hooks; `field_name` is the name on the wire."""
    return ma.ValidationError({field_name: [Fault(text, code)]})


class WireText(str):
    """A value from a query string or form, where numbers and booleans are spelt as text."""

    __slots__ = ()


def camel_case(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda match: "_" + match[1].lower(), name)


def is_null(body: Json, field: str) -> bool:
    """Whether `body` has `field`, and nothing in it: where it is optional, it is to be cleared."""
    return field in body and body[field] is None


class FieldMixin(ma.fields.Field[Any]):
    """What all fields of the API share: coded errors, and an OpenAPI description of their own."""

    def make_error(self, key: str, **kwargs: Any) -> ma.ValidationError:
        return ma.ValidationError(Fault(str(self.error_messages[key]).format(**kwargs), key))

    @property
    def in_response(self) -> bool:
        """Whether the schema that holds this field describes answers."""
        return isinstance(getattr(self, "root", None), ResponseSchema)

    def json_schema(self) -> Json:
        """JSON Schema of a value that is not null; empty where apispec knows better."""
        return {}


class Field(FieldMixin):
    """A scalar field.

    :param example: shown in the OpenAPI document; must be a value that the field accepts.
    """

    default_error_messages = {
        "required": "This field is required.",
        "null": "This field cannot be null.",
        "invalid_type": "This value has the wrong type.",
    }
    default_example: object = None

    def __init__(self, *, description: str | None = None, example: object = None, **kwargs: Any):
        metadata: Json = dict(kwargs.pop("metadata", None) or {})
        if description:
            metadata["description"] = description
        shown = self.default_example if example is None else example
        if shown is not None:
            metadata["examples"] = [shown]
        super().__init__(metadata=metadata, **kwargs)


class _Schema(ma.Schema):
    error_messages = {
        "unknown": Fault("This field is not known here.", "unknown_field"),
        "type": Fault("This must be an object.", "invalid_type"),
    }

    def on_bind_field(self, field_name: str, field_obj: ma.fields.Field[Any]) -> None:
        inner: object = field_obj
        while inner is not None:
            if not isinstance(inner, FieldMixin):
                raise TypeError(
                    f"{type(self).__name__}.{field_name}: use the fields of rest.fields, "
                    f"not {type(inner).__name__}"
                )
            inner = getattr(inner, "inner", None) or getattr(inner, "values", None)
        if field_obj.data_key is None:
            field_obj.data_key = camel_case(field_name)


class RequestSchema(_Schema):
    """Base of bodies and query arguments."""

    class Meta:
        unknown = ma.RAISE


class ResponseSchema(_Schema):
    """Base of results. Every field is always present; what can be empty has `allow_none`."""

    class Meta:
        unknown = ma.EXCLUDE

    def on_bind_field(self, field_name: str, field_obj: ma.fields.Field[Any]) -> None:
        super().on_bind_field(field_name, field_obj)
        field_obj.required = True


def component_name(schema: object) -> str:
    """Name of a schema class (or instance) in the OpenAPI document: the class without `Schema`."""
    if isinstance(schema, ma.Schema):
        if schema.partial or schema.only is not None or schema.exclude:
            raise TypeError(f"{type(schema).__name__}: write a class instead of partial or only")
        schema = type(schema)
    if not isinstance(schema, type):
        raise TypeError(f"{schema!r} is no schema class")
    return schema.__name__.removesuffix("Schema")


def describe(field: object) -> Mapping[str, Any] | None:
    """JSON Schema of `field` with null added where it is allowed, or None if it has none."""
    if not isinstance(field, FieldMixin):
        return None
    schema = field.json_schema()
    if not schema or not field.allow_none:
        return schema or None
    if isinstance(schema.get("type"), str) and "enum" not in schema:
        return {**schema, "type": [schema["type"], "null"]}
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    return {"anyOf": [schema, {"type": "null"}]}
