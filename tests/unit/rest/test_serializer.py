"""The compiled functions write what marshmallow would, byte for byte."""

from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from marketplace.domain.shared.money import Money
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import Field, ResponseSchema
from marketplace.presentation.rest.serializer import compile_schema, dumps
from tests.unit.rest.toy_schemas import Colour, PartView, ToySchema, toy

PART = PartView(name='"quoted" \u2028 \U0001f600', price=Money(2**53 - 1, "JPY"))
VARIANTS: list[dict[str, Any]] = [
    {},
    {"note": "n", "was": Money(0, "EUR"), "main_part": PART, "rating": 4.5, "parts": [PART] * 3},
    {"attributes": {}, "parts": [], "tags": (), "colour": Colour.BLUE},
    {"created_at": datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)},
    {"created_at": datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=5, minutes=30)))},
    {"sold_at": datetime(1900, 1, 1, tzinfo=UTC)},
]


@pytest.mark.parametrize("changes", VARIANTS)
def test_compiled_equals_dump(changes: dict[str, Any]) -> None:
    view = toy(**changes)
    assert dumps(compile_schema(ToySchema)(view)) == dumps(ToySchema().dump(view))


def test_a_schema_may_hold_itself() -> None:
    class NodeSchema(ResponseSchema):
        name = fields.Text()
        children = fields.List(fields.Nested(lambda: NodeSchema()))

    leaf = SimpleNamespace(name="leaf", children=[])
    root = SimpleNamespace(name="root", children=[leaf])
    assert dumps(compile_schema(NodeSchema)(root)) == dumps(NodeSchema().dump(root))


def test_what_is_not_understood_stops_the_start() -> None:
    class OddField(Field):
        pass

    class OddSchema(ResponseSchema):
        odd = OddField()

    class SecretSchema(ResponseSchema):
        password = fields.Password()

    class DefaultSchema(ResponseSchema):
        name = fields.Text(dump_default="x")

    class UploadedSchema(ResponseSchema):
        files = fields.List(fields.Upload())

    for schema in (OddSchema, SecretSchema, DefaultSchema, UploadedSchema):
        with pytest.raises(TypeError, match=schema.__name__):
            compile_schema(schema)


def test_a_missing_attribute_is_an_error() -> None:
    with pytest.raises(AttributeError):
        compile_schema(ToySchema)(SimpleNamespace(id=1))
