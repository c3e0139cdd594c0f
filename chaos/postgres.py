"""PostgreSQL that ends connections, restarts, crashes or freezes: requests wait or are refused with
503 and Retry-After, and none is lost."""

import os
import signal
import time
from collections import Counter
from pathlib import Path

from chaos.clients import Buyers, client
from chaos.house import House
from chaos.killing import LEASE, each_key_made_one_order
from chaos.promises import Run, require
from tests.processes import wait_until

CLIENTS = 8


def _buyers(house: House) -> tuple[Buyers, list[str]]:
    offers = house.offers(on_hand=1_000_000)
    return Buyers(house.base, house.shop.customer, lambda: [(offers[0], 1)]), offers


def _checked(house: House, buyers: Buyers, offers: list[str]) -> str:
    require("lost" not in buyers.statuses, f"connections were broken off: {buyers.told()}")
    each_key_made_one_order(house, buyers, offers, len(buyers.orders))
    return buyers.told()


def _rest(house: House, run: Run, buyers: Buyers) -> None:
    """Let those who repeat a key come to their end."""
    buyers.stopped.set()
    if run.short:
        time.sleep(0.3)
        house.pass_time(LEASE)


def ended_connections(house: House, run: Run) -> str:
    buyers, offers = _buyers(house)
    times = run.of(100, short=10)
    with buyers.at_work(CLIENTS):
        for _ in range(times):
            house.database.ask(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            time.sleep(run.random.uniform(0.05, 0.15))
        buyers.wait_for(20)
        _rest(house, run, buyers)
    require(buyers.statuses["503"] > 0, "nobody noticed")
    return f"{times} times all: {_checked(house, buyers, offers)}"


def restarted(house: House, run: Run) -> str:
    """In an orderly way, and as after a crash."""
    buyers, offers = _buyers(house)
    slowest = 0.0
    with buyers.at_work(CLIENTS):
        for number in range(run.of(6, short=2)):
            ready = _crash(house) if number % 2 else house.restart_postgres()
            buyers.wait_for(20)
            slowest = max(slowest, _served_after(buyers, ready))
        _rest(house, run, buyers)
    figure = f"service after {slowest:.2f} s at most; {_checked(house, buyers, offers)}"
    require(slowest < run.within(1), figure)
    return figure


def _crash(house: House) -> float:
    """Kill a backend, upon which PostgreSQL ends all of them and recovers."""
    backends = house.database.backends()
    os.kill(backends[0], signal.SIGKILL)
    wait_until(lambda: not set(backends) & set(_living(backends)), timeout=20, what="the crash")
    return house.await_postgres()


def _living(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _served_after(buyers: Buyers, ready: float) -> float:
    """Until the first order, and until nobody was refused any more, in seconds."""
    answers = [(when - ready, status) for when, status in list(buyers.answers) if when > ready]
    first = min(after for after, status in answers if status == "201")
    refused = [after for after, status in answers if status == "503"]
    return max(first, *refused, 0.0)


def frozen(house: House, run: Run) -> str:
    buyers, offers = _buyers(house)
    lived, ready = Counter[int](), Counter[int]()
    slowest, seconds = 0.0, run.of(10, short=3)
    with buyers.at_work(CLIENTS), client(house.base) as probe:
        with house.frozen_postgres():
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                began = time.monotonic()
                lived[probe.get("/health/live").status_code] += 1
                slowest = max(slowest, time.monotonic() - began)
                ready[probe.get("/health/ready").status_code] += 1
        wait_until(
            lambda: probe.get("/health/ready").status_code == 200, timeout=5, what="readiness"
        )
        buyers.wait_for(20)
        _rest(house, run, buyers)
    told = _checked(house, buyers, offers)
    require(set(lived) == {200}, f"/health/live: {dict(lived)}")
    require(set(ready) == {503}, f"/health/ready: {dict(ready)}")
    require(slowest < run.within(1), f"/health/live took {slowest:.1f} s")
    return f"{seconds} s: {told}; live 200, ready 503"
