"""Programs of ours that the tests run, each stopped by the test process that started it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

ROOT = Path(__file__).resolve().parents[1]
SECRET = "a-secret-of-the-tests-that-is-long-enough-0123456789"
ADMIN = "admin@example.com"
PASSWORD = "correct horse battery staple"
CLI = (sys.executable, "-c", "from marketplace.main import cli; cli()")


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(database_url: str, **settings: str) -> dict[str, str]:
    """The surrounding environment without its MARKETPLACE__ settings, and with these instead.

    Programs in it import the checkout, wherever they run.
    """
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("MARKETPLACE__")
    }
    return inherited | {
        "PYTHONPATH": str(ROOT),
        "MARKETPLACE__ENVIRONMENT": "test",
        "MARKETPLACE__DATABASE__URL": database_url,
        "MARKETPLACE__SECURITY__SECRET_KEY": SECRET,
        # Of all tests: the names of pictures are never the same.
        "MARKETPLACE__MEDIA__URL": str(Path(gettempdir()) / "marketplace-test-media"),
        **settings,
    }


def run(
    *arguments: str, env: Mapping[str, str], cwd: Path = ROOT, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever that is."""
    return subprocess.run(
        arguments,
        cwd=cwd,
        env=dict(env),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def make_admin(env: Mapping[str, str]) -> None:
    """Make ADMIN an administrator who signs in with PASSWORD."""
    done = run(*CLI, "users", "create-admin", ADMIN, "--password", PASSWORD, env=env)
    assert done.returncode == 0, done.stdout + done.stderr


def wait_until(condition: Callable[[], bool], *, timeout: float, what: str) -> None:
    """Poll `condition`; what it waits for lives in another process and cannot notify."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout} s in vain for {what}")
        time.sleep(0.02)


def answers(url: str) -> bool:
    """Whether a GET of `url` succeeds now."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  loopback only
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def serving(
    *arguments: str, ready: str, env: Mapping[str, str], log: Path, cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """A server process, from the moment `ready` answers until the block is left."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments, cwd=cwd, env=dict(env), stdout=output, stderr=subprocess.STDOUT
        )
        try:

            def is_ready() -> bool:
                if process.poll() is not None:
                    raise AssertionError(f"it ended with {process.returncode}: {log.read_text()}")
                return answers(ready)

            wait_until(is_ready, timeout=30, what=ready)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"did not stop on SIGTERM: {log.read_text()}") from None


@contextmanager
def working(*, env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`marketplace worker`, from the moment it works until the block is left."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*CLI, "worker"], cwd=ROOT, env=dict(env), stdout=output, stderr=subprocess.STDOUT
        )
        try:

            def is_at_work() -> bool:
                if process.poll() is not None:
                    raise AssertionError(f"it ended with {process.returncode}: {log.read_text()}")
                return b"the worker runs" in log.read_bytes()

            wait_until(is_at_work, timeout=30, what="the worker")
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
