"""`marketplace seed --orders`: a history that the application goes on with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg2
import pytest
from sqlalchemy import URL, create_engine

from marketplace.infrastructure.database.invariants import Violation, violations
from marketplace.infrastructure.seeding.orders import loading
from marketplace.infrastructure.seeding.orders.loading import seed_orders
from marketplace.infrastructure.seeding.orders.market import NothingToOrder
from marketplace.infrastructure.seeding.orders.rows import BOOKS, TABLES
from marketplace.main import create_app
from tests.api import Api
from tests.conftest import shown
from tests.databases import Server
from tests.integration.conftest import settings_for
from tests.integration.seeding.test_seed import rows, scaffold, seed
from tests.processes import ADMIN, CLI, PASSWORD, environment, make_admin, run

ORDERS = 700
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
_AVAILABLE = "SELECT offer_id, on_hand - allocated FROM stock_items ORDER BY offer_id"


def faults(url: str) -> list[Violation]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = violations(connection, settled=True)
    engine.dispose()
    return found


def history(url: str, **wanted: Any) -> None:
    values: dict[str, Any] = {"orders": ORDERS, "seed": 4, "now": NOW}
    seed_orders(url, **values | wanted)


@contextmanager
def api(url: str) -> Iterator[Api]:
    """As an administrator sees it."""
    make_admin(environment(url))
    transport = httpx.WSGITransport(app=create_app(settings_for(url)))
    with httpx.Client(transport=transport, base_url="http://localhost", timeout=30) as http:
        yield Api(http).sign_in(ADMIN, PASSWORD)


@pytest.fixture(scope="module")
def catalogue(postgres: Server, template: URL) -> Iterator[URL]:
    """A database of which nothing was ordered yet, and that nobody connects to."""
    with postgres.database(template=template) as url:
        assert seed(shown(url)) == ""
        yield url


@pytest.fixture
def stocked(postgres: Server, catalogue: URL) -> Iterator[str]:
    """A copy of it for one test."""
    with postgres.database(template=catalogue) as url:
        yield shown(url)


@pytest.fixture(scope="module")
def seeded(postgres: Server, catalogue: URL) -> Iterator[str]:
    """A copy with a history, for tests that only look at it."""
    with postgres.database(template=catalogue) as url:
        history(shown(url))
        yield shown(url)


def test_all_that_always_holds_holds(seeded: str) -> None:
    assert faults(seeded) == []
    [(count, first, last)] = rows(
        seeded, "SELECT count(*), min(placed_at), max(placed_at) FROM orders"
    )
    assert count == ORDERS
    assert isinstance(first, datetime)
    assert isinstance(last, datetime)
    assert NOW - timedelta(days=365) <= first < NOW - timedelta(days=350)
    assert NOW - timedelta(days=2) < last < NOW


def test_as_much_can_be_bought_as_before(seeded: str, catalogue: URL) -> None:
    assert rows(seeded, _AVAILABLE) == rows(shown(catalogue), _AVAILABLE)
    unlike = "SELECT number FROM stock_movements WHERE on_hand < allocated OR allocated < 0"
    assert rows(seeded, unlike) == []
    # Earlier movements have lower numbers.
    assert (
        rows(
            seeded,
            "SELECT offer_id FROM (SELECT offer_id, occurred_at,"
            " lag(occurred_at) OVER (PARTITION BY offer_id ORDER BY number) AS before"
            " FROM stock_movements) AS told WHERE occurred_at < before",
        )
        == []
    )


def test_nobody_is_told(seeded: str) -> None:
    for table in ("outbox", "sandbox_events", "idempotency_keys"):
        assert rows(seeded, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608


def test_numbers_follow_the_times_and_new_orders_follow_them(seeded: str) -> None:
    numbers = [
        str(number) for (number,) in rows(seeded, "SELECT number FROM orders ORDER BY placed_at")
    ]
    assert [int(number.rpartition("-")[2]) for number in numbers] == list(range(1, ORDERS + 1))
    assert numbers[0].startswith("ORD-2025-")
    assert numbers[-1].startswith("ORD-2026-")
    assert rows(seeded, "SELECT nextval('order_numbers')") == [(ORDERS + 1,)]


def test_every_order_can_be_read(seeded: str) -> None:
    with api(seeded) as admin:
        path, count = "/orders?limit=100", 0
        while path:
            answer = admin.get(path).json()
            count += len(answer["result"])
            following = answer["page"]["next"]
            path = f"/orders?limit=100&cursor={following}" if following else ""
        assert count == ORDERS
        for (number,) in rows(seeded, "SELECT number FROM orders ORDER BY id LIMIT 60"):
            order = admin.result("GET", f"/orders/{number}")
            events = admin.result("GET", f"/orders/{number}/events")
            assert events[0]["type"] == "placed"
            for part in order["sellerOrders"]:
                for shipment in part["shipments"]:
                    assert admin.result("GET", f"/shipments/{shipment['id']}")["lines"]


def test_the_same_seed_makes_the_same(seeded: str, stocked: str) -> None:
    history(stocked)
    tables = dict.fromkeys((*TABLES, *BOOKS), "*")
    tables["stock_movements"] = "id, offer_id, kind, quantity, on_hand, allocated, occurred_at"
    for table, columns in tables.items():
        statement = f"SELECT {columns} FROM {table} ORDER BY 1, 2"  # noqa: S608
        assert rows(stocked, statement) == rows(seeded, statement), table


def test_open_orders_can_be_cancelled_shipped_and_refunded(stocked: str) -> None:
    history(stocked, orders=150, span=timedelta(days=3), now=datetime.now(UTC))
    with api(stocked) as admin:
        # Administrators ship nothing, members do.
        me = admin.result("GET", "/users/me")["id"]
        with psycopg2.connect(stocked.replace("+psycopg2", "")) as connection:
            connection.cursor().execute(
                "INSERT INTO seller_members (seller_id, user_id, role, created_at)"
                " SELECT id, %s, 'owner', now() FROM sellers",
                (me,),
            )
        connection.close()
        orders = admin.result("GET", "/orders", params={"limit": 100})
        whole = [order for order in orders if order["fulfilmentStatus"] == "unfulfilled"]
        cancelled = admin.result("POST", f"/orders/{whole[0]['id']}/cancel", {}, key="cancel")
        assert (cancelled["status"], cancelled["paymentStatus"]) == ("cancelled", "refunded")
        part = whole[1]["sellerOrders"][0]
        shipment = admin.result(
            "POST", f"/seller-orders/{part['id']}/shipments", {"carrier": "DHL"}, key="ship"
        )
        assert shipment["status"] == "created"
        moving = next(
            shipment
            for order in orders
            for each in order["sellerOrders"]
            for shipment in each["shipments"]
            if shipment["status"] == "inTransit"
        )
        told = {"status": "delivered", "occurredAt": datetime.now(UTC).isoformat()}
        event = admin.result("POST", f"/shipments/{moving['id']}/events", told)
        assert event["shipmentStatus"] == "delivered"
        payment = whole[1]["payments"][0]
        refund = admin.result("POST", f"/payments/{payment['id']}/refunds", {"amount": 1}, key="r")
        assert refund["status"] == "succeeded"
    assert [each for each in faults(stocked) if each.invariant != "every event was delivered"] == []


def test_many_are_loaded_by_several_processes_without_indexes(
    stocked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = scaffold(stocked)
    monkeypatch.setattr(loading, "MANY", 100)
    stages: list[tuple[str, int]] = []
    history(stocked, orders=1200, progress=lambda *told: stages.append(told))
    assert scaffold(stocked) == before
    assert faults(stocked) == []
    assert sum(more for stage, more in stages if stage == "orders") == 1200
    assert {stage for stage, _ in stages} == {"orders", "stock", "indexes", "statistics"}
    # Others are numbered after them, whenever they were.
    history(stocked, orders=50)
    assert faults(stocked) == []
    assert rows(stocked, "SELECT count(DISTINCT number) FROM orders") == [(1250,)]


def test_what_is_broken_off_leaves_everything_as_it_was(
    stocked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, stock = scaffold(stocked), rows(stocked, _AVAILABLE)
    monkeypatch.setattr(loading, "MANY", 100)

    def interrupt(stage: str, more: int) -> None:
        if stage == "stock":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        history(stocked, progress=interrupt)
    assert scaffold(stocked) == before
    assert rows(stocked, _AVAILABLE) == stock
    for table in (*TABLES, *BOOKS):
        assert rows(stocked, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608
    history(stocked)
    assert faults(stocked) == []


def test_without_anything_on_sale_nothing_is_ordered(database_url: str) -> None:
    with pytest.raises(NothingToOrder):
        history(database_url)
    done = run(*CLI, "seed", "--products", "0", "--orders", "5", env=environment(database_url))
    assert done.returncode == 1
    assert "Nothing is on sale" in done.stderr


def test_the_command_adds_orders_to_a_catalogue(database_url: str) -> None:
    made = ("--products", "60", "--sellers", "3", "--orders", "80")
    done = run(*CLI, "seed", *made, env=environment(database_url), timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("60 products of 3 sellers in ")
    assert "\n80 orders in " in done.stdout
    done = run(*CLI, "seed", "--products", "0", "--orders", "20", env=environment(database_url))
    assert done.returncode == 0, done.stderr
    assert rows(database_url, "SELECT count(*) FROM orders") == [(100,)]
    assert faults(database_url) == []
    assert rows(database_url, "SELECT count(DISTINCT order_id) FROM sales_facts") == [(100,)]
    done = run(*CLI, "rebuild-analytics", "--check", env=environment(database_url))
    assert done.returncode == 0, done.stderr
