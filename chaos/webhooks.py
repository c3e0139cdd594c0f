"""What a provider tells, again and again, while the request that asked it still runs."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from chaos.clients import Send, at_once, client, counted
from chaos.house import WEBHOOK_SECRET, House
from chaos.killing import held
from chaos.promises import Run, require
from marketplace.application.ports import ProviderEvent
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks, decode
from tests.api import BASE
from tests.processes import wait_until

PATH = f"{BASE}/payments/webhooks/sandbox"
TIMES = 50


def one_capture(house: House, run: Run) -> str:
    orders: list[str] = []
    answers: list[httpx.Response] = []
    for _ in range(run.of(20, short=2)):
        order, told = _bought_while_told(house, run)
        orders.append(order)
        answers += told
    # Of all of them, in no order, when everything is known already.
    again = _events(house, orders) * (TIMES // len(orders) + 1)
    run.random.shuffle(again)
    answers += at_once(house.base, [_telling(event) for event in again])
    require({answer.status_code for answer in answers} == {204}, counted(answers))
    ledgers = house.database.ask(
        "SELECT count(*), count(DISTINCT payment_id) FROM payment_events"
        " JOIN payments ON payments.id = payment_id AND captured_amount = payments.amount"
        " WHERE kind = 'charge' AND stage = 'success' AND order_id = ANY(%s::uuid[])",
        (orders,),
    )
    require(ledgers == [(len(orders), len(orders))], f"charges and payments: {ledgers}")
    return f"{counted(answers)}; {len(orders)} orders, 1 capture each"


def _bought_while_told(house: House, run: Run) -> tuple[str, list[httpx.Response]]:
    """An order, held until its events are on their way, so that they meet its end."""
    [offer] = house.offers(on_hand=1)

    def buy() -> httpx.Response:
        with client(house.base) as http:
            return replace(house.shop.customer, http=http).order((offer, 1), payment="tok_slow")

    with ThreadPoolExecutor(2) as pool:
        bought = pool.submit(buy)
        with held(house, offer) as order:
            wait_until(lambda: bool(_events(house, [order])), timeout=20, what="the event")
            sends = [_telling(event) for event in _events(house, [order]) * TIMES]
            told = pool.submit(at_once, house.base, sends)
            time.sleep(run.random.uniform(0, 0.2))
        require(bought.result().status_code == 201, bought.result().text)
        return order, told.result()


def _events(house: House, orders: list[str]) -> list[ProviderEvent]:
    rows = house.database.ask(
        "SELECT event.id, payload FROM sandbox_events AS event"
        " JOIN payments ON charge_key = 'payment-' || payments.id"
        " WHERE order_id = ANY(%s::uuid[])",
        (orders,),
    )
    return [decode(*row) for row in rows]


def _telling(event: ProviderEvent) -> Send:
    headers, body = SandboxWebhooks(WEBHOOK_SECRET.encode()).sign(event, datetime.now(UTC))

    def send(http: httpx.Client) -> httpx.Response:
        return http.post(PATH, headers=headers, content=body)

    return send
