"""Whether this process lives, and whether requests can be served."""

from collections.abc import Callable, Iterable
from threading import Condition, Thread

import orjson
from flask import Flask, Response
from loguru import logger

# Says what is missing, one sentence each; nothing if requests can be served.
HealthCheck = Callable[[], Iterable[str]]

# In seconds. Whoever probes waits not much longer.
PATIENCE = 1.5


def serve(app: Flask, checks: Iterable[HealthCheck]) -> None:
    """`/health/live` answers while the process does; `/health/ready` asks the checks."""
    asked = _Bounded(checks)

    def live() -> Response:
        return _answer(200, {"status": "live"})

    def ready() -> Response:
        missing = asked.faults()
        if not missing:
            return _answer(200, {"status": "ready"})
        # What is missing may name hosts and users: it is for the log, not for whoever asks.
        logger.warning("Not ready: {}", " ".join(missing))
        response = _answer(503, {"status": "unavailable"})
        response.headers["Retry-After"] = "1"
        return response

    app.add_url_rule("/health/live", "health_live", live, methods=["GET"])
    app.add_url_rule("/health/ready", "health_ready", ready, methods=["GET"])


class _Bounded:
    """Asks the checks in a thread of their own, for one that hangs must not hang who asks.

    They run once at a time; whoever asks meanwhile waits for the same answer, up to `PATIENCE`.
    """

    def __init__(self, checks: Iterable[HealthCheck]) -> None:
        self._checks = tuple(checks)
        self._changed = Condition()
        self._running: object | None = None
        self._found: list[str] = []

    def faults(self) -> list[str]:
        with self._changed:
            if self._running is None:
                self._running = object()
                Thread(target=self._run, name="health", daemon=True).start()
            mine = self._running
            if self._changed.wait_for(lambda: self._running is not mine, PATIENCE):
                return self._found
        return [f"The checks have not ended within {PATIENCE} seconds."]

    def _run(self) -> None:
        try:
            found = [fault for check in self._checks for fault in check()]
        except Exception as error:
            # It would end the thread unseen, and whoever waits would be told of a timeout.
            logger.opt(exception=error).error("A health check failed")
            found = ["A health check failed."]
        with self._changed:
            self._found, self._running = found, None
            self._changed.notify_all()


def _answer(status: int, body: dict[str, object]) -> Response:
    response = Response(orjson.dumps(body), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
