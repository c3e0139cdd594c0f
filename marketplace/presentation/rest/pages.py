"""Keyset pages on the wire: the query arguments, `page` beside `result`, and the Link header."""

from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from flask import request

from marketplace.application.catalogue.search import SearchPage
from marketplace.application.paging import Page, PageRequest
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.parser import read_pairs
from marketplace.presentation.rest.schema import Json, RequestSchema

DEFAULT_LIMIT = 20
MAX_LIMIT = 100

PAGE_COMPONENT: Json = {
    "type": "object",
    "required": ["next", "previous", "limit"],
    "properties": {
        "next": {"type": ["string", "null"], "description": "`cursor` of the next page"},
        "previous": {"type": ["string", "null"], "description": "`cursor` of the page before"},
        "limit": {"type": "integer"},
        "total": {"type": "integer", "description": "Only with `include=total`"},
        "corrected": {
            "type": "string",
            "description": "Only where nothing matched a query: what was searched for instead",
        },
    },
}


class PageInclude(StrEnum):
    TOTAL = "total"


class PageQuerySchema(RequestSchema):
    """Base of the query arguments of every paged list."""

    limit = fields.Integer(min=1, max=MAX_LIMIT, load_default=DEFAULT_LIMIT)
    cursor = fields.Text(
        min=1, max=4000, description="`page.next` or `page.previous` of this list, unchanged"
    )
    include = fields.List(fields.Enum(PageInclude), description="`total` counts all pages")


def take_page(query: dict[str, Any]) -> PageRequest:
    """Take what is about the page out of the arguments; what is left are the filters.

    `include` may be absent, or a list; `total` in it asks for a count.
    """
    include = query.pop("include", None) or []
    return PageRequest(
        limit=query.pop("limit", DEFAULT_LIMIT),
        cursor=query.pop("cursor", None),
        sort=query.pop("sort", None),
        with_total="total" in include,
    )


def page_body(page: Page[Any]) -> Json:
    body: Json = {"next": page.next, "previous": page.previous, "limit": page.limit}
    if page.total is not None:
        body["total"] = page.total
    if isinstance(page, SearchPage) and page.corrected is not None:
        body["corrected"] = page.corrected
    return body


def link_header(page: Page[Any]) -> str | None:
    """RFC 8288 links to the neighbours, with the same filters."""
    kept = [
        pair for pair in read_pairs(request.query_string, "malformed_query") if pair[0] != "cursor"
    ]
    links = [
        f'<{request.base_url}?{urlencode([*kept, ("cursor", cursor)])}>; rel="{relation}"'
        for relation, cursor in (("next", page.next), ("prev", page.previous))
        if cursor is not None
    ]
    return ", ".join(links) or None
