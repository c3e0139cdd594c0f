"""Money under many hands: never more is taken than was authorised, nor given back than taken."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import httpx

from chaos.clients import Send, at_once, client, codes, counted
from chaos.house import House
from chaos.promises import NotHeld, Run, require
from tests.api import Api

UNITS, PRICE = 7, 1000
TOTAL = UNITS * PRICE


def placed(house: House, base: str | None = None) -> dict[str, Any]:
    """An order of 7 units at 10.00."""
    [offer] = house.offers(on_hand=UNITS, price=PRICE)
    buyer = house.shop.customer
    with client(base or house.base) as http:
        answer = replace(buyer, http=http).order((offer, UNITS))
    if answer.status_code != 201:
        raise NotHeld(answer.text)
    result: dict[str, Any] = answer.json()["result"]
    return result


def asking(api: Api, path: str, body: Any) -> Send:
    def send(http: httpx.Client) -> httpx.Response:
        return replace(api, http=http).post(path, body, key=str(uuid.uuid4()))

    return send


def refunds_at_once(house: House, run: Run) -> str:
    """Fifty of one unit each, half of them by lines."""
    order = placed(house)
    [line] = order["sellerOrders"][0]["lines"]
    bodies = {"amount": PRICE}, {"lines": [{"lineId": line["id"], "quantity": 1}]}
    path = f"/payments/{order['payments'][0]['id']}/refunds"
    figure = _seven_times(house, order, [bodies[each % 2] for each in range(50)], path, 201)
    books = _books(house, order)
    require(books == [(TOTAL, TOTAL, TOTAL, TOTAL)], books)
    return figure


def captures_at_once(house: House, run: Run) -> str:
    """Fifty of one unit each."""
    order = placed(house, house.manual.base)
    path = f"/payments/{order['payments'][0]['id']}/capture"
    figure = _seven_times(house, order, [{"amount": PRICE}] * 50, path, 200)
    books = _books(house, order)
    require(books == [(TOTAL, 0, TOTAL, 0)], books)
    return figure


def _seven_times(
    house: House, order: dict[str, Any], bodies: Sequence[Any], path: str, success: int
) -> str:
    actors = house.shop.seller, house.shop.admin
    sends = [asking(actors[index % 2], path, body) for index, body in enumerate(bodies)]
    answers = at_once(house.base, sends)
    figure = counted(answers)
    require(
        figure == f"{UNITS} x {success}, {len(bodies) - UNITS} x 409",
        f"{figure} {codes(answers, 409)}",
    )
    return figure


def _books(house: House, order: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Captured and refunded, by us and by the provider."""
    return house.database.ask(
        "SELECT payments.captured_amount, payments.refunded_amount,"
        " charge.captured_amount, charge.refunded_amount"
        " FROM payments JOIN sandbox_charges AS charge ON charge.key = 'payment-' || payments.id"
        " WHERE payments.id = %s",
        (order["payments"][0]["id"],),
    )


def everything_at_once(house: House, run: Run) -> str:
    """Captures, refunds, a void and cancellations of one authorised order, in no order."""
    outcomes = []
    for _ in range(run.of(20, short=2)):
        order = placed(house, house.manual.base)
        sends = _all_of_it(house, order)
        run.random.shuffle(sends)
        outcomes += at_once(house.base, sends)
        require(
            {answer.status_code for answer in outcomes} <= {200, 201, 409, 422}, counted(outcomes)
        )
        _agree_soon(house, order)
    return f"{counted(outcomes)}; the provider's books are ours"


def _all_of_it(house: House, order: dict[str, Any]) -> list[Send]:
    payment = f"/payments/{order['payments'][0]['id']}"
    part = order["sellerOrders"][0]
    unit = {"lines": [{"lineId": part["lines"][0]["id"], "quantity": 1}]}
    shop = house.shop
    return [
        *[asking(shop.seller, f"{payment}/capture", {"amount": 1500}) for _ in range(6)],
        *[asking(shop.admin, f"{payment}/refunds", {"amount": 900}) for _ in range(6)],
        *[asking(shop.customer, f"/orders/{order['id']}/cancel", unit) for _ in range(4)],
        *[asking(shop.seller, f"/seller-orders/{part['id']}/cancel", unit) for _ in range(3)],
        asking(shop.admin, f"{payment}/void", {}),
    ]


def _agree_soon(house: House, order: dict[str, Any]) -> None:
    """What was in flight is answered; then both books say the same."""
    [(captured, refunded, taken, given)] = _books(house, order)
    require(refunded <= captured <= TOTAL, f"{refunded} of {captured} refunded")
    require((captured, refunded) == (taken, given), f"{captured} {refunded}, but {taken} {given}")
