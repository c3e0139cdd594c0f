"""What happens when a server starts to serve an application, forks, and ends."""

import atexit
import os
from collections.abc import Callable, Iterable
from typing import cast

from flask import Flask

Task = Callable[[], None]

_EXTENSION = "marketplace.lifecycle"


class StartRefused(Exception):
    """The application must not serve like this; the message says all that is wrong."""


class Lifecycle:
    """The tasks around serving.

    Building an application runs none of them: that is done by whoever serves it, so that a test,
    a command or the OpenAPI document needs no database.
    """

    def __init__(self, startup: Iterable[Task], fork: Iterable[Task], shutdown: Iterable[Task]):
        self._startup, self._fork = tuple(startup), tuple(fork)
        self._shutdown = tuple(shutdown)
        self._served_by: int | None = None

    def start(self) -> None:
        """Run the startup tasks in their order; what one raises refuses the start.

        The shutdown tasks then run when this process, or one that it forks, ends.
        """
        for task in self._startup:
            task()
        self._served_by = os.getpid()
        atexit.register(self.stop)

    def forked(self) -> None:
        """To be called in a forked process: what cannot be shared with the parent is let go."""
        for task in self._fork:
            task()
        if self._served_by is not None:
            self._served_by = os.getpid()

    def stop(self) -> None:
        """Run the shutdown tasks, the last one first, once in each process that serves."""
        if self._served_by != os.getpid():
            return
        self._served_by = None
        for task in reversed(self._shutdown):
            task()


def attach(app: Flask, lifecycle: Lifecycle) -> None:
    app.extensions[_EXTENSION] = lifecycle


def of(app: Flask) -> Lifecycle:
    """The lifecycle of an application that the factory made."""
    return cast(Lifecycle, app.extensions[_EXTENSION])
