"""The processes that are put to the test, each as it is started in production."""

import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen

from benchmarks import cpu
from tests import nginx
from tests.processes import CLI, free_port, serving, working

WORKERS = 2


class Web:
    """gunicorn on a port of its own, by `marketplace serve`, with two workers."""

    def __init__(self, settings: Mapping[str, str], folder: Path) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._settings = {
            **settings,
            "MARKETPLACE__SERVER__PORT": str(self.port),
            "MARKETPLACE__SERVER__WORKERS": str(WORKERS),
        }
        self._log = folder / f"web-{self.port}.log"
        self._running = ExitStack()
        self._process: Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once it is ready."""
        context = serving(
            *CLI, "serve", ready=f"{self.base}/health/ready", env=self._settings, log=self._log
        )
        self._process = self._running.enter_context(context)

    def stop(self) -> None:
        """SIGTERM; returns once it has ended. Raises AssertionError where it does not."""
        self._process = None
        self._running.close()

    def workers(self) -> list[int]:
        assert self._process is not None
        return cpu.children(self._process.pid)

    def serves(self, worker: int) -> bool:
        """Whether this worker has accepted a connection."""
        try:
            links = [str(link.readlink()) for link in Path(f"/proc/{worker}/fd").iterdir()]
        except OSError:
            return False
        inodes = {link[8:-1] for link in links if link.startswith("socket:[")}
        port = f":{self.port:04X}"
        for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if local.endswith(port) and state == "01" and rest[5] in inodes:
                return True
        return False


class Worker:
    """`marketplace worker`."""

    def __init__(self, settings: Mapping[str, str], folder: Path) -> None:
        self._settings = settings
        self._log = folder / "worker.log"
        self._running = ExitStack()

    def start(self) -> Popen[bytes]:
        """Returns once it works."""
        return self._running.enter_context(working(env=self._settings, log=self._log))

    def kill(self) -> None:
        """SIGKILL."""
        self._running.close()


def kill(pids: list[int]) -> None:
    """SIGKILL; what has ended already is none the worse for it."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


@contextmanager
def proxying(program: str, backends: list[Web], folder: Path) -> Iterator[str]:
    """The address of the shipped nginx in front of these."""
    port = free_port()
    place = Path(tempfile.mkdtemp(prefix="nginx-", dir=folder))
    servers = " max_fails=0; server ".join(f"127.0.0.1:{each.port}" for each in backends)
    changes = {"web:8000": servers, "listen 8080": f"listen 127.0.0.1:{port}"}
    command = nginx.configure(program, place, "plain.conf", changes)
    with nginx.running(command, port, place / "log"):
        yield f"http://127.0.0.1:{port}"
