"""What a buyer may rely on, over HTTP and against real workers."""

import os
import signal
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import httpx
import pytest
from sqlalchemy import Engine, create_engine, text

from tests.api import ADDRESS, Api, Shop, open_shop
from tests.processes import (
    ADMIN,
    CLI,
    PASSWORD,
    environment,
    free_port,
    make_admin,
    serving,
    wait_until,
)

# Keeps the last transaction of an order waiting, when the provider has charged already.
SLOW = """
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_sleep(3); RETURN new; END';
    CREATE TRIGGER slow BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION wait()
"""


def at_once(buyer: Api, offer: str, keys: list[str], address: str) -> list[httpx.Response]:
    """Order one unit under each key at one moment, each over a connection of its own."""
    barrier = Barrier(len(keys))

    def send(key: str) -> httpx.Response:
        with httpx.Client(base_url=address, timeout=60) as http:
            own = Api(http, buyer.token)
            barrier.wait(timeout=30)
            return own.order((offer, 1), key=key)

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(send, keys))


def test_a_repeat_gets_the_same_bytes_and_another_body_none(shop: Shop) -> None:
    [offer] = shop.offers(shop.publish("repeat", on_hand=10))
    key = str(uuid.uuid4())
    first = shop.customer.order((offer, 1), key=key)
    again = shop.customer.order((offer, 1), key=key)
    other = shop.customer.order((offer, 2), key=key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    for name in ("Location", "ETag"):
        assert again.headers[name] == first.headers[name]
    assert other.json()["code"] == "idempotency_mismatch"


def test_one_key_at_once_is_one_order(shop: Shop, live_server: str) -> None:
    [offer] = shop.offers(shop.publish("at-once", on_hand=100))
    key = str(uuid.uuid4())
    answers = at_once(shop.customer, offer, [key] * 20, live_server)

    assert {answer.status_code for answer in answers} <= {201, 409}
    placed = {answer.content for answer in answers if answer.status_code == 201}
    assert len(placed) == 1
    refused = {a.json()["code"] for a in answers if a.status_code == 409}
    assert refused <= {"idempotency_in_flight"}
    final = shop.customer.order((offer, 1), key=key)
    assert {final.content} == placed
    assert available(shop, offer) == 99


def test_sixty_buyers_of_ten_units(shop: Shop, live_server: str) -> None:
    [offer] = shop.offers(shop.publish("ten", on_hand=10))
    keys = [str(uuid.uuid4()) for _ in range(60)]
    answers = at_once(shop.customer, offer, keys, live_server)

    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(201), statuses.count(409)) == (10, 50)
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"out_of_stock"}
    assert available(shop, offer) == 0


def available(shop: Shop, offer_id: str) -> int:
    for product in shop.seller.result("GET", f"/sellers/{shop.seller_id}/products?limit=100"):
        shown = shop.seller.result("GET", f"/products/{product['id']}")
        for variant in shown["variants"]:
            for offer in variant["offers"]:
                if offer["id"] == offer_id:
                    found: int = offer["available"]
                    return found
    raise AssertionError("no such offer")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@contextmanager
def slow_finish(engine: Engine) -> Iterator[None]:
    with engine.connect() as connection:
        connection.execute(text(SLOW))
    yield
    with engine.connect() as connection:
        connection.execute(text("DROP TRIGGER slow ON orders"))


def workers_of(master: int) -> list[int]:
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii")
    return [int(pid) for pid in children.split()]


def test_a_worker_killed_after_the_charge_costs_no_order(
    database_url: str, engine: Engine, tmp_path: Path
) -> None:
    port = free_port()
    env = environment(
        database_url,
        MARKETPLACE__SERVER__PORT=str(port),
        MARKETPLACE__SERVER__WORKERS="2",
    )
    make_admin(env)
    base = f"http://127.0.0.1:{port}"
    with (
        serving(
            *CLI, "serve", ready=f"{base}/health/ready", env=env, log=tmp_path / "log"
        ) as master,
        httpx.Client(base_url=base, timeout=60) as http,
    ):
        shop = open_shop(http, ADMIN, PASSWORD)
        [offer] = shop.offers(shop.publish("killed", on_hand=5))
        key = str(uuid.uuid4())
        with slow_finish(engine), ThreadPoolExecutor(1) as pool:
            lost = pool.submit(send_and_lose, base, shop.customer, offer, key)
            wait_until(lambda: charges(engine) == 1, timeout=10, what="the charge")
            for pid in workers_of(master.pid):
                os.kill(pid, signal.SIGKILL)
            assert lost.result(timeout=60) is None

        answers: list[httpx.Response] = []

        def placed() -> bool:
            try:
                answers.append(shop.customer.order((offer, 1), key=key))
            except httpx.TransportError:
                return False
            return answers[-1].status_code == 201

        wait_until(placed, timeout=40, what="the one order")
        repeat = shop.customer.order((offer, 1), key=key)

        assert {answer.status_code for answer in answers[:-1]} <= {409, 503}
        assert repeat.content == answers[-1].content
        assert len(shop.customer.result("GET", "/orders")) == 1
        assert charges(engine) == 1
        assert available(shop, offer) == 4


def send_and_lose(base: str, buyer: Api, offer: str, key: str) -> httpx.Response | None:
    """The answer, or None when the connection broke first."""
    body = {
        "items": [{"offerId": offer, "quantity": 1}],
        "shippingAddress": ADDRESS,
        "payment": {"method": "sandbox", "token": "tok_ok"},
    }
    with httpx.Client(base_url=base, timeout=60) as http:
        try:
            return Api(http, buyer.token).post("/orders", body, key=key)
        except httpx.TransportError:
            return None


def charges(engine: Engine) -> int:
    with engine.connect() as connection:
        found: int = connection.execute(text("SELECT count(*) FROM sandbox_charges")).scalar_one()
    return found
