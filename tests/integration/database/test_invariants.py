"""The invariants about money notice what they are for: each is broken by hand, on orders that keep
all of them, and told of by its name."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from marketplace.domain.shipping.zones import Band, Basis, Zone
from marketplace.infrastructure.database.engine import DatabaseSettings, Engines, create_engines
from marketplace.infrastructure.database.invariants import Violation, violations
from tests.factories import a_seller, a_shipping_method, eur
from tests.fakes import FakeClock
from tests.integration.database.till import Till

EVENTS = "every event was delivered"
FLAT = Zone(countries=("AT",), price=eur(990))
TABLE = Zone(
    basis=Basis.WEIGHT,
    bands=(Band(start=0, end=10, price=eur(1)), Band(start=10, price=eur(2))),
)
# What is done to the stored rows, and the invariant that has to tell of it.
BROKEN = {
    "UPDATE payments SET captured_amount = captured_amount - 1 WHERE refunded_amount = 1500": (
        "a payment is the sum of its ledger"
    ),
    "UPDATE payments SET amount = amount + 1": "a payment is the sum of its ledger",
    "UPDATE payments SET unanswered_since = created_at": "a payment knows since when it waits",
    "UPDATE payments SET status = 'failed' WHERE status = 'captured'": (
        "an order says how its payment is"
    ),
    "UPDATE orders SET payment_status = 'paid' WHERE payment_status = 'partiallyRefunded'": (
        "an order says how its payment is"
    ),
    "DELETE FROM payments": "an order says how its payment is",
    "UPDATE orders SET status = 'cancelled'": "an order is cancelled with its last seller order",
    "UPDATE seller_orders SET status = 'placed' WHERE status = 'cancelled'": (
        "a seller order is cancelled with its last unit"
    ),
    "UPDATE seller_orders SET refunded_amount = refunded_amount - 1 WHERE refunded_amount > 0": (
        "a seller order has its shares of the ledger"
    ),
    "UPDATE order_lines SET refunded = refunded - 1 WHERE refunded > 0": (
        "a line has the units that were refunded"
    ),
    "UPDATE payment_events SET shares = '{}' WHERE amount > 0": "an entry is the sum of its shares",
    "UPDATE payment_events SET position = 99 WHERE kind = 'charge'": (
        "the entries of a ledger are numbered without a gap"
    ),
    "DELETE FROM payment_events WHERE kind = 'refund' AND stage = 'success'": (
        "a payment knows since when it waits"
    ),
    "UPDATE payment_events SET amount = 3 * amount WHERE kind = 'refund'": (
        "captured at most what is held, refunded or being so at most what is captured"
    ),
    "UPDATE payment_events SET amount = 1 WHERE kind = 'authorization' AND stage = 'success'": (
        "captured at most what is held, refunded or being so at most what is captured"
    ),
    "UPDATE sandbox_charges SET captured_amount = 0, refunded_amount = 0": (
        "no ledger tells of money that the provider did not move"
    ),
    "UPDATE shipping_methods SET zones = jsonb_set(zones, '{1,bands,0,end}', '11')": (
        "no value is in two bands of a zone"
    ),
    "UPDATE shipping_methods SET zones = jsonb_set(zones, '{1,bands,0,end}', 'null')": (
        "no value is in two bands of a zone"
    ),
    "UPDATE shipping_methods SET zones = jsonb_set(zones, '{1,bands}', '[]')": (
        "a zone has either a price or bands"
    ),
    "UPDATE shipping_methods SET zones = jsonb_set(zones, '{0,basis}', '\"weight\"')": (
        "a zone has either a price or bands"
    ),
    "UPDATE shipping_methods SET price_currency = 'USD'": (
        "a zone is priced in the currency of its method"
    ),
}
AT_REST = {
    "UPDATE sandbox_charges SET refunded_amount = 1 WHERE refunded_amount = 1500": (
        "the provider moved what the ledgers tell"
    ),
    "UPDATE sandbox_charges SET captured_amount = 1 WHERE status = 'voided'": (
        "the provider moved what the ledgers tell"
    ),
    "UPDATE payments SET unanswered_since = created_at": "every payment has its answers",
}


@pytest.fixture(scope="module")
def stored(module_database_url: str) -> Iterator[Engines]:
    """Orders that are refunded in part, authorised only, and cancelled."""
    engines = create_engines(DatabaseSettings(url=module_database_url))
    till = Till.on(engines, FakeClock())
    with till.new_uow() as uow:
        seller = a_seller()
        uow.sellers.add(seller)
        uow.shipping_methods.add(a_shipping_method(seller, zones=(FLAT, TABLE)))
        uow.commit()
    order, payment = till.find(till.place())
    till.cancel(order.id, {next(order.lines).id: 1})
    till.refund(payment, 500)
    till.place(capture=False)
    till.cancel(till.place(capture=False))
    till.cancel(till.place())
    yield engines
    engines.dispose()


@pytest.fixture
def connection(stored: Engines) -> Iterator[Connection]:
    """What is done to it is undone; triggers and foreign keys look away."""
    with stored.write.connect() as opened:
        opened.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield opened
        opened.rollback()


def found(connection: Connection, *, settled: bool) -> list[Violation]:
    return [each for each in violations(connection, settled=settled) if each.invariant != EVENTS]


def test_they_hold(connection: Connection) -> None:
    assert found(connection, settled=True) == []


@pytest.mark.parametrize(("breaking", "expected"), BROKEN.items())
def test_what_is_broken_is_told(connection: Connection, breaking: str, expected: str) -> None:
    assert connection.exec_driver_sql(breaking).rowcount > 0

    assert expected in {each.invariant for each in found(connection, settled=False)}


@pytest.mark.parametrize(("breaking", "expected"), AT_REST.items())
def test_what_may_be_for_a_moment_is_told_at_rest(
    connection: Connection, breaking: str, expected: str
) -> None:
    assert connection.exec_driver_sql(breaking).rowcount > 0

    broken = [each for each in found(connection, settled=True) if each.invariant == expected]
    assert broken
    assert all(each.settled for each in broken)
