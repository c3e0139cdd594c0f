"""Who ships, cancels and reports at one moment, each on a connection of its own."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from flask import Flask

from tests.api import Api, Shop
from tests.integration.database.threads import together
from tests.integration.parcels import placed, read, report, ship, shipped, stock, tell

pytestmark = pytest.mark.usefixtures("adds_up")


def at_once(app: Flask, *works: Callable[[httpx.Client], httpx.Response]) -> list[int]:
    """The statuses of requests that are sent at one moment."""

    def send(index: int) -> int:
        with httpx.Client(
            transport=httpx.WSGITransport(app=app), base_url="http://localhost"
        ) as http:
            return works[index](http).status_code

    return together(send, len(works))


def by(api: Api, http: httpx.Client) -> Api:
    return replace(api, http=http)


@pytest.mark.parametrize("attempt", range(5))
def test_two_shipments_of_the_last_units(app: Flask, shop: Shop, attempt: int) -> None:
    [offer] = shop.offers(shop.publish("last", on_hand=3))
    order = placed(shop.customer, (offer, 3))

    statuses = at_once(
        app, *[lambda http: ship(by(shop.seller, http), order, 2, carrier="DHL")] * 2
    )

    assert sorted(statuses) == [201, 409]
    assert stock(shop, offer) == (1, 0)
    assert len(read(shop.customer, order)["sellerOrders"][0]["shipments"]) == 1


@pytest.mark.parametrize("attempt", range(5))
def test_one_cancels_what_another_ships(app: Flask, shop: Shop, attempt: int) -> None:
    [offer] = shop.offers(shop.publish("both", on_hand=2))
    order = placed(shop.customer, (offer, 2))

    shipping, cancelling = at_once(
        app,
        lambda http: ship(by(shop.seller, http), order),
        lambda http: by(shop.customer, http).post(
            f"/orders/{order['id']}/cancel", {}, key=str(uuid.uuid4())
        ),
    )

    shown = read(shop.customer, order)
    if shipping == 201:
        assert cancelling == 409
        assert (shown["status"], shown["fulfilmentStatus"]) == ("placed", "fulfilled")
        assert stock(shop, offer) == (0, 0)
    else:
        assert (shipping, cancelling) == (409, 200)
        assert (shown["status"], shown["paymentStatus"]) == ("cancelled", "refunded")
        assert stock(shop, offer) == (2, 2)


def test_one_event_that_comes_many_times_at_once(app: Flask, shop: Shop) -> None:
    [offer] = shop.offers(shop.publish("many", on_hand=1))
    order = placed(shop.customer, (offer, 1))
    shipment = shipped(shop.seller, order)
    report(shop.seller, shipment, "failed", 1)

    reported = at_once(
        app,
        *[lambda http: report(by(shop.seller, http), shipment, "returned", 2, externalId="e")] * 3,
        *[
            lambda http: tell(
                http,
                shipment["trackingNumber"],
                "returned",
                event_id="e",
                occurred_at="2026-03-02T12:00:00Z",
            )
        ]
        * 2,
    )

    assert set(reported) <= {200, 201, 204}
    assert reported.count(201) <= 1
    assert stock(shop, offer) == (1, 1)
    assert len(shop.seller.result("GET", f"/shipments/{shipment['id']}")["events"]) == 2


def test_parcels_of_one_order_arrive_at_once(app: Flask, shop: Shop) -> None:
    offers = shop.offers(shop.publish("arrive", on_hand=2, variants=4))
    order = placed(shop.customer, *((offer, 1) for offer in offers))
    parcels = [
        shipped(shop.seller, order, *(int(each == number) for each in range(4)))
        for number in range(4)
    ]

    def delivered(parcel: dict[str, Any]) -> Callable[[httpx.Client], httpx.Response]:
        return lambda http: report(by(shop.seller, http), parcel, "delivered")

    statuses = at_once(app, *map(delivered, parcels))

    assert statuses == [201] * 4
    assert read(shop.customer, order)["fulfilmentStatus"] == "delivered"
