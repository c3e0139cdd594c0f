"""Errors on the wire: RFC 9457 `application/problem+json`, and nothing else.

This is the one place that knows which domain error has which HTTP status.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import orjson
from flask import Flask, Response, g, request
from loguru import logger
from werkzeug.exceptions import HTTPException

from marketplace.domain.errors import (
    Conflict,
    Forbidden,
    InvalidSignature,
    MarketplaceError,
    NotFound,
    PaymentDeclined,
    RuleViolated,
    Stale,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
    VersionRequired,
)
from marketplace.presentation.rest.codes import BY_STATUS, CODES
from marketplace.presentation.rest.schema import camel_case

MEDIA_TYPE = "application/problem+json"
TYPE_BASE = "/docs/problems#"

STATUS: Mapping[type[MarketplaceError], int] = {
    NotFound: 404,
    Conflict: 409,
    RuleViolated: 422,
    Stale: 412,
    VersionRequired: 428,
    Forbidden: 403,
    Unauthenticated: 401,
    TooManyAttempts: 429,
    PaymentDeclined: 402,
    InvalidSignature: 400,
    Unavailable: 503,
}
_RESERVED = {
    "field",
    "parameter",
    "retry_after",
    "errors",
    "type",
    "title",
    "status",
    "detail",
    "instance",
}


@dataclass(frozen=True)
class Entry:
    """One fault of a request. `where` is body, query, path or header; `name` is a JSON pointer
    (RFC 6901) in a body and the name of the parameter elsewhere."""

    where: str
    name: str
    code: str
    message: str

    def to_wire(self) -> dict[str, str]:
        key = "pointer" if self.where == "body" else "parameter"
        return {"in": self.where, key: self.name, "code": self.code, "message": self.message}


class RequestRefused(Exception):
    """The edge refuses a request before any use case saw it. `code` is one of `codes.CODES`."""

    def __init__(
        self,
        code: str,
        detail: str,
        entries: Sequence[Entry] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code, self.detail, self.entries = code, detail, tuple(entries)
        self.headers = dict(headers or {})


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    title: str | None = None,
    entries: Iterable[Entry] = (),
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, object] | None = None,
) -> Response:
    """Build the answer. `extra` becomes members beside the standard ones."""
    known = CODES.get(code)
    body: dict[str, Any] = {
        "type": TYPE_BASE + code,
        "title": known.title if known else title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": quote(request.path),
        "code": code,
        "requestId": g.get("request_id"),
    }
    if listed := [entry.to_wire() for entry in entries]:
        body["errors"] = listed
    body.update(extra or {})
    response = Response(orjson.dumps(body, default=str), status=status, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers.setdefault("WWW-Authenticate", _challenge())
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        response.headers.setdefault("Retry-After", "1")
    return response


def refusal(error: MarketplaceError) -> Response:
    """Turn a domain error into its answer."""
    status = status_of(error)
    headers, extra = {}, {}
    if retry_after := error.params.get("retry_after"):
        headers["Retry-After"] = str(retry_after)
    for name, value in error.params.items():
        if name not in _RESERVED:
            extra[camel_case(name)] = value
    entries = []
    if pointer := error.params.get("field"):
        entries.append(Entry("body", str(pointer), error.code, error.detail))
    if parameter := error.params.get("parameter"):
        entries.append(Entry("query", str(parameter), error.code, error.detail))
    return problem(
        status,
        error.code,
        error.detail,
        title=error.title,
        entries=entries,
        headers=headers,
        extra=extra,
    )


def status_of(error: MarketplaceError) -> int:
    """A code's own status in the catalogue wins over that of its class: a bad cursor is a rule
    violated, and yet a 400. `Stale` is 412 only where the operation reads a condition."""
    if isinstance(error, Stale):
        return 412 if g.get("conditional") else 409
    if error.code in CODES:
        return CODES[error.code].status
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def register(app: Flask) -> None:
    """Answer everything that goes wrong in `app` with a problem."""
    app.register_error_handler(RequestRefused, refused)
    app.register_error_handler(MarketplaceError, refusal)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, unexpected)


def refused(error: RequestRefused) -> Response:
    return problem(
        CODES[error.code].status,
        error.code,
        error.detail,
        entries=error.entries,
        headers=error.headers,
    )


def http_error(error: HTTPException) -> Response | HTTPException:
    """Keep what werkzeug knows, `Allow` among it; its HTML is replaced."""
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    headers = {
        name: value
        for name, value in error.get_headers(request.environ)
        if name.lower() not in ("content-type", "content-length")
    }
    code = BY_STATUS.get(error.code, "bad_request" if error.code < 500 else "internal_error")
    detail = CODES[code].advice if error.code in (404, 413) else error.description or ""
    return problem(error.code, code, detail, headers=headers)


def unexpected(error: Exception) -> Response:
    """Say nothing of the cause to the client; the log has it under the same request id."""
    logger.opt(exception=error).error("Unhandled error in {} {}", request.method, request.path)
    return problem(500, "internal_error", "Something went wrong on our side.")


def escape_pointer(part: object) -> str:
    """A key or index as a JSON pointer's reference token (RFC 6901)."""
    return str(part).replace("~", "~0").replace("/", "~1")


def flatten(messages: object, where: str, prefix: str = "") -> list[Entry]:
    """List what marshmallow nests. Outside of bodies only the parameter's name is kept."""
    if isinstance(messages, Mapping):
        entries: list[Entry] = []
        for key, inner in messages.items():
            deeper = where == "body" or not prefix
            step = "/" + escape_pointer(key) if where == "body" else str(key)
            path = prefix if key == "_schema" or not deeper else prefix + step
            entries += flatten(inner, where, path)
        return entries
    if isinstance(messages, list | tuple):
        return [entry for item in messages for entry in flatten(item, where, prefix)]
    code = getattr(messages, "code", "invalid_value")
    return [Entry(where, prefix, code, str(messages))]


def _challenge() -> str:
    sent = request.headers.get("Authorization")
    return 'Bearer realm="marketplace", error="invalid_token"' if sent else "Bearer"
