"""Processes that are killed (-9) in the middle of their work."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace

import httpx
import psycopg2

from chaos.clients import Buyers, client, new_key
from chaos.house import House
from chaos.promises import Run, require
from chaos.servers import WORKERS, kill
from tests.processes import wait_until

LEASE = 10
GIVEN_UP_AFTER = 60
"""How long a repeat, and how long the sweeper leave a request alone that has not ended."""


def each_key_made_one_order(house: House, buyers: Buyers, offers: list[str], keys: int) -> None:
    """Of these offers nothing was ordered but what the buyers know of. Raises NotHeld."""
    require(not buyers.surprises, buyers.surprises[:3])
    told = set(buyers.orders.values())
    require(len(buyers.orders) == len(told) == keys, f"{len(told)} orders of {keys} keys")
    require(house.orders_of(offers) == told, "orders that nobody was told of")
    charges = house.charges_of(list(told))
    require(charges == len(told), f"{charges} charges of {len(told)} orders")


def killed_at_random(house: House, run: Run) -> str:
    """Every worker is killed while a key is under way; its buyer repeats it."""
    runs, clients = run.of(100, short=3), 4
    offers = house.offers(on_hand=100_000, variants=3)
    buyers = Buyers(
        house.base, house.shop.customer, lambda: [(offer, 1) for offer in offers], pause=0.5
    )
    keys = [new_key() for _ in range(runs * clients)]

    def buy(key: str) -> None:
        with client(house.base) as http:
            buyers.buy(http, key)

    with ThreadPoolExecutor(len(keys)) as pool:
        for number in range(runs):
            wait_until(lambda: len(house.web.workers()) == WORKERS, timeout=10, what="workers")
            mine = keys[number * clients : (number + 1) * clients]
            for key in mine:
                pool.submit(buy, key)
            time.sleep(run.random.uniform(0, 0.15))
            kill(house.web.workers())
        if run.short:
            time.sleep(1)
            house.pass_time(LEASE)
    each_key_made_one_order(house, buyers, offers, len(keys))
    return f"{runs} times all killed, {len(keys)} keys: {buyers.told()}; 1 order and 1 charge each"


def killed_under_load(house: House, run: Run) -> str:
    """One worker after the other is killed; another one takes its place at once."""
    offers = house.offers(on_hand=1_000_000, variants=3)
    buyers = Buyers(
        house.base,
        house.shop.customer,
        lambda: [(offer, 1) for offer in run.random.sample(offers, 2)],
    )
    slowest = 0.0
    kills = run.of(30, short=2)
    with buyers.at_work(8):
        for number in range(kills):
            began = time.monotonic()
            before = house.web.workers()
            kill([before[number % WORKERS]])
            slowest = max(slowest, _replaced_after(house, set(before), began))
            time.sleep(max(0.0, began + 2 - time.monotonic()))
        placed = len(buyers.orders)
        buyers.stopped.set()
        if run.short:
            time.sleep(0.5)
            house.pass_time(LEASE)
    require(slowest < run.within(2), f"capacity was back after {slowest:.1f} s only")
    each_key_made_one_order(house, buyers, offers, len(buyers.orders))
    return (
        f"{kills} killed, back after {slowest:.2f} s at most, {placed} orders meanwhile:"
        f" {buyers.told()}; 1 order and 1 charge each"
    )


def _replaced_after(house: House, before: set[int], began: float) -> float:
    """When all workers serve again, in seconds."""

    def serve() -> bool:
        now = house.web.workers()
        new = set(now) - before
        return len(now) == WORKERS and bool(new) and all(map(house.web.serves, new))

    wait_until(serve, timeout=20, what="a new worker that serves")
    return time.monotonic() - began


@contextmanager
def held(house: House, offer: str) -> Iterator[str]:
    """The order of this offer that is being placed, locked: the provider may charge, and then
    nothing more can be written."""
    with closing(psycopg2.connect(house.database.dsn)) as connection, connection.cursor() as cursor:
        locked: list[tuple[str]] = []

        def is_locked() -> bool:
            cursor.execute(_LOCK, (offer,))
            locked.extend(cursor.fetchall())
            if not locked:
                connection.rollback()
            return bool(locked)

        wait_until(is_locked, timeout=30, what="a reservation")
        [(order,)] = locked
        yield order


_LOCK = """
    SELECT CAST(orders.id AS text) FROM orders
    JOIN seller_orders ON seller_orders.order_id = orders.id
    JOIN order_lines ON order_lines.seller_order_id = seller_orders.id
    WHERE offer_id = %s AND finalised_at IS NULL AND abandoned_at IS NULL
    FOR UPDATE OF orders
"""
_LOSE_EVENTS = """
    DELETE FROM sandbox_events USING payments
    WHERE charge_key = 'payment-' || payments.id AND order_id = %s
    RETURNING sandbox_events.id
"""


def abandoned(house: House, run: Run) -> str:
    """Each time the worker dies between the call of the provider and the end of the order. One
    buyer repeats the key; another does not, and the provider tells of the charge; of a third
    nobody ever tells."""
    repeated, told, lost = offers = house.offers(on_hand=5, variants=3)
    key = new_key()
    _charged_and_killed(house, repeated, key, is_told=False)
    _charged_and_killed(house, told, new_key(), is_told=True)
    _charged_and_killed(house, lost, new_key(), is_told=False)
    require([house.available(each) for each in offers] == [4, 4, 4], "not reserved")

    house.pass_time(LEASE)
    buyers = Buyers(house.base, house.shop.customer, lambda: [(repeated, 1)], token="tok_slow")
    with client(house.base) as http:
        buyers.buy(http, key)
    each_key_made_one_order(house, buyers, [repeated], 1)
    wait_until(lambda: len(house.orders_of([told])) == 1, timeout=20, what="the event")
    require(house.charges_of(list(house.orders_of([told]))) == 1, "not one charge")

    house.pass_time(GIVEN_UP_AFTER)
    wait_until(lambda: house.available(lost) == 5, timeout=20, what="the stock")
    require(not house.orders_of([lost]), "the order was placed")
    require([house.available(each) for each in (repeated, told)] == [4, 4], "they were given up")
    voided = house.database.ask(_CHARGES, (lost,))
    require(voided == [("voided",)], voided)
    return (
        "who repeats has 1 order and 1 charge, so has who is told of by the provider; else the"
        " charge is voided and the stock back"
    )


def _charged_and_killed(house: House, offer: str, key: str, *, is_told: bool) -> None:
    def buy() -> int:
        with client(house.base) as http:
            buyer = replace(house.shop.customer, http=http)
            try:
                return buyer.order((offer, 1), key=key, payment="tok_slow").status_code
            except httpx.TransportError:
                return 0

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(buy)
        with held(house, offer) as order:
            wait_until(lambda: house.charges_of([order]) == 1, timeout=20, what="the charge")
            if not is_told:
                require(len(house.database.ask(_LOSE_EVENTS, (order,))) == 1, "no event to lose")
            kill(house.web.workers())
        require(answer.result() in (0, 503), f"a killed worker answered {answer.result()}")


_CHARGES = """
    SELECT charge.status FROM sandbox_charges AS charge
    JOIN payments ON charge.key = 'payment-' || payments.id
    JOIN seller_orders USING (order_id)
    JOIN order_lines ON order_lines.seller_order_id = seller_orders.id
    WHERE order_lines.offer_id = %s
"""
