"""Real threads on real connections: what shares a transaction proves nothing about races."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


def together(work: Callable[[int], Any], number: int) -> list[Any]:
    """Run `work` in `number` threads that start at one moment; what each returned or raised."""
    barrier = Barrier(number)

    def run(index: int) -> Any:
        barrier.wait(timeout=20)
        try:
            return work(index)
        except Exception as error:
            return error

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))
