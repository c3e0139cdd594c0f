"""How gunicorn serves: `gunicorn --config python:marketplace.infrastructure.application.gunicorn`.

This is gunicorn's configuration file, in the package so that an installed wheel has it too. It
holds what is the same everywhere; `marketplace serve` adds what the settings say. Reading it
prepares the metrics of several processes, which has to happen before anything imports
prometheus_client, and so before the application is loaded.
"""

import atexit
import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from gunicorn import glogging
from gunicorn.http.errors import InvalidHeader

from marketplace.infrastructure.application import lifecycle
from marketplace.infrastructure.application.draining import DrainingWorker, hold_signals_over_fork

bind = "127.0.0.1:8000"
workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
# Most of an order is waiting: for the disk, and for the payment provider.
threads = 4
worker_class = DrainingWorker
preload_app = True
# A slow leak in a library ends with its process; the jitter keeps all from ending at once.
max_requests = 20_000
max_requests_jitter = 2_000
# Room for the longest cursor beside every other argument.
limit_request_line = 8190
timeout = 30
graceful_timeout = 30
keepalive = 5
# Which proxies to believe is a setting of the application's; two places would be one too many.
forwarded_allow_ips = ""
# Its default is one socket per user, which a second server would fight over.
control_socket_disable = True


def _prepare_metrics() -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        return
    # In memory where there is such a place: whoever tidies up /tmp does not come there.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None  # noqa: S108
    directory = tempfile.mkdtemp(prefix="marketplace-metrics-", dir=memory)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = directory
    owner = os.getpid()

    def remove() -> None:
        # The workers inherit this, and end before the master.
        if os.getpid() == owner:
            shutil.rmtree(directory, ignore_errors=True)

    atexit.register(remove)


_prepare_metrics()

_SINGLE = frozenset({"AUTHORIZATION", "CONTENT-TYPE", "IDEMPOTENCY-KEY"})


class logger_class(glogging.Logger):  # type: ignore[misc]  # noqa: N801
    """gunicorn's own messages join the log of the application, which also logs each request."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True


def on_starting(server: Any) -> None:
    """Refuse to start where the application's startup tasks do, before a port is opened."""
    try:
        lifecycle.of(server.app.wsgi()).start()
    except lifecycle.StartRefused as refused:
        raise SystemExit(str(refused)) from refused


def pre_fork(server: Any, worker: Any) -> None:
    """Give each worker a number that no living one has, for its metrics to go on under it."""
    taken = {other.number for other in server.WORKERS.values()}
    worker.number = next(number for number in itertools.count(1) if number not in taken)
    hold_signals_over_fork()


def post_fork(server: Any, worker: Any) -> None:
    # Imported late for the reason given above.
    from marketplace.infrastructure.application import metrics

    # Somebody may have removed it since; the counts of before are lost then, and no more.
    Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(0o700, parents=True, exist_ok=True)
    metrics.name_process(worker.number)
    lifecycle.of(worker.app.wsgi()).forked()


def pre_request(worker: Any, request: Any) -> None:
    """Refuse a header that is there twice and can be meant once only: WSGI would join them."""
    names = [name for name, _ in request.headers if name in _SINGLE]
    if len(names) != len(set(names)):
        raise InvalidHeader(f"{', '.join(sorted(set(names)))} more than once", request)


def child_exit(server: Any, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.number)  # type: ignore[no-untyped-call]
