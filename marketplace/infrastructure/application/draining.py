"""The gunicorn worker that stops without breaking off a connection."""

import os
import signal
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# What a client may still send of a body that has been refused already.
_DRAIN_SECONDS = 5.0
_DRAIN_BYTES = 64 * 1024 * 1024

_TERM = frozenset({signal.SIGTERM})


def hold_signals_over_fork() -> None:
    """To be called in the master before each fork: SIGTERM waits in the child until the worker
    can handle it.

    A worker still booting has its master's handler, which only notes the signal for a loop that
    does not run in a child: told to stop then, it would serve on until it is killed.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _TERM)


def _release_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _TERM)


os.register_at_fork(after_in_parent=_release_signals)


class DrainingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    """A threaded worker that, told to stop, first serves whoever has connected already.

    The kernel completes connections before a worker accepts them. Closing the listener while some
    wait there resets them, though their clients did nothing wrong.
    """

    def init_signals(self) -> None:
        super().init_signals()
        _release_signals()

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled)
        if not enabled and not (self.alive and self.is_parent_alive()):
            self._drain()

    def _drain(self) -> None:
        for listener in self.sockets:
            listener.setblocking(False)
            held = -1
            while held != self.nr_conns:
                held = self.nr_conns
                self.accept(listener)
            # At once: whoever connects from here on is refused instead of left waiting.
            listener.close()

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        # A body that nobody read is drained in any case. Closing on top of unread bytes resets the
        # connection, and the client would lose the answer that refuses them.
        deadline = time.monotonic() + _DRAIN_SECONDS
        drained = conn.parser.finish_body(deadline=deadline, max_bytes=_DRAIN_BYTES)
        return bool(keepalive and drained)
