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
        @blp.examples({"If-Match": '"1"'})             # values of parameters for a fresh demo
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

from typing import Any, cast

import flask_smorest
from flask import Flask

from marketplace import __version__
from marketplace.presentation.rest import components, context, docs, problems
from marketplace.presentation.rest.blueprint import Blueprint
from marketplace.presentation.rest.schema import Json

__all__ = ["PREFIX", "Api", "Blueprint", "openapi_document"]

PREFIX = "/api/v1"
_TEXT = """Internet marketplace: sellers list products, buyers order them.

Bodies are `{"result": ...}`; lists have `page` beside it. Errors are RFC 9457 problems, explained
at [/docs/problems](/docs/problems). Money is integer minor units. Unknown fields and query
arguments are refused."""


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
                "openapi_version": components.VERSION,
                "marshmallow_plugin": components.Plugin(),
                "info": {"description": _TEXT, "license": {"name": "MIT", "identifier": "MIT"}},
                "servers": [{"url": "/"}],
            },
        )

    def init_app(self, app: Flask, **options: Any) -> None:
        app.url_map.merge_slashes = False
        app.after_request(context.mark_rate_limit)
        super().init_app(app, **options)
        components.prepare(self.spec)
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
