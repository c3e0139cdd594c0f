"""Puts the operations of a resource together from what is declared at its methods."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from flask.views import MethodView

from marketplace.presentation.rest import fields, openapi
from marketplace.presentation.rest.operation import Operation
from marketplace.presentation.rest.schema import Field, RequestSchema, snake_case

METHODS = ("get", "post", "put", "patch", "delete")
_VARIABLE = re.compile(r"<([A-Za-z]+)>")
_WELL_KNOWN: Mapping[str, Callable[[], Field]] = {
    "product": fields.IdOrSlug,
    "seller": fields.IdOrSlug,
    "category": fields.IdOrSlug,
    "order": fields.OrderRef,
}


def operation_of(view: Callable[..., Any]) -> Operation:
    """What is declared for a view method so far."""
    declared = view.__dict__.setdefault("_apidoc", {})
    return cast(Operation, declared.setdefault("operation", Operation()))


def assemble(
    resource: type[MethodView],
    method: str,
    view: Callable[..., Any],
    path_fields: Mapping[str, Field],
) -> Callable[..., Any]:
    """Check what is declared for a method, fill in what follows from it, and wrap it."""
    operation = operation_of(view)
    where = f"{resource.__module__}.{resource.__name__}.{method}"
    if operation.policy is None:
        raise TypeError(f"{where} lets nobody in: declare @blp.allow(...)")
    if operation.answer is None:
        raise TypeError(f"{where} has no @blp.response(...)")
    if not view.__doc__:
        raise TypeError(f"{where} has no docstring, which is its documentation")
    operation.reads = method == "get"
    if method == "post" and not operation.key_decided:
        operation.key_required = False
    if operation.operation_id is None:
        operation.operation_id = openapi.derive_operation_id(method, resource.__name__, operation)
    operation.path_fields = path_fields
    if path_fields:
        operation.path = _path_schema(path_fields)

    @wraps(view)
    def run(self: MethodView, **path_values: str) -> Any:
        return operation.run(view, self, path_values)

    return run


def fields_of_path(rule: str, declared: Mapping[str, Field]) -> dict[str, Field]:
    names = _VARIABLE.findall(rule)
    if rule.count("<") != len(names):
        raise TypeError(f"{rule}: path parameters are parsed by fields, not by converters")
    return {name: declared.get(name) or _well_known(name, rule) for name in names}


def _well_known(name: str, rule: str) -> Field:
    if name in _WELL_KNOWN:
        return _WELL_KNOWN[name]()
    if name == "id" or name.endswith("Id"):
        return fields.Id()
    raise TypeError(f"{rule}: declare the field of <{name}> with route(..., path=...)")


def _path_schema(path_fields: Mapping[str, Field]) -> RequestSchema:
    attributes: dict[str, Any] = {}
    for name, field in path_fields.items():
        field.required, field.data_key = True, name
        # `id` is the name of a builtin.
        attributes["id_" if name == "id" else snake_case(name)] = field
    return cast(RequestSchema, type("PathSchema", (RequestSchema,), attributes)())
