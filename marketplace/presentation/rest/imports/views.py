"""Products from and to CSV files."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from flask import Response
from flask.views import MethodView

from marketplace.application.imports.commands import RequestImport
from marketplace.application.imports.exporting import export_errors, export_products
from marketplace.application.imports.queries import ExportQueries, ImportQueries, ImportView
from marketplace.application.imports.services import request_import
from marketplace.application.reader import Reader
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.ids import ImportId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.imports import examples
from marketplace.presentation.rest.imports.schemas import (
    ExportQuerySchema,
    ImportInputSchema,
    ImportSchema,
)
from marketplace.presentation.rest.money_fields import decimals_of
from marketplace.presentation.rest.policies import ADMIN, MEMBER
from marketplace.presentation.rest.schema import Json
from marketplace.presentation.rest.uploads import open_upload

blp = Blueprint("imports", __name__, description="Products from and to CSV files")

Part = TypeVar("Part")
CSV = "text/csv"


@blp.route("/imports")
class Imports(MethodView):
    @blp.named("importProducts")
    @blp.allow(MEMBER)
    @blp.arguments(
        ImportInputSchema,
        location="multipart",
        limit=lambda: context.rules().import_bytes,
        example=examples.NEW_IMPORT,
    )
    @blp.response(202, ImportSchema, example=examples.WAITING)
    @blp.problems("invalid_csv", "seller_required", "unknown_seller")
    def post(self, body: Json) -> tuple[ImportView, dict[str, str]]:
        """Bring the products of a file into the catalogue.

        The file is kept, and worked on soon after: read the import to see how far it is. Rows of
        one product stand together, and have the same `Handle`; it and the SKU find what there is
        already, so that the same file changes nothing a second time. A row that is wrong leaves
        the others alone.
        """
        source = open_upload(body.pop("file"), limit=context.rules().import_bytes)
        command = RequestImport(
            actor=context.signed_in(),
            import_id=ImportId(context.new_id()),
            source=source,
            decimals=decimals_of(body["currency"]),
            **body,
        )
        import_id = context.perform(request_import, command)
        return _read(import_id), context.location("imports.Import", id=import_id)


@blp.route("/imports/<id>", examples={"id": examples.IMPORT_ID})
class Import(MethodView):
    @blp.allow(MEMBER | ADMIN)
    @blp.response(200, ImportSchema, example=examples.IMPORT)
    def get(self, id_: ImportId) -> ImportView:
        """Read how far an import is, and what was wrong."""
        return _read(id_)


@blp.route("/imports/<id>/errors", examples={"id": examples.IMPORT_ID})
class ImportErrors(MethodView):
    @blp.named("downloadImportErrors")
    @blp.allow(MEMBER | ADMIN)
    @blp.response(200, content_type=CSV, example=examples.ERRORS)
    def get(self, id_: ImportId) -> Response:
        """Download everything that was wrong, as CSV: row, pointer, code, message."""
        _read(id_)
        return _download(export_errors(_imports(), id_), f"import-errors-{id_}.csv")


@blp.route("/exports/products")
class ExportedProducts(MethodView):
    @blp.named("exportProducts")
    @blp.allow(MEMBER | ADMIN)
    @blp.arguments(ExportQuerySchema, location="query")
    @blp.response(200, content_type=CSV, example=examples.PRODUCTS)
    @blp.problems("not_found")
    def get(self, query: Json) -> Response:
        """Download all products that a seller describes, as CSV.

        It has the columns that imports read, and importing it as it is changes nothing. A cell
        that a spreadsheet would take for a formula begins with an apostrophe, which an import
        takes away again.
        """
        actor = context.signed_in()
        seller_id = query.get("seller_id")
        if seller_id is None:
            if len(actor.sellers) != 1:
                raise RuleViolated(
                    "seller_required",
                    "Say which seller: your account does not belong to exactly one.",
                    parameter="sellerId",
                )
            seller_id = next(iter(actor.sellers))
        exports = _exports()
        with exports() as read:
            seller_id = read.seller(seller_id, actor)
        pieces = export_products(exports, seller_id, decimals=decimals_of)
        return _download((text for text, _ in pieces), f"products-{seller_id}.csv")


def _read(import_id: ImportId) -> ImportView:
    with context.reader() as read:
        return read.imports.get(import_id, context.signed_in())


def _download(pieces: Iterator[str], name: str) -> Response:
    # The first piece before the status is sent: what goes wrong with it is still a problem.
    first = next(pieces)

    def encoded() -> Iterator[bytes]:
        yield first.encode()
        for piece in pieces:
            yield piece.encode()

    response = Response(encoded(), content_type=f"{CSV}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


# The pieces are made when the request is over as far as Flask is concerned.
def _imports() -> Callable[[], AbstractContextManager[ImportQueries]]:
    opened = context.dependencies().reader
    return lambda: _part(opened, lambda read: read.imports)


def _exports() -> Callable[[], AbstractContextManager[ExportQueries]]:
    opened = context.dependencies().reader
    return lambda: _part(opened, lambda read: read.exports)


@contextmanager
def _part(
    opened: Callable[[], AbstractContextManager[Reader]], part: Callable[[Reader], Part]
) -> Iterator[Part]:
    with opened() as read:
        yield part(read)
