"""The loop of `marketplace worker`: tasks in turn, each at its own pace, until told to stop."""

import os
import selectors
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from types import FrameType

from loguru import logger

LONGEST_PAUSE = 30.0


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do again and again.

    `run` does a piece of it and returns how much that was. Having done something, it is asked
    again at once; having done nothing, after `every` seconds.
    """

    name: str
    run: Callable[[], int]
    every: float


class Stop:
    """The wish to stop, which a signal may express at any moment.

    A pipe instead of an Event: a signal handler must not wait for a lock that the code which it
    interrupted may hold.
    """

    def __init__(self) -> None:
        self.wanted = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._read, selectors.EVENT_READ)

    def want(self) -> None:
        self.wanted = True
        try:
            os.write(self._write, b"\0")
        except BlockingIOError:
            # The pipe is full of earlier wishes.
            return

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or as soon as there is the wish to stop."""
        if not self.wanted:
            self._selector.select(seconds)

    def close(self) -> None:
        self._selector.close()
        os.close(self._read)
        os.close(self._write)


class Pace:
    """When a task is next due: soon after work, later after none, ever later after failures."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.due = 0.0
        self._failures = 0

    def done(self, amount: int, now: float) -> None:
        if self._failures:
            logger.info("{} works again", self.task.name)
        self._failures = 0
        self.due = now if amount else now + self.task.every

    def failed(self, now: float) -> float:
        """Returns the pause in seconds."""
        self._failures += 1
        pause = float(min(max(self.task.every, 0.5) * 2 ** min(self._failures, 16), LONGEST_PAUSE))
        self.due = now + pause
        return pause


def run(tasks: Iterable[Task], stop: Stop, clock: Callable[[], float] = monotonic) -> None:
    """Run the tasks until `stop` is wanted; the piece of work at hand is finished first."""
    paces = [Pace(task) for task in tasks]
    logger.info("the worker runs: {}", ", ".join(pace.task.name for pace in paces))
    while not stop.wanted:
        for pace in paces:
            if pace.due <= clock() and not stop.wanted:
                _step(pace, clock)
        stop.wait(max(0.0, min(pace.due for pace in paces) - clock()))
    logger.info("the worker has stopped")


def _step(pace: Pace, clock: Callable[[], float]) -> None:
    try:
        amount = pace.task.run()
    except Exception as error:
        # Whatever it is, the other tasks go on and this one is tried again: the database may be
        # away for a while, and a poisoned item must not end the worker.
        pause = pace.failed(clock())
        logger.opt(exception=error).error("{} failed; again in {} s", pace.task.name, pause)
    else:
        pace.done(amount, clock())


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """A `Stop` that SIGTERM and SIGINT want, for as long as the block lasts."""
    stop = Stop()

    def on_signal(number: int, _: FrameType | None) -> None:
        stop.want()

    before = {each: signal.signal(each, on_signal) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        stop.close()
