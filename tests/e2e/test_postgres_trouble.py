"""PostgreSQL that ends connections, restarts or freezes: requests wait or get 503, none is lost."""

import os
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg2
import pytest
from sqlalchemy import make_url

from marketplace.infrastructure.database.embedded import EmbeddedPostgres
from tests.api import Api, Shop, open_shop
from tests.databases import CARELESS
from tests.processes import (
    ADMIN,
    CLI,
    PASSWORD,
    environment,
    free_port,
    make_admin,
    run,
    serving,
    wait_until,
)

CLIENTS = 8


@dataclass(frozen=True)
class House:
    """A server on a PostgreSQL that nobody else uses."""

    base: str
    url: str
    data: Path
    shop: Shop

    def query(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        plain = make_url(self.url).set(drivername="postgresql")
        with closing(psycopg2.connect(plain.render_as_string(hide_password=False))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement, values or None)
                return list(cursor.fetchall())

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the postmaster and all its children, and let them go on."""
        postmaster = int((self.data / "postmaster.pid").read_text("utf-8").split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text("utf-8")
        processes = [postmaster, *map(int, children.split())]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in reversed(processes):
                os.kill(process, signal.SIGCONT)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("trouble")
    with EmbeddedPostgres.start(folder / "data", settings=CARELESS) as postgres:
        url = postgres.create_database("marketplace")
        port = free_port()
        env = environment(
            url,
            MARKETPLACE__SERVER__PORT=str(port),
            MARKETPLACE__SERVER__WORKERS="2",
            MARKETPLACE__LOGIN__ADDRESS_LIMIT="1000",
            MARKETPLACE__SECURITY__ACCESS_TOKEN_TTL="3600",
        )
        migrated = run(*CLI, "migrate", env=env)
        assert migrated.returncode == 0, migrated.stdout + migrated.stderr
        make_admin(env)
        base = f"http://127.0.0.1:{port}"
        with (
            serving(*CLI, "serve", ready=f"{base}/health/ready", env=env, log=folder / "log"),
            httpx.Client(base_url=base, timeout=60) as http,
        ):
            yield House(base, url, folder / "data", open_shop(http, ADMIN, PASSWORD))


@dataclass
class Buyers:
    """Clients that order without a pause, and repeat a key until it is answered for good."""

    house: House
    offer: str
    statuses: Counter[int] = field(default_factory=Counter)
    orders: dict[str, str] = field(default_factory=dict)
    surprises: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def buy(self) -> None:
        with httpx.Client(base_url=self.house.base, timeout=60) as http:
            api = Api(http, token=self.house.shop.customer.token)
            while not self.stop.is_set():
                self.buy_one(api, str(uuid.uuid4()))

    def buy_one(self, api: Api, key: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            answer = api.order((self.offer, 1), key=key)
            self.statuses[answer.status_code] += 1
            if answer.status_code == 201:
                self.orders[key] = answer.json()["result"]["id"]
                return
            if answer.status_code not in (503, 409) or "Retry-After" not in answer.headers:
                self.surprises.append(answer.text)
                return
            # What Retry-After asks for, in short: the lease has to run out meanwhile.
            time.sleep(0.1)
        self.surprises.append(f"{key} was never answered")

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.buy) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: len(self.orders) > 20, timeout=20, what="orders")
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(90)

    def check(self) -> None:
        """Each key made one order and one charge, and the stock knows of all of them."""
        assert not self.surprises
        assert set(self.statuses) <= {201, 409, 503}
        placed = len(self.orders)
        assert len(set(self.orders.values())) == placed
        [(charged,)] = self.house.query(
            "SELECT count(*) FROM payments WHERE status = 'captured'"
            " AND order_id = ANY(%(orders)s::uuid[])",
            orders=list(self.orders.values()),
        )
        assert charged == placed
        [(allocated, sold)] = self.house.query(
            "SELECT allocated, (SELECT sum(quantity) FROM order_lines WHERE offer_id = %(offer)s)"
            " FROM stock_items WHERE offer_id = %(offer)s",
            offer=self.offer,
        )
        assert allocated == sold == placed


@pytest.fixture
def buyers(house: House) -> Buyers:
    def served() -> bool:
        # Each pool of each worker finds out by itself that its connections have ended.
        answers = [house.shop.seller.get("/users/me").status_code for _ in range(20)]
        answers += [
            house.shop.seller.post("/sellers", {"name": f"Trouble {uuid.uuid4()}"}).status_code
            for _ in range(20)
        ]
        return set(answers) == {200, 201}

    wait_until(served, timeout=10, what="service")
    product = house.shop.publish("trouble", on_hand=100_000)
    return Buyers(house, house.shop.offers(product)[0])


def test_ended_connections_cost_no_order(house: House, buyers: Buyers) -> None:
    with buyers.at_work():
        for _ in range(40):
            house.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            time.sleep(0.1)
    buyers.check()
    assert buyers.statuses[503]


def test_a_frozen_server_keeps_probes_and_orders(house: House, buyers: Buyers) -> None:
    lived, ready = Counter[int](), Counter[int]()
    slowest = 0.0
    with buyers.at_work(), httpx.Client(base_url=house.base, timeout=10) as probe:
        with house.frozen():
            until = time.monotonic() + 10
            while time.monotonic() < until:
                began = time.monotonic()
                lived[probe.get("/health/live").status_code] += 1
                slowest = max(slowest, time.monotonic() - began)
                ready[probe.get("/health/ready").status_code] += 1
        wait_until(
            lambda: probe.get("/health/ready").status_code == 200, timeout=3, what="readiness"
        )
        before = len(buyers.orders)
        wait_until(lambda: len(buyers.orders) > before + 20, timeout=10, what="orders")
    assert set(lived) == {200}
    assert slowest < 1
    assert set(ready) == {503}
    buyers.check()
