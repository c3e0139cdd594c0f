"""Each request has an id, a line in the log and a place in the metrics."""

import re
from secrets import token_hex
from time import perf_counter
from typing import cast

from flask import Flask, Request, Response, g, request

from marketplace.infrastructure.application.logging import log_request, request_context
from marketplace.infrastructure.application.metrics import Metrics

REQUEST_ID = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
# Clients may invent methods; labels are a closed set.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"health_live", "health_ready", "metrics"})


def observe(app: Flask, metrics: Metrics) -> None:
    """Begin and end every request; to be called before anything else hooks into `app`.

    The id is the client's X-Request-ID if that is sane, else the trace id of a W3C traceparent,
    else a new one; it is `g.request_id` and goes back with the answer.
    """

    def begin() -> None:
        g.started = perf_counter()
        headers = _current().headers
        sent = headers.get(REQUEST_ID)
        trace = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
        if sent is not None and _SANE.fullmatch(sent):
            request_id = sent
        else:
            request_id = trace[1] if trace else token_hex(16)
        g.request_id = request_id
        known = {"request_id": request_id}
        if trace:
            known["trace_id"] = trace[1]
        request_context.set(known)

    def end(response: Response) -> Response:
        if "request_id" not in g:
            # Refused before any hook ran, for its Host header for instance.
            begin()
        current = _current()
        response.headers[REQUEST_ID] = g.request_id
        seconds = perf_counter() - g.started
        # An unknown path must not become a label: there is no end to them.
        operation = current.endpoint or "unknown"
        method, status = current.method, response.status_code
        metrics.observe(method if method in _METHODS else "OTHER", operation, status, seconds)
        log_request(
            "DEBUG" if operation in _QUIET else "INFO",
            {
                "method": method,
                "path": current.path,
                "operation": operation,
                "status": status,
                "milliseconds": round(seconds * 1000, 2),
                "client": current.remote_addr,
            },
        )
        return response

    def forget(_: BaseException | None) -> None:
        request_context.set(None)

    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(forget)


def _current() -> Request:
    # Each use of Flask's proxy looks for it anew.
    return cast(Request, request._get_current_object())  # type: ignore[attr-defined]
