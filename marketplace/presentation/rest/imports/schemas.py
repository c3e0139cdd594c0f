"""Imports on the wire."""

from marketplace.application.imports.queries import ERRORS_SHOWN
from marketplace.domain.imports.product_import import ImportStatus
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.schema import RequestSchema, ResponseSchema
from marketplace.presentation.rest.sellers.examples import PAPYRUS_BOOKS_ID


class ImportInputSchema(RequestSchema):
    file = fields.Upload(
        required=True,
        description="CSV in UTF-8 with Shopify's columns; `limits` in `/meta` say how large",
    )
    seller_id = fields.Id(
        description="Your only seller unless it is given", example=PAPYRUS_BOOKS_ID
    )
    currency = fields.Currency(required=True)
    dry_run = fields.Bool(load_default=False, description="Count, and change nothing")


class ImportErrorSchema(ResponseSchema):
    row = fields.Integer(description="The header is row 1")
    pointer = fields.Text(description="The column, as `/Variant Price`")
    code = fields.Text()
    message = fields.Text()


class ImportSchema(ResponseSchema):
    id = fields.Id()
    seller_id = fields.Id()
    status = fields.Enum(ImportStatus)
    reason = fields.Text(allow_none=True, description="Why it failed")
    currency = fields.Text(description="ISO 4217 alphabetic code")
    dry_run = fields.Bool()
    rows = fields.Integer(description="In the file; each is counted once it is done")
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    failed = fields.Integer()
    ignored_columns = fields.List(
        fields.Text(), description="Columns that nothing is made of, such as pictures by address"
    )
    errors = fields.List(fields.Nested(ImportErrorSchema), description=f"The first {ERRORS_SHOWN}")
    created_at = fields.Instant()
    finished_at = fields.Instant(allow_none=True)


class ExportQuerySchema(RequestSchema):
    seller_id = fields.Id(
        description="Your only seller unless it is given", example=PAPYRUS_BOOKS_ID
    )
