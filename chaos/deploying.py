"""Restarts without a failed request, migrations on data, and processes that do not grow."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import httpx

from chaos.clients import PATIENCE, client
from chaos.house import House
from chaos.promises import Run, require
from tests.api import Api
from tests.processes import wait_until

CLIENTS = 8
THOUGHT = 0.05
"""Seconds between two requests of a client: what restarts needs some of the processor too."""


@dataclass
class Load:
    """Clients that read and order without a pause. Where nobody listens they go to the next of the
    `bases`, as a proxy does; what else goes wrong has failed."""

    bases: Sequence[str]
    api: Api
    offer: str
    statuses: Counter[str] = field(default_factory=Counter)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        number = 0
        clients = [client(base) for base in self.bases]
        while not self.stopped.is_set():
            number += 1
            self.statuses[self._ask(clients, ordering=number % 4 == 0)] += 1
            time.sleep(THOUGHT)
        for each in clients:
            each.close()

    def _ask(self, clients: Sequence[httpx.Client], *, ordering: bool) -> str:
        for http in clients:
            api = replace(self.api, http=http)
            try:
                answer = api.order((self.offer, 1)) if ordering else api.get("/products")
            except httpx.ConnectError:
                continue
            except httpx.TransportError as error:
                return f"{type(error).__name__}: {error}"
            return str(answer.status_code)
        return "nobody listens"

    def go_on(self, more: int) -> None:
        """Until so many more are answered."""
        enough = self.statuses.total() + more
        wait_until(lambda: self.statuses.total() >= enough, timeout=30, what="answers")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.run) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            for thread in threads:
                thread.join(PATIENCE)


def rolling_restart(house: House, run: Run) -> str:
    """Of two, one after the other."""
    webs = [house.web, house.manual]
    bases = [house.behind_proxy(webs)] if house.nginx else [web.base for web in webs]
    [offer] = house.offers(on_hand=1_000_000)
    load = Load(bases, house.shop.customer, offer)
    restarts = 0
    with load.at_work():
        for _ in range(run.of(5, short=1)):
            for web in webs[1:] if run.short else webs:
                load.go_on(50)
                web.stop()
                web.start()
                restarts += 1
    failed = load.statuses.total() - load.statuses["200"] - load.statuses["201"]
    require(failed == 0, dict(load.statuses))
    return f"{restarts} restarts, {load.statuses.total()} requests, 0 failed"
