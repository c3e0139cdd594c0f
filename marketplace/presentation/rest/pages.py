"""Keyset pages on the wire: the query arguments, `page` beside `result`, and the Link header."""

import re
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from flask import request

from marketplace.application.catalogue.search import SearchPage
from marketplace.application.paging import Page, PageRequest
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.parser import read_pairs
from marketplace.presentation.rest.schema import Json, RequestSchema

# Needs no quoting, neither in an address nor in a header.
_PLAIN = re.compile(r"[A-Za-z0-9_.~:,&=+/-]*", re.ASCII)
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
    if page.next is None and page.previous is None:
        return None
    kept, base = _same_filters(), _base_url()
    links = [
        f'<{base}?{kept}{urlencode({"cursor": cursor})}>; rel="{relation}"'
        for relation, cursor in (("next", page.next), ("prev", page.previous))
        if cursor is not None
    ]
    return ", ".join(links)


def _same_filters() -> str:
    """The query string without the cursor, ready for another argument to follow."""
    query = request.query_string.decode("latin-1")
    if _PLAIN.fullmatch(query):
        # As the client wrote it.
        kept = "&".join([each for each in query.split("&") if not each.startswith("cursor=")])
    else:
        pairs = read_pairs(request.query_string, "malformed_query")
        kept = urlencode([pair for pair in pairs if pair[0] != "cursor"])
    return f"{kept}&" if kept else ""


def _base_url() -> str:
    path = request.root_path + request.path
    if not _PLAIN.fullmatch(path):
        return request.base_url
    return f"{request.scheme}://{request.host}{path}"
