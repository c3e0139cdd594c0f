"""The Blueprint whose decorators both act and document. See `api`."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import flask_smorest
from flask.views import MethodView

from marketplace.presentation.rest import openapi
from marketplace.presentation.rest.codes import CODES
from marketplace.presentation.rest.operation import Answer, Arguments, Beside, Operation
from marketplace.presentation.rest.policies import Policy
from marketplace.presentation.rest.resources import (
    METHODS,
    assemble,
    fields_of_path,
    operation_of,
)
from marketplace.presentation.rest.schema import Field, Json, RequestSchema, ResponseSchema
from marketplace.presentation.rest.serializer import compile_schema

View = TypeVar("View", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A group of resources. See the module's docstring."""

    HTTP_METHODS = [method.upper() for method in METHODS]

    def __init__(self, name: str, import_name: str, *, description: str = "") -> None:
        super().__init__(name, import_name, description=description)
        self._prepare_doc_cbks = [_document]

    def route(
        self,
        rule: str,
        *,
        path: Mapping[str, Field] | None = None,
        examples: Json | None = None,
        endpoint: str | None = None,
    ) -> Callable[[type[MethodView]], type[MethodView]]:
        """Serve `rule` by a class.

        :param path: fields of the path parameters that are not well known, by name on the wire.
        :param examples: values of path parameters that exist in the demo.
        """

        def decorate(resource: type[MethodView]) -> type[MethodView]:
            path_fields = fields_of_path(rule, path or {})
            for method in METHODS:
                if view := resource.__dict__.get(method):
                    setattr(resource, method, assemble(resource, method, view, path_fields))
            resource.init_every_request = False
            parameters = openapi.path_parameters(path_fields, examples or {})
            self.add_url_rule(rule, endpoint, resource, parameters=parameters)
            return resource

        return decorate

    @staticmethod
    def allow(policy: Policy) -> Callable[[View], View]:
        """Say who may call. There is no default."""

        def decorate(view: View) -> View:
            operation_of(view).policy = policy
            return view

        return decorate

    @staticmethod
    def arguments(
        schema: type[RequestSchema],
        *,
        location: str = "json",
        required: bool = True,
        example: object = None,
        limit: Callable[[], int] | None = None,
    ) -> Callable[[View], View]:
        """Pass what the request holds to the view, as a dict, in the order of the decorators.

        :param location: json, query, form or multipart.
        :param required: whether a JSON body may be absent altogether.
        :param example: a body that runs, unedited, on a fresh demo; of a file, the name of one in
            `http/`.
        :param limit: tells how many bytes a file in the body may have, asked for each request.
        """

        def decorate(view: View) -> View:
            arguments = Arguments(schema(), location, required, example, limit)
            operation_of(view).arguments.insert(0, arguments)
            return view

        return decorate

    @staticmethod
    def response(
        status: int,
        schema: type[ResponseSchema] | None = None,
        *,
        kind: str = "one",
        raw: bool = False,
        description: str | None = None,
        example: object = None,
        content_type: str = "application/json",
        beside: Mapping[str, type[ResponseSchema]] | None = None,
    ) -> Callable[[View], View]:
        """Say how the view's result is written.

        :param kind: "one"; "many" for an unpaged list; "page" for a `Page`.
        :param raw: leave out the envelope (OAuth2 wants its own form).
        :param beside: lists that may stand beside the result of a page, by the names that they
            have there and on the page.
        :param example: a result (one item of a list), without the envelope; what is no JSON whole.
        """

        def decorate(view: View) -> View:
            render = compile_schema(schema) if schema else None
            operation_of(view).answer = Answer(
                status,
                schema,
                kind,
                raw,
                description,
                example,
                content_type,
                render,
                {name: Beside(each, compile_schema(each)) for name, each in (beside or {}).items()},
            )
            return view

        return decorate

    @staticmethod
    def takes_bytes(description: str) -> Callable[[View], View]:
        """Let the view read the body itself: what is signed has to be taken byte for byte."""

        def decorate(view: View) -> View:
            operation = operation_of(view)
            operation.takes_bytes = True
            operation.extra["requestBody"] = {
                "description": description,
                "required": True,
                "content": {"application/json": {"schema": {"type": "object"}}},
            }
            return view

        return decorate

    @staticmethod
    def redirects(description: str) -> Callable[[View], View]:
        """Say when the operation answers 301 with a `Location` instead."""

        def decorate(view: View) -> View:
            operation_of(view).redirects = description
            return view

        return decorate

    @staticmethod
    def repeats(description: str) -> Callable[[View], View]:
        """Say when the operation makes nothing new and answers 200 with what there is. The view
        returns it as `Repeated`."""

        def decorate(view: View) -> View:
            operation_of(view).repeats = description
            return view

        return decorate

    @staticmethod
    def problems(*codes: str) -> Callable[[View], View]:
        """Document the codes that are peculiar to this operation."""
        if unknown := [code for code in codes if code not in CODES]:
            raise TypeError(f"add to rest/codes.py: {', '.join(unknown)}")

        def decorate(view: View) -> View:
            operation_of(view).problems += codes
            return view

        return decorate

    @staticmethod
    def idempotent(required: bool | None) -> Callable[[View], View]:
        """Demand an Idempotency-Key (True), accept it (False, the default of POST) or ignore it
        (None)."""

        def decorate(view: View) -> View:
            operation = operation_of(view)
            operation.key_required, operation.key_decided = required, True
            return view

        return decorate

    @staticmethod
    def versioned(view: View) -> View:
        """Read If-Match; the view passes `context.precondition()` on in its command."""
        operation_of(view).versioned = True
        return view

    @staticmethod
    def examples(values: Json) -> Callable[[View], View]:
        """Give parameters values that run on a fresh demo, by their names on the wire.

        They go before those that `route` gives to all operations of a path.
        """

        def decorate(view: View) -> View:
            operation_of(view).examples.update(values)
            return view

        return decorate

    @staticmethod
    def named(operation_id: str) -> Callable[[View], View]:
        """Give the operationId where the derived one does not read well."""

        def decorate(view: View) -> View:
            operation_of(view).operation_id = operation_id
            return view

        return decorate

    @staticmethod
    def extra(**members: Any) -> Callable[[View], View]:
        """Further members of the operation object in the OpenAPI document."""

        def decorate(view: View) -> View:
            operation_of(view).extra.update(members)
            return view

        return decorate


def _document(doc: Json, info: Json, *, api: Any, spec: Any, **_: Any) -> Json:
    operation: Operation = info["operation"]
    # flask-smorest takes the description from here, after this function.
    info["docstring"]["description"] = openapi.description(
        operation, info["docstring"].get("description")
    )
    assert operation.operation_id is not None  # noqa: S101 - _assemble set it
    api.claim(operation.operation_id, str(id(operation)))
    return {**doc, **openapi.describe_operation(operation, spec, api.ma_plugin.converter)}
