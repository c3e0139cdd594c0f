"""`marketplace demo` as somebody meets it who has just installed it."""

import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import pytest
from sqlalchemy import create_engine

from marketplace.infrastructure.database.invariants import violations
from marketplace.infrastructure.demo import sample
from marketplace.infrastructure.demo.catalogue import known_id
from marketplace.infrastructure.demo.orders import ORDERS
from tests.databases import data_directory
from tests.processes import CLI, ROOT, free_port, wait_until

READY_WITHIN = 30


class Running:
    """A demo in a directory of its own."""

    def __init__(self, directory: Path, *options: str) -> None:
        self.note = directory / "marketplace-data" / "demo.json"
        # A visitor has no settings, and no wish for the warnings of other people's code.
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MARKETPLACE", "PYTHONWARN"))
        }
        self.process = subprocess.Popen(
            [*CLI, "demo", "--port", str(free_port()), *options],
            cwd=directory,
            env=inherited | {"PYTHONPATH": str(ROOT), "MARKETPLACE__SERVER__WORKERS": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        wait_until(
            lambda: self.note.exists() or self.process.poll() is not None,
            timeout=READY_WITHIN,
            what="the demo",
        )
        assert self.note.exists(), self.process.communicate()[0]
        self.facts: dict[str, Any] = json.loads(self.note.read_text(encoding="utf-8"))
        self.api = httpx.Client(base_url=f"{self.facts['baseUrl']}/api/v1", timeout=30)

    def sign_in(self, who: str) -> dict[str, str]:
        token = self.api.post("/auth/token", json=self.facts["users"][who]).json()["result"]
        assert token["expiresIn"] == 12 * 3600
        return {"Authorization": f"Bearer {token['access']}"}

    def get(self, path: str, who: str | None = None) -> Any:
        answer = self.api.get(path, headers=self.sign_in(who) if who else {})
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    def end(self) -> str:
        self.api.close()
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate(timeout=30)[0]
        assert self.process.returncode == 0, said
        return said


@pytest.fixture(scope="module")
def directory() -> Iterator[Path]:
    with data_directory() as found:
        yield found


@pytest.fixture(scope="module")
def demo(directory: Path) -> Iterator[Running]:
    running = Running(directory)
    yield running
    if running.process.poll() is None:
        running.end()


def test_there_is_a_marketplace_to_look_at(demo: Running) -> None:
    assert set(demo.facts) == {"baseUrl", "docsUrl", "openapiUrl", "databaseUrl", "users"}
    assert set(demo.facts["users"]) == {"admin", "seller", "buyer"}
    assert httpx.get(demo.facts["docsUrl"]).status_code == 200
    assert httpx.get(demo.facts["openapiUrl"]).json()["openapi"].startswith("3.1")
    assert len(demo.get("/categories")) >= 30
    assert len(demo.get("/sellers?limit=100")) >= 3
    products: list[str] = []
    following: str | None = "/api/v1/products?limit=100"
    while following:
        page = httpx.get(f"{demo.facts['baseUrl']}{following}").json()
        products += [item["slug"] for item in page["result"]]
        cursor = page["page"]["next"]
        following = f"/api/v1/products?limit=100&cursor={cursor}" if cursor else None
    assert len(set(products)) >= 300


def test_everybody_is_who_they_should_be(demo: Running) -> None:
    assert demo.get("/users/me", "admin")["roles"] == ["admin", "customer"]
    [membership] = demo.get("/users/me", "seller")["sellers"]
    assert demo.get(f"/sellers/{membership['id']}")["status"] == "approved"
    assert demo.get("/users/me", "buyer")["sellers"] == []


def all_orders(demo: Running) -> list[dict[str, Any]]:
    headers, found = demo.sign_in("admin"), []
    following: str | None = "?limit=100"
    while following:
        page = demo.api.get(f"/orders{following}", headers=headers).json()
        found += page["result"]
        cursor = page["page"]["next"]
        following = f"?limit=100&cursor={cursor}" if cursor else None
    return found


def test_there_is_a_year_of_orders_in_every_state(demo: Running) -> None:
    orders = all_orders(demo)
    assert len(orders) == sample.HISTORY + len(ORDERS)
    placed = sorted(datetime.fromisoformat(order["placedAt"]) for order in orders)
    assert timedelta(days=355) < placed[-1] - placed[0] < timedelta(days=370)
    assert {order["fulfilmentStatus"] for order in orders} >= {
        *("unfulfilled", "fulfilled", "delivered", "returned", "cancelled"),
    }
    assert {order["paymentStatus"] for order in orders} >= {
        *("paid", "authorized", "partiallyRefunded", "refunded", "failed"),
    }
    parcels = [each for o in orders for part in o["sellerOrders"] for each in part["shipments"]]
    assert {parcel["status"] for parcel in parcels} >= {
        *("created", "inTransit", "delivered", "returned"),
    }
    # Those of the documentation are the last ones.
    newest = sorted(orders, key=lambda order: str(order["number"]))[-len(ORDERS) :]
    assert [order["id"] for order in newest] == [
        str(known_id("order", number)) for number in range(1, len(ORDERS) + 1)
    ]
    engine = create_engine(demo.facts["databaseUrl"])
    with engine.connect() as connection:
        assert violations(connection, settled=False) == []
    engine.dispose()


def test_stock_is_what_it_was_before_all_that(demo: Running) -> None:
    product = demo.get(f"/products/{known_id('product', 1002)}")
    [hardcover, paperback] = [variant["offers"][0] for variant in product["variants"]]
    assert (hardcover["available"], paperback["available"]) == (120, 299)
    journal = demo.get(f"/offers/{hardcover['id']}/stock-movements?limit=100", "seller")
    times = [movement["createdAt"] for movement in journal]
    assert times == sorted(times, reverse=True)
    assert journal[0]["available"] == 120
    assert len(journal) > 1


def test_a_browser_client_on_any_localhost_port_may_call(demo: Running) -> None:
    origin = "http://localhost:5173"
    answer = demo.api.get("/meta", headers={"Origin": origin})
    assert answer.headers["Access-Control-Allow-Origin"] == origin


def test_the_worker_delivers(demo: Running) -> None:
    def waiting() -> float:
        text = httpx.get(f"{demo.facts['baseUrl']}/metrics").text
        found = re.search(r"^outbox_pending (\S+)$", text, re.MULTILINE)
        assert found
        return float(found[1])

    wait_until(lambda: waiting() == 0, timeout=20, what="an empty outbox")


def test_it_stops_without_a_trace_and_comes_back_with_its_data(
    demo: Running, directory: Path
) -> None:
    before = len(demo.get("/orders", "buyer"))
    said = demo.end()
    curl = next(line for line in said.splitlines() if line.startswith("curl "))
    assert len(said.splitlines()) <= 15
    left = [path.name for path in demo.note.parent.iterdir()]
    assert "demo.json" not in left
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(demo.facts["databaseUrl"].replace("+psycopg2", ""))

    again = Running(directory)
    assert len(all_orders(again)) == sample.HISTORY + len(ORDERS)
    assert len(again.get("/orders", "buyer")) == before
    # Its access token outlives a restart; the port is another one.
    pasted = curl.replace(demo.facts["baseUrl"], again.facts["baseUrl"])
    order = subprocess.run(["sh", "-c", pasted], capture_output=True, encoding="utf-8", check=True)
    assert json.loads(order.stdout)["result"]["paymentStatus"] == "paid"
    assert len(again.get("/orders", "buyer")) == before + 1
    again.end()

    fresh = Running(directory, "--reset")
    assert len(fresh.get("/orders", "buyer")) == before
    fresh.end()
