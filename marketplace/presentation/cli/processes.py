"""Child processes that end with this one."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

_PR_SET_PDEATHSIG = 1
_PATIENCE = 15.0


class Children:
    """Processes started together and stopped together. Their output goes to a file for each."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._logs.mkdir(parents=True, exist_ok=True)
        with (self._logs / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(  # noqa: S603  our own command lines
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches this process only, which then stops them in good order.
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    def require_alive(self) -> None:
        """Raises `ClickException`, with the end of its log, when one has ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                log = self._logs / f"{name}.log"
                tail = "\n".join(
                    log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
                )
                raise click.ClickException(
                    f"The process {name} ended with {process.returncode}. {log} ends with:\n{tail}"
                )

    def watch(self) -> None:
        """Return never; raise as `require_alive` when one ends."""
        while True:
            self.require_alive()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask all to end, and end those that do not within some seconds."""
        for process in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + _PATIENCE
        for process in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._running.clear()


def _end_with_parent() -> None:
    # Runs in the child: should the parent be killed, the child is told to end.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM and SIGHUP interrupt the block as Ctrl-C does: once, so that nothing breaks off
    the clearing up that follows."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
