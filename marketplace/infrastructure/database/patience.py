"""A bound on waiting for PostgreSQL that holds even if the server does nothing at all.

Its own time limits need a server that runs, and TCP's a kernel that does not answer. A frozen
server has neither, and libpq would wait for it for ever.
"""

from select import POLLIN, POLLOUT, poll
from time import monotonic
from typing import Any

import psycopg2
from psycopg2.extensions import POLL_OK, POLL_READ, connection, set_wait_callback


class PatientConnection(connection):
    """Connects, and waits for each answer, no longer than the given seconds; see `install`.

    A connection that was given up is closed: nobody knows what became of its statement.
    """

    def __init__(self, *arguments: Any, connect_within: float, answer_within: float, **named: Any):
        self.patience = connect_within
        super().__init__(*arguments, **named)
        self.patience = answer_within


def install() -> None:
    """Let patience end, in this process. It costs about 2 us for each statement.

    It is for processes that serve: psycopg2 has no COPY where it is installed.
    """
    set_wait_callback(_wait)


def _wait(waiting: Any) -> None:
    state = waiting.poll()
    if state == POLL_OK:
        return
    patience = getattr(waiting, "patience", None)
    deadline = None if patience is None else monotonic() + patience
    while state != POLL_OK:
        ready = poll()
        ready.register(waiting.fileno(), POLLIN if state == POLL_READ else POLLOUT)
        left = None if deadline is None else max(0.0, deadline - monotonic()) * 1000
        if not ready.poll(left):
            raise psycopg2.OperationalError(f"no answer within {patience:g} seconds")
        state = waiting.poll()
