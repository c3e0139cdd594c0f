"""Parcels of the sandbox carrier, walked by the worker until they rest."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.infrastructure.database.invariants import violations
from marketplace.infrastructure.shipping.sandbox import WALKED, Parcel, next_step
from tests.api import Shop
from tests.integration.parcels import placed, read, shipped
from tests.processes import CLI, ROOT, wait_until

RESTING = {"delivered", "returned"}


@pytest.fixture
def worker(server_environment: dict[str, str], tmp_path: Path) -> Iterator[None]:
    """One that walks a step in a fraction of a second."""
    pace = {
        "MARKETPLACE__SHIPPING__SANDBOX_PACE": "0.2",
        "MARKETPLACE__WORKER__POLL_INTERVAL": "0.1",
    }
    with (tmp_path / "worker.log").open("wb") as output:
        process = subprocess.Popen(
            [*CLI, "worker"],
            cwd=ROOT,
            env=server_environment | pace,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        yield
        process.terminate()
        process.wait(timeout=15)


def way_of(number: str) -> list[str]:
    parcel, way = Parcel(number, ShipmentStatus.CREATED), []
    while parcel.status in WALKED:
        way.append(str(next_step(parcel)))
        parcel = Parcel(number, ShipmentStatus(way[-1]))
    return way


def a_number(*, fails: bool) -> str:
    return next(
        number for number in map(str, range(1000)) if (way_of(number)[-1] == "returned") is fails
    )


@pytest.mark.usefixtures("worker")
def test_parcels_are_walked_to_the_door_or_back(
    shop: Shop, server_environment: dict[str, str]
) -> None:
    [offer] = shop.offers(shop.publish("walked", on_hand=3))
    order = placed(shop.customer, (offer, 3))
    numbers = [None, a_number(fails=False), a_number(fails=True)]
    parcels = [
        shipped(shop.seller, order, 1, carrier="sandbox", trackingNumber=number)
        for number in numbers
    ]
    by_hand = placed(shop.customer, (shop.offers(shop.publish("by hand"))[0], 1))
    other = shipped(shop.seller, by_hand, carrier="DHL", trackingNumber="0034")

    def shown(parcel: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = shop.customer.result("GET", f"/shipments/{parcel['id']}")
        return found

    wait_until(
        lambda: {shown(parcel)["status"] for parcel in parcels} <= RESTING,
        timeout=40,
        what="the last parcel",
    )

    ways = [[event["status"] for event in shown(parcel)["events"]] for parcel in parcels]
    assert ways == [way_of(parcel["trackingNumber"]) for parcel in parcels]
    assert ways[1][-1] == "delivered"
    assert ways[2][-2:] == ["failed", "returned"]
    assert read(shop.customer, order)["fulfilmentStatus"] == "delivered"
    line = read(shop.customer, order)["sellerOrders"][0]["lines"][0]
    back = sum(way[-1] == "returned" for way in ways)
    assert (line["delivered"], line["returned"]) == (3 - back, back)
    assert shop.seller.result("GET", f"/offers/{offer}")["onHand"] == back
    assert shown(other) == other
    engine = create_engine(server_environment["MARKETPLACE__DATABASE__URL"])
    with engine.connect() as connection:
        assert violations(connection, settled=False) == []
    engine.dispose()
