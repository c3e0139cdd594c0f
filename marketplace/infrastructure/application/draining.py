"""The gunicorn worker that stops without breaking off a connection."""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

# What a client may still send of a body that has been refused already.
_DRAIN_SECONDS = 5.0
_DRAIN_BYTES = 64 * 1024 * 1024


class DrainingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn carries no types
    """A threaded worker that, told to stop, first serves whoever has connected already.

    The kernel completes connections before a worker accepts them. Closing the listener while some
    wait there resets them, though their clients did nothing wrong.
    """

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
