"""The servers that are measured: gunicorn with a worker of four threads each, as in production."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import cpu
from tests.processes import environment, free_port, serving

APPLICATION: Final = "marketplace"
# An application, and the configuration of gunicorn that goes with it.
RUNGS: Final[Mapping[str, tuple[str, str]]] = {
    "constant": ("benchmarks.rungs.constant:app", "benchmarks.rungs.gunicorn"),
    "bare": ("benchmarks.rungs.bare:app", "benchmarks.rungs.gunicorn"),
    APPLICATION: (
        "marketplace.main:create_app()",
        "marketplace.infrastructure.application.gunicorn",
    ),
    "naive": ("benchmarks.rungs.naive:app", "benchmarks.rungs.gunicorn"),
}
# Those that orders are placed with; the application is one of them too.
ORDER_RUNGS: Final[Mapping[str, tuple[str, str]]] = {
    "bare": ("benchmarks.rungs.bare_orders:app", "benchmarks.rungs.gunicorn"),
    APPLICATION: RUNGS[APPLICATION],
    "naive": ("benchmarks.rungs.naive_orders:app", "benchmarks.rungs.gunicorn"),
}


@dataclass(frozen=True)
class Server:
    """`ready_after` is how long it took to answer for the first time, in seconds."""

    base: str
    pid: int
    ready_after: float

    @property
    def workers(self) -> list[int]:
        return cpu.children(self.pid)


@contextmanager
def started(
    rung: str,
    settings: Mapping[str, str],
    ready: str,
    workers: int = 1,
    rungs: Mapping[str, tuple[str, str]] = RUNGS,
) -> Iterator[Server]:
    """A server of that rung, from when the path `ready` answers until the block is left."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    application, configuration = rungs[rung]
    # A worker that is replaced in the middle of a round would take its CPU time along.
    options = ["--max-requests", "0", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    options += ["--config", f"python:{configuration}"]
    command = (sys.executable, "-m", "gunicorn", application, *options)
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(
            *command, ready=f"{base}{ready}", env=settings, log=Path(folder) / "log"
        ) as process,
    ):
        yield Server(base, process.pid, time.monotonic() - began)


def settings_for(url: str, dsn: str, statements: Path | None) -> dict[str, str]:
    """The environment of all rungs."""
    return environment(
        url,
        BENCH_URL=url,
        BENCH_DSN=dsn,
        BENCH_STATEMENTS=str(statements or os.devnull),
        MARKETPLACE__SECURITY__ACCESS_TOKEN_TTL="43200",  # noqa: S106
    )
