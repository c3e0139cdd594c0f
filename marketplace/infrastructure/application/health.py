"""Whether this process lives, and whether requests can be served."""

from collections.abc import Callable, Iterable

import orjson
from flask import Flask, Response
from loguru import logger

# Says what is missing, one sentence each; nothing if requests can be served.
HealthCheck = Callable[[], Iterable[str]]


def serve(app: Flask, checks: Iterable[HealthCheck]) -> None:
    """`/health/live` answers while the process does; `/health/ready` asks the checks."""
    asked = tuple(checks)

    def live() -> Response:
        return _answer(200, {"status": "live"})

    def ready() -> Response:
        missing = [fault for check in asked for fault in check()]
        if not missing:
            return _answer(200, {"status": "ready"})
        # What is missing may name hosts and users: it is for the log, not for whoever asks.
        logger.warning("Not ready: {}", " ".join(missing))
        response = _answer(503, {"status": "unavailable"})
        response.headers["Retry-After"] = "1"
        return response

    app.add_url_rule("/health/live", "health_live", live, methods=["GET"])
    app.add_url_rule("/health/ready", "health_ready", ready, methods=["GET"])


def _answer(status: int, body: dict[str, object]) -> Response:
    response = Response(orjson.dumps(body), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
