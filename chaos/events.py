"""Events: each arrives, though the worker is killed (-9) again and again."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx

from chaos.clients import client, counted
from chaos.house import House
from chaos.promises import Run, require
from tests.processes import wait_until

CLAIM = 60
"""How long the events that a relay has taken are left to it."""

CLIENTS = 4


def all_arrive(house: House, run: Run) -> str:
    """Each order is an event, and each event a mail under its id. Orders that are refused, before
    or after the event was written down, are none."""
    number = run.of(1000, short=200)
    [offer] = house.offers(on_hand=number)
    before = len(house.mailbox.mails())
    kills = 0
    with ThreadPoolExecutor(CLIENTS) as pool:
        ordering = [pool.submit(_order, house, offer, number // CLIENTS) for _ in range(CLIENTS)]
        while not all(each.done() for each in ordering):
            time.sleep(run.random.uniform(0, 0.6))
            house.worker.kill()
            house.worker.start()
            kills += 1
        answers = [answer for each in ordering for answer in each.result()]
    placed = {each.json()["result"]["number"] for each in answers if each.status_code == 201}
    require(len(placed) == number, counted(answers))
    house.pass_time(CLAIM)
    written = {
        f"<{event}@orders>": order
        for event, order in house.database.ask(
            "SELECT id, payload ->> 'number' FROM outbox WHERE type = 'OrderPlaced'"
            " AND payload ->> 'number' = ANY(%s)",
            (list(placed),),
        )
    }

    def arrived() -> Counter[str]:
        mails = house.mailbox.mails()[before:]
        return Counter(str(mail["Message-ID"]) for mail in mails)

    wait_until(lambda: written.keys() <= arrived().keys(), timeout=30, what="all mails")
    strangers = arrived().keys() - written.keys()
    require(not strangers, f"{len(strangers)} mails of no event")
    require(set(written.values()) == placed and len(written) == number, "not one event an order")
    return f"{number} events, {arrived().total()} mails, worker killed {kills} times"


def _order(house: House, offer: str, number: int) -> list[httpx.Response]:
    """So many, and between them some that come to nothing."""
    answers = []
    with client(house.base) as http:
        buyer = replace(house.shop.customer, http=http)
        for each in range(number):
            answers.append(buyer.order((offer, 1)))
            if each % 5 == 0:
                answers.append(buyer.order((offer, 10_000)))
                answers.append(buyer.order((offer, 1), payment="tok_declined"))
    return answers
