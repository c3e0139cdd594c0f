"""Turns views into JSON by functions that are compiled from the response schemas at start-up.

Walking a schema's fields for each of 50 items costs more than reading them from PostgreSQL. Here
the walk happens once and leaves a function that reads attributes; the bytes are those that
`orjson.dumps(schema.dump(view))` gives, which tests compare. A field that is not understood stops
the start.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
import orjson

from marketplace.presentation.rest import fields
from marketplace.presentation.rest.context import absolute_url, media_url
from marketplace.presentation.rest.schema import ResponseSchema, camel_case

Render = Callable[[Any], Any]

_OPTIONS = orjson.OPT_UTC_Z
# orjson writes these as the fields do: UUIDs as text, enums by value, tuples as arrays.
_PLAIN = (
    fields.Text,
    fields.Id,
    fields.IdOrSlug,
    fields.OrderRef,
    fields.Int64,
    fields.Number,
    fields.Bool,
    fields.Enum,
    fields.Currency,
    fields.Country,
    fields.Scalar,
    fields.Value,
)


def dumps(value: object) -> bytes:
    """JSON as the API writes it: aware UTC datetimes end in Z."""
    return orjson.dumps(value, option=_OPTIONS)


def compile_schema(schema: type[ResponseSchema]) -> Render:
    """Make the function that turns a view into what `dumps` writes.

    :raises TypeError: for a field that this module does not know, or one that `dump` would skip.
    """
    return _compile(schema, {})


def _compile(schema: type[ResponseSchema], known: dict[type[ResponseSchema], Render]) -> Render:
    if schema in known:
        return known[schema]
    names: dict[str, Any] = {}
    # A schema may hold itself: whoever asks meanwhile gets what will be there in the end.
    known[schema] = lambda view: known[schema](view)
    parts = []
    for name, field in schema().fields.items():
        render = _render_of(field, f"{schema.__name__}.{name}", known)
        read = f"v.{field.attribute or name}"
        if render is not None:
            function = f"r{len(names)}"
            names[function] = render
            empty = field.allow_none
            read = (
                f"None if (x := {read}) is None else {function}(x)"
                if empty
                else (f"{function}({read})")
            )
        parts.append(f"{field.data_key!r}: {read}")
    source = "lambda v: {" + ", ".join(parts) + "}"
    # The text is made of names that this package's schemas declare, never of input.
    known[schema] = eval(source, names)  # noqa: S307
    return known[schema]


def _render_of(
    field: ma.fields.Field[Any], where: str, known: dict[type[ResponseSchema], Render]
) -> Render | None:
    """The function for one value, or None where the value can stay as it is."""
    if field.load_only or field.dump_default is not ma.missing:
        raise TypeError(f"{where}: a result has no load_only fields and no defaults")
    match field:
        case fields.Nested():
            inner = field.schema
            if field.many or not isinstance(inner, ResponseSchema):
                raise TypeError(f"{where}: nest one ResponseSchema, or a List of Nested")
            return _compile(type(inner), known)
        case fields.List():
            return _list_of(_render_of(field.inner, f"{where}[]", known))
        case fields.Mapping():
            return _mapping_of(_render_of(field.values, f"{where}{{}}", known))
        case fields.Counts():
            return lambda values: {str(word): number for word, number in values.items()}
        case _ if type(field) in _CONVERSIONS:
            return _CONVERSIONS[type(field)]
        case _ if isinstance(field, _PLAIN):
            return None
    raise TypeError(f"{where}: {type(field).__name__} cannot be serialised")


def _list_of(item: Render | None) -> Render | None:
    return None if item is None else lambda values: [item(value) for value in values]


def _mapping_of(item: Render | None) -> Render:
    if item is None:
        return dict
    return lambda values: {key: item(value) for key, value in values.items()}


def _money(value: Any) -> dict[str, Any]:
    return {"amount": value.amount, "currency": value.currency}


def _money_or_units(value: Any) -> Any:
    return value if type(value) is int else _money(value)


def _instant(value: datetime) -> datetime:
    return value if value.tzinfo is UTC else value.astimezone(UTC)


_CONVERSIONS: Mapping[type, Render] = {
    fields.Money: _money,
    fields.MoneyOrUnits: _money_or_units,
    fields.FieldName: camel_case,
    fields.MediaUrl: media_url,
    fields.Url: absolute_url,
    fields.Instant: _instant,
}
