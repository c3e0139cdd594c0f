"""What browsers are told: which origins may call, and what a page may do."""

import re
from collections.abc import Iterable

from flask import Flask, Response
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
    fixed = tuple(headers)

    def add(response: Response) -> Response:
        for name, value in fixed:
            response.headers.setdefault(name, value)
        return response

    app.after_request(add)
