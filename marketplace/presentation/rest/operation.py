"""What the decorators of `Blueprint` say about one view method, and how a request runs by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import marshmallow as ma
from flask import Response, g, request

from marketplace.application.paging import Page
from marketplace.application.stamped import Stamped
from marketplace.presentation.rest import context, idempotency
from marketplace.presentation.rest.etag import make_etag, none_match, stamp_etag
from marketplace.presentation.rest.multipart import read_strictly
from marketplace.presentation.rest.pages import link_header, page_body
from marketplace.presentation.rest.parser import StrictParser, require_type
from marketplace.presentation.rest.policies import Policy
from marketplace.presentation.rest.schema import Json, RequestSchema, ResponseSchema
from marketplace.presentation.rest.serializer import Render, dumps
from marketplace.presentation.rest.uploads import ROOM

PARSER = StrictParser()
_NOTHING = RequestSchema()
_NOT_KEPT = {"Cache-Control": "no-store"}
_KEPT_BY_CLIENT = {"Cache-Control": "private, no-cache"}
_WITH_TOKEN, _WITHOUT_TOKEN = (
    {"Cache-Control": f"{scope}, no-cache", "Vary": "Authorization, Origin"}
    for scope in ("private", "public")
)
BODY_TYPES = {
    "json": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
}


@dataclass(frozen=True)
class Repeated:
    """What a view returns around the result of something that was made before: 200, not 201."""

    result: Any


@dataclass
class Arguments:
    """`location` is query, json, form or multipart. `limit` is how many bytes a file in it may
    have; None leaves the whole body at the limit of all bodies."""

    schema: RequestSchema
    location: str
    required: bool = True
    example: object = None
    limit: Callable[[], int] | None = None


@dataclass(frozen=True)
class Beside:
    """A list that stands beside the result of a page: an attribute of the page, where not None."""

    schema: type[ResponseSchema]
    render: Render


@dataclass
class Answer:
    """How a result is written. `kind` is one, many (unpaged) or page; `raw` leaves out `result`."""

    status: int
    schema: type[ResponseSchema] | None
    kind: str = "one"
    raw: bool = False
    description: str | None = None
    example: object = None
    content_type: str = "application/json"
    render: Render | None = None
    beside: Mapping[str, Beside] = field(default_factory=dict)


@dataclass
class Operation:
    """One method of one resource."""

    policy: Policy | None = None
    arguments: list[Arguments] = field(default_factory=list)
    answer: Answer | None = None
    problems: list[str] = field(default_factory=list)
    # None: no key is read; else whether it is required.
    key_required: bool | None = None
    key_decided: bool = False
    versioned: bool = False
    # When it answers 301, if it ever does.
    redirects: str | None = None
    # When it answers 200 although it makes something: for what was made before.
    repeats: str | None = None
    # The view reads the body itself, byte for byte.
    takes_bytes: bool = False
    operation_id: str | None = None
    reads: bool = False
    path: ma.Schema | None = None
    path_fields: Mapping[str, Any] = field(default_factory=dict)
    # Values of its parameters, by name on the wire.
    examples: Json = field(default_factory=dict)
    extra: Json = field(default_factory=dict)

    def __deepcopy__(self, memo: object) -> "Operation":
        # flask-smorest copies what it documents, and may; there is nothing in here to protect.
        return self

    @property
    def acts(self) -> bool:
        """Whether it changes what is there already: not a read, and not a collection's POST."""
        return not self.reads and bool(self.path_fields)

    @cached_property
    def body(self) -> Arguments | None:
        return next((item for item in self.arguments if item.location != "query"), None)

    @cached_property
    def query(self) -> Arguments | None:
        return next((item for item in self.arguments if item.location == "query"), None)

    @cached_property
    def _in_order(self) -> list[Arguments]:
        # The body first: 415 and 400 come before any 422.
        return sorted(self.arguments, key=lambda item: item.location == "query")

    def run(self, view: Callable[..., Any], instance: object, path: Mapping[str, str]) -> Response:
        """Check in the order that api.md promises, then call the view."""
        assert self.policy is not None  # noqa: S101 - the registration saw to it
        self.policy.check(context.current_caller)
        if (body := self.body) and body.limit is not None:
            request.max_content_length = body.limit() + ROOM
        multipart = body is not None and body.location == "multipart"
        if multipart:
            read_strictly(request)
        if self.key_required is None:
            return self.respond(self._call(view, instance, path))
        idempotency.read_key(required=self.key_required, multipart=multipart)
        return idempotency.answer_once(lambda: self.respond(self._call(view, instance, path)))

    def _call(self, view: Callable[..., Any], instance: object, path: Mapping[str, str]) -> Any:
        parsed: dict[int, Any] = {}
        request = context.current_request()
        for item in self._in_order:
            if item.location == "json" and item.required:
                # An absent body is an empty object only where the operation says so.
                require_type(request, BODY_TYPES["json"])
            parse = PARSER.parse_arguments if item.location == "query" else PARSER.parse
            parsed[id(item)] = parse(item.schema, request, location=item.location)
        takes_nothing = self.body is None and not self.reads and not self.takes_bytes
        if takes_nothing and request.get_data(cache=True):
            # None is asked for, so that only an empty object says nothing.
            PARSER.parse(_NOTHING, request, location="json")
        if self.query is None and request.query_string:
            PARSER.parse(_NOTHING, request, location="query")
        values = PARSER.parse_arguments(self.path, request, "path") if self.path else {}
        if self.versioned:
            g.conditional = True
            context.precondition()
        return view(instance, *(parsed[id(item)] for item in self.arguments), **values)

    def respond(self, returned: Any) -> Response:
        """Make the response of what a view returned: a result, or a result and headers."""
        if isinstance(returned, Response):
            return returned
        answer = self.answer
        assert answer is not None  # noqa: S101 - the registration saw to it
        result, headers = returned if type(returned) is tuple else (returned, {})
        status = answer.status
        if isinstance(result, Repeated):
            result, status = result.result, 200
        if answer.render is None:
            response = Response(status=answer.status)
            response.headers.update(headers)
            return response
        headers, etag = {**self._caching(), **headers}, None
        if isinstance(result, Stamped):
            etag = stamp_etag(result.version, result.digest, context.media_base())
            if self._is_known(etag):
                return _not_modified({**headers, "ETag": etag})
            result = result.make()
        body, version = self._write(answer, answer.render, result)
        if etag is None and self.has_etag:
            etag = make_etag(version, body)
        if etag is not None:
            headers["ETag"] = etag
            if self._is_known(etag):
                return _not_modified(headers)
        if answer.kind == "page" and (link := link_header(result)):
            headers["Link"] = link
        return Response(body, status=status, headers=headers, content_type=answer.content_type)

    def _caching(self) -> Mapping[str, str]:
        if not self.has_etag:
            return _NOT_KEPT
        if not self.is_public:
            return _KEPT_BY_CLIENT
        with_token = "Authorization" in context.current_request().headers
        return _WITH_TOKEN if with_token else _WITHOUT_TOKEN

    def _is_known(self, etag: str) -> bool:
        sent = context.current_request().headers.get("If-None-Match")
        return self.reads and none_match(sent, etag)

    def _write(self, answer: Answer, render: Render, result: Any) -> tuple[bytes, int | None]:
        """The body, and the version of what is in it, if it has one."""
        if answer.raw:
            return dumps(render(result)), None
        if answer.kind == "page":
            page: Page[Any] = result
            items = dumps([render(item) for item in page.items])
            beside = b"".join(
                b',"%b":%b' % (name.encode(), dumps([each.render(item) for item in values]))
                for name, each in answer.beside.items()
                if (values := getattr(page, name)) is not None
            )
            return b'{"result":%b,"page":%b%b}' % (items, dumps(page_body(page)), beside), None
        if answer.kind == "many":
            content = dumps([render(item) for item in result])
            version = None
        else:
            content = dumps(render(result))
            version = getattr(result, "version", None)
        return b'{"result":%b}' % content, version

    @cached_property
    def is_public(self) -> bool:
        """Whether it may be read without a token."""
        return self.reads and self.policy is not None and self.policy.lets_anonymous_in

    @cached_property
    def has_etag(self) -> bool:
        """Whether the answer carries an ETag: all single reads and creations, whatever has a
        version of its own, and the pages that anybody may read."""
        answer = self.answer
        if answer is None or answer.schema is None or answer.raw:
            return False
        if answer.kind == "page":
            return self.is_public
        return self.reads or answer.status == 201 or "version" in answer.schema().fields


def _not_modified(headers: Mapping[str, str]) -> Response:
    response = Response(status=304)
    for name in ("ETag", "Cache-Control", "Vary"):
        if name in headers:
            response.headers[name] = headers[name]
    response.headers.pop("Content-Type", None)
    return response
