"""The shipped configuration of nginx, laid out for a test and run by the real nginx."""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.processes import ROOT, wait_until

NAMES = ("nginx", "/usr/sbin/nginx")
SHIPPED = ROOT / "deploy/nginx"


def configure(
    program: str, folder: Path, listeners: str, changes: Mapping[str, str]
) -> tuple[str, ...]:
    """Lay the configuration out as compose.yaml does, with ports and paths of this test.

    Returns the command that nginx is started with. Each change has to apply somewhere.
    """
    (folder / "conf.d").mkdir()
    (folder / "tmp").mkdir()
    changes = {"/tmp/": f"{folder}/tmp/", **changes}  # noqa: S108  what the configuration says
    left = set(changes)
    for name, place in (
        ("nginx.conf", "nginx.conf"),
        ("api.conf", "api.conf"),
        (listeners, "conf.d/default.conf"),
    ):
        text = (SHIPPED / name).read_text("utf-8")
        for old, new in changes.items():
            if old in text:
                left.discard(old)
                text = text.replace(old, new)
        (folder / place).write_text(text, "utf-8")
    assert left == set()
    options = "daemon off;"
    if os.geteuid() == 0:
        # Its processes would become another user, who may not enter the test's directory.
        options += " user root;"
    return (program, "-p", f"{folder}/", "-c", "nginx.conf", "-g", options)


@contextmanager
def running(command: tuple[str, ...], port: int, log: Path) -> Iterator[None]:
    """nginx, from the moment it listens; without an application it can answer no health check."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    def listens() -> bool:
        if process.poll() is not None:
            raise AssertionError(f"nginx ended with {process.returncode}: {log.read_text('utf-8')}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True

    try:
        wait_until(listens, timeout=10, what="nginx")
        yield
    finally:
        process.terminate()
        process.wait(timeout=15)
