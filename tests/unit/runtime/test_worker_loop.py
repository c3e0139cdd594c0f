import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest

from marketplace.infrastructure.application.logging import configure
from marketplace.presentation.worker import loop
from marketplace.presentation.worker.loop import Stop, Task, run, stopped_by_signals


class Clock:
    """Time that passes only while the loop waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class TimedStop(Stop):
    """Waits on the clock, and wants to stop at a moment."""

    def __init__(self, clock: Clock, at: float) -> None:
        super().__init__()
        self.clock, self.at = clock, at

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds
        if self.clock.now >= self.at:
            self.want()


@pytest.fixture(autouse=True)
def _json_logs() -> None:
    configure()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run_until(clock: Clock) -> Iterator[Callable[..., None]]:
    stops: list[Stop] = []

    def run_tasks(at: float, *tasks: Task) -> None:
        stops.append(TimedStop(clock, at))
        run(tasks, stops[-1], clock)

    yield run_tasks
    for stop in stops:
        stop.close()


def test_each_task_keeps_its_own_pace(clock: Clock, run_until: Callable[..., None]) -> None:
    times: dict[str, list[float]] = {"often": [], "seldom": []}

    def note(name: str) -> Callable[[], int]:
        def work() -> int:
            times[name].append(clock.now)
            return 0

        return work

    often = Task(name="often", run=note("often"), every=1)
    run_until(6, often, Task(name="seldom", run=note("seldom"), every=3))
    assert times == {"often": [0, 1, 2, 3, 4, 5], "seldom": [0, 3]}


def test_work_is_followed_by_more_without_waiting(
    clock: Clock, run_until: Callable[..., None]
) -> None:
    left = [5, 5, 2, 0]
    asked: list[float] = []

    def work() -> int:
        asked.append(clock.now)
        return left.pop(0) if left else 0

    run_until(1, Task(name="relay", run=work, every=1))
    assert asked == [0, 0, 0, 0]


def test_a_failing_task_waits_longer_each_time_and_holds_up_nobody(
    clock: Clock, run_until: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[float] = []
    other: list[float] = []

    def fail() -> int:
        tried.append(clock.now)
        if len(tried) < 4:
            raise ConnectionError("the database is away")
        return 0

    def work() -> int:
        other.append(clock.now)
        return 0

    run_until(40, Task(name="relay", run=fail, every=1), Task(name="sweep", run=work, every=1))
    assert tried[:5] == [0, 2, 6, 14, 15]
    assert len(other) == 40
    said = capsys.readouterr().out
    assert said.count("relay failed") == 3
    assert "relay works again" in said


def test_the_pause_after_failures_has_an_end() -> None:
    pace = loop.Pace(Task(name="relay", run=int, every=1))
    pauses = [pace.failed(0.0) for _ in range(100)]
    assert pauses[0] == 2
    assert pauses[-1] == loop.LONGEST_PAUSE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_wait_but_not_the_work(number: signal.Signals) -> None:
    finished: list[str] = []

    def work() -> int:
        os.kill(os.getpid(), number)
        finished.append("first")
        return 1

    def other() -> int:
        finished.append("second")
        return 1

    before = signal.getsignal(number)
    with stopped_by_signals() as stop:
        run([Task(name="a", run=work, every=60), Task(name="b", run=other, every=60)], stop)
    assert finished == ["first"]
    assert signal.getsignal(number) is before


def test_a_signal_wakes_an_idle_worker() -> None:
    with stopped_by_signals() as stop:
        timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
        run([Task(name="idle", run=lambda: 0, every=600)], stop)
        timer.join()
    assert stop.wanted


def test_wanting_to_stop_many_times_is_harmless() -> None:
    stop = Stop()
    for _ in range(100_000):
        stop.want()
    stop.close()
