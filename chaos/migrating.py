"""Migrations on data: down and up again, and never long in the way of others."""

import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import psycopg2

from benchmarks.databases import Database
from chaos.clients import client
from chaos.house import House, violations_in
from chaos.promises import NotHeld, Run, require
from chaos.servers import Web
from tests.api import Api
from tests.processes import CLI, ROOT, run

ORDERS = 10
TABLE = "orders"
LOCK_TIMEOUT = 2.0
"""Seconds, as migrations/env.py sets it."""

ALEMBIC = (sys.executable, "-m", "alembic", "-c", str(ROOT / "migrations" / "alembic.ini"))


def down_and_up(house: House, this: Run) -> str:
    """A catalogue with orders, down to the first revision and up again, while somebody reads and
    at first does not let go."""
    with house.server.database() as url:
        database = Database(house.server, str(url.database))
        settings = house.settings | {"MARKETPLACE__DATABASE__URL": database.url}
        products = this.of(2000, short=100)
        _done(settings, *CLI, "migrate")
        _done(settings, *CLI, "seed", "--products", str(products), "--sellers", "5")
        before = _orders(house, settings, place=True)
        _done(settings, *ALEMBIC, "downgrade", "0001")
        with _reading(database) as waits:
            refused = _refused(database, settings)
            _done(settings, *CLI, "migrate")
        found = violations_in(database.url)
        require(not [each for each in found if not each.settled], found[:3])
        require(_orders(house, settings, place=False) == before, "orders are not what they were")
    longest = max(waits)
    require(longest < LOCK_TIMEOUT + this.within(1), f"a reader waited {longest:.1f} s")
    return (
        f"{products} products, {ORDERS} orders as before; given up after {refused:.1f} s of a held"
        f" lock; readers waited {longest:.1f} s at most"
    )


def _done(settings: Mapping[str, str], *command: str) -> None:
    ended = run(*command, env=settings, timeout=300)
    if ended.returncode:
        raise NotHeld(f"{command[-2:]}: {ended.stdout[-1000:]}{ended.stderr[-1000:]}")


def _orders(house: House, settings: Mapping[str, str], *, place: bool) -> list[dict[str, Any]]:
    """What the only customer of this database sees of its orders."""
    web = Web(settings, house.folder)
    web.start()
    try:
        with client(web.base) as http:
            return _seen(Api(http), place=place)
    finally:
        web.stop()


def _seen(anonymous: Api, *, place: bool) -> list[dict[str, Any]]:
    login, password = "migrating@example.com", "correct horse battery staple"
    if place:
        account = {"email": login, "password": password, "name": "Mia"}
        anonymous.result("POST", "/auth/register", account)
    buyer = anonymous.sign_in(login, password)
    if place:
        listed = buyer.result("GET", f"/products?limit={ORDERS}&inStock=true")
        for product in listed:
            shown = buyer.result("GET", f"/products/{product['id']}")
            offers = (offer for each in shown["variants"] for offer in each["offers"])
            best = next(offer for offer in offers if offer["available"])
            answer = buyer.order((best["id"], 1))
            require(answer.status_code == 201, answer.text)
    names = ("id", "number", "status", "paymentStatus", "total", "placedAt")
    orders = buyer.result("GET", "/orders")
    require(len(orders) == ORDERS, f"{len(orders)} orders")
    return [{name: order[name] for name in names} for order in orders]


def _refused(database: Database, settings: Mapping[str, str]) -> float:
    """How long a migration tries, in seconds, while somebody holds a table that it changes."""
    with closing(psycopg2.connect(database.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT FROM {TABLE} LIMIT 1")
        began = time.monotonic()
        ended = run(*CLI, "migrate", env=settings)
        seconds = time.monotonic() - began
        require(ended.returncode != 0, "a migration took a lock that somebody else held")
        return seconds


@contextmanager
def _reading(database: Database) -> Iterator[list[float]]:
    """Somebody who reads that table again and again; how long each time took, in seconds."""
    waits: list[float] = []
    stopped = threading.Event()

    def read() -> None:
        while not stopped.is_set():
            began = time.monotonic()
            database.ask(f"SELECT count(*) FROM {TABLE}")
            waits.append(time.monotonic() - began)
            time.sleep(0.01)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield waits
    finally:
        stopped.set()
        reader.join()
