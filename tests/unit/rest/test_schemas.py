"""Every schema of every area keeps to the bases and the bounded fields."""

import importlib
import pkgutil
from collections.abc import Iterator

import marshmallow as ma

import marketplace.presentation.rest as rest
from marketplace.presentation.rest.schema import FieldMixin, RequestSchema, ResponseSchema
from marketplace.presentation.rest.serializer import compile_schema


def all_schemas() -> Iterator[type[ma.Schema]]:
    for module in pkgutil.walk_packages(rest.__path__, rest.__name__ + "."):
        for item in vars(importlib.import_module(module.name)).values():
            if isinstance(item, type) and issubclass(item, ma.Schema):
                yield item


def test_schemas_have_one_of_two_bases_and_only_our_fields() -> None:
    seen = set(all_schemas())
    assert len(seen) > 4
    for schema in seen - {ma.Schema} - {base for kind in seen for base in kind.__bases__}:
        assert issubclass(schema, RequestSchema | ResponseSchema), schema
        for name, field in schema().fields.items():
            assert isinstance(field, FieldMixin), (schema, name)
            if issubclass(schema, ResponseSchema):
                assert field.required, (schema, name)


def test_requests_refuse_what_they_do_not_know() -> None:
    for schema in all_schemas():
        if issubclass(schema, RequestSchema):
            assert schema().unknown == ma.RAISE, schema


def test_all_results_can_be_serialised() -> None:
    for schema in all_schemas():
        if issubclass(schema, ResponseSchema):
            compile_schema(schema)
