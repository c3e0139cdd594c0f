"""Clients: many at one moment, and some that go on and on."""

import ssl
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpx

from tests.api import Api
from tests.processes import wait_until

# Made once: it takes longer than many a request, and nothing here speaks TLS.
_SSL = ssl.create_default_context()
PATIENCE = 60.0

Send = Callable[[httpx.Client], httpx.Response]
Line = tuple[str, int]


def client(base: str, timeout: float = PATIENCE) -> httpx.Client:
    """With connections of its own."""
    return httpx.Client(base_url=base, timeout=timeout, verify=_SSL, trust_env=False)


def at_once(base: str, sends: Sequence[Send]) -> list[httpx.Response]:
    """Send all at one moment, each over a connection of its own; the answers in that order.
    Raises TransportError where one is lost."""
    barrier = threading.Barrier(len(sends))

    def run(send: Send) -> httpx.Response:
        with client(base) as http:
            barrier.wait(timeout=PATIENCE)
            return send(http)

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(run, sends))


def new_key() -> str:
    return str(uuid.uuid4())


def counted(answers: Sequence[httpx.Response]) -> str:
    """How often which status came, as in `7 x 201, 193 x 409`."""
    counts = Counter(answer.status_code for answer in answers)
    return ", ".join(f"{count} x {status}" for status, count in sorted(counts.items()))


def codes(answers: Sequence[httpx.Response], status: int) -> set[str]:
    """Of the problems among them with this status."""
    return {answer.json()["code"] for answer in answers if answer.status_code == status}


@dataclass
class Buyers:
    """Buyers who repeat a key until it is answered for good: what is lost, or comes with
    Retry-After, they send again after `pause` seconds.

    `lines` chooses what to buy. `orders` holds what each key came to, `answers` what was answered
    when.
    """

    base: str
    api: Api
    lines: Callable[[], Sequence[Line]]
    pause: float = 0.1
    token: str = "tok_ok"
    answers: list[tuple[float, str]] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def buy(self, http: httpx.Client, key: str) -> None:
        api, lines = replace(self.api, http=http), self.lines()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._is_answered(api, lines, key):
                return
            time.sleep(self.pause)
        self.surprises.append(f"{key} was never answered")

    def _is_answered(self, api: Api, lines: Sequence[Line], key: str) -> bool:
        try:
            answer = api.order(*lines, key=key, payment=self.token)
        except httpx.TransportError:
            self._note("lost")
            return False
        self._note(str(answer.status_code))
        if answer.status_code == 201:
            self.orders[key] = answer.json()["result"]["id"]
            return True
        if answer.status_code in (503, 409) and "Retry-After" in answer.headers:
            return False
        self.surprises.append(f"{answer.status_code} {answer.text}")
        return True

    def _note(self, status: str) -> None:
        self.answers.append((time.monotonic(), status))

    @property
    def statuses(self) -> Counter[str]:
        return Counter(status for _, status in list(self.answers))

    def go_on(self) -> None:
        """Buy until stopped."""
        with client(self.base) as http:
            while not self.stopped.is_set():
                self.buy(http, new_key())

    @contextmanager
    def at_work(self, clients: int, *, from_order: int = 20) -> Iterator[None]:
        """So many of them without a pause, from when some orders are placed."""
        threads = [threading.Thread(target=self.go_on) for _ in range(clients)]
        for thread in threads:
            thread.start()
        try:
            self.wait_for(from_order)
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join(PATIENCE + 30)

    def wait_for(self, more: int, timeout: float = 30) -> None:
        """Until so many more orders are placed."""
        enough = len(self.orders) + more
        wait_until(lambda: len(self.orders) >= enough, timeout=timeout, what=f"{more} orders")

    def told(self) -> str:
        return ", ".join(f"{count} x {status}" for status, count in sorted(self.statuses.items()))
