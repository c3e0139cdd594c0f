'''The Api and Blueprint that everything under /api/v1 is built on: flask-smorest, mended once.

A resource is one class, its schemas stand in `<area>/schemas.py`, and its decorators both act and
document. They may come in any order; at the end of a class the operation is put together, and an
operation without policy or response is refused:

    # sellers/schemas.py
    class SellerQuerySchema(PageQuerySchema):
        status = fields.Enum(SellerStatus, description="Administrators only")

    class SellerInputSchema(RequestSchema):
        name = fields.Text(min=1, max=120, required=True, example="Oak & Sons")
        description = fields.Text(max=5000, load_default="")

    class SellerSchema(ResponseSchema):
        id = fields.Id()
        name = fields.Text()
        description = fields.Text(allow_none=True)     # `?` in api.md
        status = fields.Enum(SellerStatus)
        version = fields.Integer()

    # sellers/views.py
    blp = Blueprint("sellers", __name__, description="Who sells")

    @blp.route("/sellers")
    class Sellers(MethodView):
        @blp.allow(PUBLIC | SIGNED_IN)                 # anybody; a token is read if there is one
        @blp.arguments(SellerQuerySchema, location="query")
        @blp.response(200, SellerSchema, kind="page")  # -> listSellers
        def get(self, query: Json) -> Page[SellerView]:
            """List sellers."""
            page = take_page(query)                    # what is left in query are the filters
            with context.reader() as read:
                return read.sellers.list(page, viewer=context.current_actor(), **query)

        @blp.allow(SIGNED_IN)
        @blp.arguments(SellerInputSchema, example={"name": "Oak & Sons"})
        @blp.response(201, SellerSchema)               # -> createSeller, but for the next line
        @blp.named("applyAsSeller")
        @blp.problems("slug_taken")                    # codes of rest/codes.py
        def post(self, body: Json) -> tuple[SellerView, dict[str, str]]:
            """Apply as a seller."""
            actor = context.signed_in()
            command = ApplyAsSeller(actor=actor, seller_id=SellerId(context.new_id()), **body)
            seller_id = context.perform(apply_as_seller, command)
            with context.reader() as read:
                seller = read.sellers.get(seller_id, viewer=actor)
            return seller, context.location("sellers.Seller", seller=seller_id)

    @blp.route("/sellers/<seller>", examples={"seller": "oak-and-sons"})
    class Seller(MethodView):
        @blp.allow(SIGNED_IN)
        @blp.versioned                                 # If-Match; use context.precondition()
        @blp.arguments(SellerPatchSchema, example={"name": "Oak"})
        @blp.response(200, SellerSchema)
        def patch(self, body: Json, seller: UUID | str) -> SellerView: ...

Path parameters are parsed by fields: `<id>` arrives as `id_` (UUID), `<product>`, `<seller>` and
`<category>` as UUID or slug, `<order>` as UUID or number, `<offerId>` as `offer_id` (UUID); others
are declared: `@blp.route("/x/<provider>", path={"provider": fields.Slug()})`. Every POST accepts
an Idempotency-Key; `@blp.idempotent(required=True)` demands it, `@blp.idempotent(None)` ignores it
(all of /auth). A view returns the view dataclass (or `Page`, or a sequence for kind="many"), alone
or with headers; None for 204; or a Response.
'''

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

import flask_smorest
from flask import Flask
from flask.views import MethodView

from marketplace import __version__
from marketplace.presentation.rest import context, docs, fields, openapi, problems
from marketplace.presentation.rest.codes import CODES
from marketplace.presentation.rest.operation import Answer, Arguments, Operation
from marketplace.presentation.rest.policies import Policy
from marketplace.presentation.rest.schema import (
    Field,
    Json,
    RequestSchema,
    ResponseSchema,
    snake_case,
)
from marketplace.presentation.rest.serializer import compile_schema

View = TypeVar("View", bound=Callable[..., Any])

PREFIX = "/api/v1"
METHODS = ("get", "post", "put", "patch", "delete")
_VARIABLE = re.compile(r"<([A-Za-z]+)>")
_WELL_KNOWN: Mapping[str, Callable[[], Field]] = {
    "product": fields.IdOrSlug,
    "seller": fields.IdOrSlug,
    "category": fields.IdOrSlug,
    "order": fields.OrderRef,
}
_TEXT = """Internet marketplace: sellers list products, buyers order them.

Bodies are `{"result": ...}`; lists have `page` beside it. Errors are RFC 9457 problems, explained
at [/docs/problems](/docs/problems). Money is integer minor units. Unknown fields and query
arguments are refused."""


def operation_of(view: Callable[..., Any]) -> Operation:
    """What is declared for a view method so far."""
    declared = view.__dict__.setdefault("_apidoc", {})
    return cast(Operation, declared.setdefault("operation", Operation()))


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
            path_fields = _path_fields(rule, path or {})
            for method in METHODS:
                if view := resource.__dict__.get(method):
                    setattr(resource, method, _assemble(resource, method, view, path_fields))
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
    ) -> Callable[[View], View]:
        """Pass what the request holds to the view, as a dict, in the order of the decorators.

        :param location: json, query, form or multipart.
        :param required: whether a JSON body may be absent altogether.
        :param example: a body that runs, unedited, on a fresh demo.
        """

        def decorate(view: View) -> View:
            arguments = Arguments(schema(), location, required, example)
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
    ) -> Callable[[View], View]:
        """Say how the view's result is written.

        :param kind: "one"; "many" for an unpaged list; "page" for a `Page`.
        :param raw: leave out the envelope (OAuth2 wants its own form).
        """

        def decorate(view: View) -> View:
            render = compile_schema(schema) if schema else None
            operation_of(view).answer = Answer(
                status, schema, kind, raw, description, example, content_type, render
            )
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


class Api(flask_smorest.Api):  # type: ignore[misc]
    """Serves blueprints under /api/v1, the document at /openapi.json and Swagger UI at /docs."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask | None = None) -> None:
        self._operations: dict[str, str] = {}
        super().__init__(
            app,
            spec_kwargs={
                "title": "Marketplace",
                "version": __version__,
                "openapi_version": openapi.VERSION,
                "marshmallow_plugin": openapi.Plugin(),
                "info": {"description": _TEXT, "license": {"name": "MIT", "identifier": "MIT"}},
                "servers": [{"url": "/"}],
            },
        )

    def init_app(self, app: Flask, **options: Any) -> None:
        app.url_map.merge_slashes = False
        app.after_request(context.mark_rate_limit)
        super().init_app(app, **options)
        openapi.prepare(self.spec)
        docs.install(app, lambda: cast(Json, self.spec.to_dict()))

    def register_blueprint(self, blp: Blueprint, **options: Any) -> None:
        options.setdefault("url_prefix", PREFIX)
        super().register_blueprint(blp, **options)

    def claim(self, operation_id: str, where: str) -> None:
        """Refuse an operationId that is taken."""
        if self._operations.setdefault(operation_id, where) != where:
            raise TypeError(
                f"operationId {operation_id}: {where}, {self._operations[operation_id]}"
            )

    # flask-smorest would answer by its own handler, register its own responses and serve the
    # document by its own blueprint; all three have a better owner here.
    def _register_error_handlers(self) -> None:
        problems.register(self._app)

    def _register_responses(self) -> None:
        pass

    def _register_etag_headers(self) -> None:
        pass

    def _register_pagination_header(self) -> None:
        pass

    def _register_doc_blueprint(self) -> None:
        pass


def openapi_document(app: Flask) -> Json:
    """The OpenAPI document of an application that `Api` was given."""
    api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return cast(Json, api.spec.to_dict())


def _assemble(
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


def _path_fields(rule: str, declared: Mapping[str, Field]) -> dict[str, Field]:
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


def _document(doc: Json, info: Json, *, api: Api, spec: Any, **_: Any) -> Json:
    operation: Operation = info["operation"]
    assert operation.operation_id is not None  # noqa: S101 - _assemble set it
    api.claim(operation.operation_id, str(id(operation)))
    return {**doc, **openapi.describe_operation(operation, spec, api.ma_plugin.converter)}
