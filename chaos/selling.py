"""Stock and versions under many hands."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

import httpx

from chaos.clients import Line, Send, at_once, codes, counted
from chaos.house import House
from chaos.promises import Run, require
from tests.api import ADDRESS, Api

UNITS = 7


def ordering(buyer: Api, *lines: Line) -> Send:
    def send(http: httpx.Client) -> httpx.Response:
        return replace(buyer, http=http).order(*lines)

    return send


def _buyers(house: House, number: int) -> Sequence[Api]:
    both = house.shop.customer, house.shop.other_customer
    return [both[index % 2] for index in range(number)]


def no_oversell(house: House, run: Run) -> str:
    [offer] = house.offers(on_hand=UNITS)
    answers = at_once(house.base, [ordering(buyer, (offer, 1)) for buyer in _buyers(house, 200)])
    figure = counted(answers)
    require(figure == f"{UNITS} x 201, {200 - UNITS} x 409", figure)
    require(codes(answers, 409) == {"out_of_stock"}, codes(answers, 409))
    require(house.available(offer) == 0, "units are left")
    require(len(house.orders_of([offer])) == UNITS, house.orders_of([offer]))
    return figure


def one_offer_on_two_lines(house: House, run: Run) -> str:
    """Of five units each buyer wants two, one on each line."""
    [offer] = house.offers(on_hand=5)
    sends = [ordering(buyer, (offer, 1), (offer, 1)) for buyer in _buyers(house, 20)]
    figure = counted(at_once(house.base, sends))
    require(figure == "2 x 201, 18 x 409", figure)
    require(house.available(offer) == 1, f"{house.available(offer)} units are left")
    return figure


def crossing_baskets(house: House, run: Run) -> str:
    """Baskets of the same offers, each in an order of its own."""
    offers = house.offers(on_hand=100_000, variants=6)
    before = house.deadlocks()
    rounds, clients, most = run.of(20, short=1), 50, len(offers)
    answers: list[httpx.Response] = []
    for _ in range(rounds):
        baskets = [run.random.sample(offers, run.random.randint(2, most)) for _ in range(clients)]
        answers += at_once(
            house.base,
            [
                ordering(buyer, *((offer, 1) for offer in basket))
                for buyer, basket in zip(_buyers(house, clients), baskets, strict=True)
            ],
        )
    deadlocks = house.deadlocks() - before
    figure = f"{counted(answers)}, {deadlocks} deadlocks"
    require(figure == f"{rounds * clients} x 201, 0 deadlocks", figure)
    return figure


def one_order_per_cart(house: House, run: Run) -> str:
    """A cart checked out by several at once, each with a key of its own."""
    offers = house.offers(on_hand=100, variants=3)
    buyer = house.shop.customer
    for offer in offers:
        buyer.result("PUT", f"/cart/items/{offer}", {"quantity": 2})
    body = {
        "shippingAddress": ADDRESS,
        "payment": {"method": "sandbox", "token": "tok_ok"},
        "expectedTotal": buyer.result("GET", "/cart")["total"],
    }

    def send(http: httpx.Client) -> httpx.Response:
        return replace(buyer, http=http).post("/checkout", body, key=str(uuid.uuid4()))

    answers = at_once(house.base, [send] * 20)
    figure = counted(answers)
    require(figure == "1 x 201, 19 x 409", f"{figure} {codes(answers, 409)}")
    require(codes(answers, 409) <= {"cart_empty", "checkout_in_progress"}, codes(answers, 409))
    require([house.available(offer) for offer in offers] == [98] * 3, "more was reserved")
    require(buyer.result("GET", "/cart")["items"] == [], "the cart is not empty")
    return figure


def no_lost_update(house: House, run: Run) -> str:
    """Edits of one version of an offer: the first counts, the others are told."""
    [offer] = house.offers(on_hand=1)
    path = f"/offers/{offer}"
    seen = house.shop.seller.get(path).headers["ETag"]

    def editing(threshold: int) -> Send:
        def send(http: httpx.Client) -> httpx.Response:
            seller = replace(house.shop.seller, http=http)
            body = {"lowStockThreshold": threshold}
            return seller.request("PATCH", path, json=body, if_match=seen)

        return send

    answers = at_once(house.base, [editing(number + 1) for number in range(20)])
    figure = counted(answers)
    require(figure == "1 x 200, 19 x 412", figure)
    [kept] = [answer.json()["result"] for answer in answers if answer.status_code == 200]
    require(house.shop.seller.result("GET", path) == kept, "another edit is shown")
    return figure


def one_effect_per_key(house: House, run: Run) -> str:
    """At once, in sequence, with another body."""
    [offer] = house.offers(on_hand=100)
    buyer, key = house.shop.customer, str(uuid.uuid4())

    def send(http: httpx.Client) -> httpx.Response:
        return replace(buyer, http=http).order((offer, 1), key=key)

    answers = at_once(house.base, [send] * 50)
    require({each.status_code for each in answers} <= {201, 409}, counted(answers))
    require(codes(answers, 409) <= {"idempotency_in_flight"}, codes(answers, 409))
    require(
        all("Retry-After" in each.headers for each in answers if each.status_code == 409),
        "a 409 without Retry-After",
    )
    repeats = [buyer.order((offer, 1), key=key) for _ in range(10)]
    placed = {each.content for each in (*answers, *repeats) if each.status_code == 201}
    require(len(placed) == 1, f"{len(placed)} answers to one key")
    require(counted(repeats) == "10 x 201", counted(repeats))
    other = buyer.order((offer, 2), key=key)
    require((other.status_code, other.json()["code"]) == (422, "idempotency_mismatch"), other.text)
    orders = house.orders_of([offer])
    charges = house.charges_of(list(orders))
    require((len(orders), charges) == (1, 1), f"{len(orders)} orders, {charges} charges")
    return f"{counted(answers)} at once, {counted(repeats)} later, 422 for another body, 1 charge"
