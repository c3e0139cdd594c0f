"""The gunicorn worker: it stops without breaking off a connection, answers probes whatever the
others wait for, and refuses what is no HTTP in the words of the API."""

import os
import selectors
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from marketplace.infrastructure.application import malformed

# What a client may still send of a body that has been refused already.
_DRAIN_SECONDS = 5.0
_DRAIN_BYTES = 64 * 1024 * 1024

_TERM = frozenset({signal.SIGTERM})

_PROBE = b"GET /health/"
# Probes that wait for the same check, and one that only asks whether the process lives.
_PROBE_THREADS = 4


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

    Probes have threads of their own: while the database hangs, all others may wait for it.
    """

    def init_process(self) -> None:
        self._probes = ThreadPoolExecutor(_PROBE_THREADS, thread_name_prefix="probe")
        super().init_process()

    def enqueue_req(self, conn: Any) -> None:
        try:
            begun = conn.sock.recv(len(_PROBE), socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            if self.alive and not conn.initialized and not conn.data_ready:
                self._await_request(conn)
                return
            begun = b""
        except OSError:
            # Whoever handles it finds out, and closes it.
            begun = b""
        threads = self._probes if begun == _PROBE else self.tpool
        handled = threads.submit(self.handle, conn)
        handled.add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def _await_request(self, conn: Any) -> None:
        # Not in a thread, as gunicorn would at first: idle connections would keep requests waiting.
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + self.cfg.keepalive
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, readable)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        answer = malformed.Recorder()
        # gunicorn knows the status, and logs; its answer is HTML.
        super().handle_error(req, answer, addr, exc)
        malformed.refuse(client, answer.status)

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
        try:
            drained = conn.parser.finish_body(deadline=deadline, max_bytes=_DRAIN_BYTES)
        except ParseException:
            # Answered already: a second answer would be taken for that of the next request.
            return False
        return bool(keepalive and drained)
