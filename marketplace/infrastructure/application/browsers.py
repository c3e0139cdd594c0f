"""What browsers are told: which origins may call, and what a page may do."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, request
from flask_cors import CORS
from secure import (
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

_ALLOWED = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Request-ID",
    "traceparent",
)
_EXPOSED = (
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "X-Request-ID",
    "Idempotent-Replayed",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
)


def allow_origins(app: Flask, origins: Iterable[str]) -> None:
    """Let clients from these origins read the answers. `http://localhost:*` allows every port,
    `*` every origin; credentials are never allowed, tokens travel in a header."""
    CORS(
        app,
        origins=[_pattern(origin) for origin in origins],
        methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        allow_headers=list(_ALLOWED),
        expose_headers=list(_EXPOSED),
        supports_credentials=False,
        send_wildcard=True,
        max_age=600,
    )
    # Most requests come from no browser, and have nothing to be looked at here.
    hooks = app.after_request_funcs[None]
    answer = hooks[-1]

    def answer_browsers(response: Response) -> Any:
        return answer(response) if "Origin" in request.headers else response

    hooks[-1] = answer_browsers


def _pattern(origin: str) -> str:
    if origin != "*" and origin.endswith(":*"):
        return f"^{re.escape(origin.removesuffix('*'))}[0-9]+$"
    return origin


def add_security_headers(app: Flask, *, https: bool) -> None:
    """Answers are data: no page may frame them, sniff them or run what is in them.

    A view that serves a page sets its own Content-Security-Policy. `https` adds the promise that
    this host is only ever spoken to over TLS.
    """
    policy = ContentSecurityPolicy().default_src("'none'").frame_ancestors("'none'")
    headers = Secure(
        csp=policy.base_uri("'none'").form_action("'none'"),
        coop=CrossOriginOpenerPolicy().same_origin(),
        referrer=ReferrerPolicy().no_referrer(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        hsts=StrictTransportSecurity().max_age(31_536_000) if https else None,
    ).header_items()
    app.wsgi_app = _WithHeaders(app.wsgi_app, list(headers))  # type: ignore[method-assign]


class _WithHeaders:
    """Adds headers to every answer that has none of the same name."""

    def __init__(self, app: WSGIApplication, headers: Sequence[tuple[str, str]]) -> None:
        self._app = app
        self._headers = [(name.lower(), (name, value)) for name, value in headers]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], *rest: Any
        ) -> Callable[[bytes], object]:
            present = {name.lower() for name, _ in headers}
            added = [header for name, header in self._headers if name not in present]
            return start_response(status, headers + added, *rest)

        return self._app(environ, start)
