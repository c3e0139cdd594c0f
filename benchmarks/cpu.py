"""What processes have used, as the operating system counts it."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


def seconds(pids: Iterable[int]) -> float:
    """CPU time of all threads of these processes; what has ended counts for nothing."""
    return sum(_of(pid) for pid in pids)


def _of(pid: int) -> float:
    total = 0.0
    try:
        for task in (_PROC / str(pid) / "task").iterdir():
            # In nanoseconds, where `stat` counts hundredths of a second.
            total += int((task / "schedstat").read_text().split()[0]) / 1e9
    except (FileNotFoundError, ProcessLookupError):
        pass
    return total


def children(pid: int) -> list[int]:
    return [
        int(child)
        for task in (_PROC / str(pid) / "task").iterdir()
        for child in (task / "children").read_text().split()
    ]


@dataclass(frozen=True)
class Memory:
    """In megabytes. `unique` is what no other process shares."""

    rss: float
    unique: float


def memory(pid: int) -> Memory:
    values: dict[str, int] = {}
    for line in (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()[1:]:
        name, _, rest = line.partition(":")
        values[name] = int(rest.split()[0])
    unique = values["Private_Clean"] + values["Private_Dirty"]
    return Memory(rss=values["Rss"] / 1024, unique=unique / 1024)


@dataclass(frozen=True)
class Spent:
    """CPU seconds of the web worker and of PostgreSQL's backends."""

    worker: float
    database: float


class Meter:
    """Counts from its making on; what ends meanwhile counts for nothing."""

    def __init__(self, workers: Iterable[int], backends: Callable[[], Iterable[int]]) -> None:
        self._workers = {pid: _of(pid) for pid in workers}
        self._backends = {pid: _of(pid) for pid in backends()}

    def read(self) -> Spent:
        return Spent(worker=_since(self._workers), database=_since(self._backends))


def _since(before: Mapping[int, float]) -> float:
    return sum(max(0.0, _of(pid) - spent) for pid, spent in before.items())


def model() -> str:
    for line in (_PROC / "cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return os.uname().machine
