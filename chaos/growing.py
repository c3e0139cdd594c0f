"""Processes and connections after very many requests."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import httpx

from benchmarks import cpu
from chaos.clients import client
from chaos.house import House
from chaos.promises import Run, require
from tests.api import Api, Shop

WARM_UP, REQUESTS, SAMPLES = 10_000, 100_000, 20
CLIENTS = 8
MOST = 5.0
"""Megabytes that a worker may grow by over all of the requests."""


@dataclass
class Mix:
    """Requests of all kinds, refused ones among them; so many at once."""

    base: str
    shop: Shop
    offer: str
    product: str
    statuses: Counter[int] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, requests: int) -> None:
        numbers = iter(range(requests))
        threads = [threading.Thread(target=self._send, args=(numbers,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _send(self, numbers: Iterator[int]) -> None:
        with client(self.base) as http:
            buyer = replace(self.shop.customer, http=http)
            nobody = replace(self.shop.anonymous, http=http)
            while (number := self._next(numbers)) is not None:
                status = self._one(number, buyer, nobody).status_code
                with self._lock:
                    self.statuses[status] += 1

    def _next(self, numbers: Iterator[int]) -> int | None:
        with self._lock:
            return next(numbers, None)

    def _one(self, number: int, buyer: Api, nobody: Api) -> httpx.Response:
        match number % 20:
            case 0:
                return buyer.order((self.offer, 1))
            case 1:
                return buyer.order((self.offer, 1), payment="tok_declined")
            case 2:
                return buyer.post("/orders", {"items": [number]}, key=str(number))
            case 3:
                return buyer.request(
                    "PUT", f"/cart/items/{self.offer}", json={"quantity": 1 + number % 7}
                )
            case 4:
                return nobody.get(f"/products?q=word{number}")
            case 5:
                return nobody.get(f"/nothing/{number}")
            case 6 | 7:
                return buyer.get("/cart")
            case 8 | 9:
                return buyer.get("/orders?limit=5")
            case 10 | 11 | 12:
                return nobody.get(f"/products/{self.product}")
            case _:
                return nobody.get("/products?limit=20")


def no_leak(house: House, run: Run) -> str:
    web = house.another(MARKETPLACE__SERVER__MAX_REQUESTS="0")
    product = house.shop.publish("growth", on_hand=1_000_000, variants=2)
    mix = Mix(web.base, house.shop, house.shop.offers(product)[0], product["id"])
    requests = run.of(REQUESTS, short=2_000)
    mix.send(run.of(WARM_UP, short=500))
    workers = web.workers()
    sizes: dict[int, list[float]] = {worker: [] for worker in workers}
    connections = []
    for _ in range(SAMPLES):
        mix.send(requests // SAMPLES)
        for worker in workers:
            sizes[worker].append(cpu.memory(worker).rss)
        connections.append(len(house.database.backends()))
    require(web.workers() == workers, "a worker was replaced")
    strange = {status for status in mix.statuses if status >= 500}
    require(not strange, dict(mix.statuses))
    grown = [slope(each) * (SAMPLES - 1) for each in sizes.values()]
    figure = (
        f"{requests} requests: grown by {', '.join(f'{each:.1f}' for each in grown)} MB,"
        f" {min(connections)} to {max(connections)} connections"
    )
    require(max(grown) < MOST, figure)
    require(max(connections[SAMPLES // 2 :]) <= max(connections[: SAMPLES // 2]), figure)
    return figure


def slope(values: list[float]) -> float:
    """Of the line through them that fits best, from each to the next."""
    middle, mean = (len(values) - 1) / 2, sum(values) / len(values)
    pairs = list(enumerate(values))
    return sum((x - middle) * (y - mean) for x, y in pairs) / sum(
        (x - middle) ** 2 for x, _ in pairs
    )
