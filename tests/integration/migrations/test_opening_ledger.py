"""Payments of an earlier release get ledgers that come to the same, and orders their timelines."""

from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from marketplace.infrastructure.database.invariants import violations
from tests.factories import new_id
from tests.integration.migrations.test_opening_journal import (
    add_offer,
    add_order,
    insert,
    migrate,
)
from tests.integration.migrations.test_opening_journal import connection as connection
from tests.processes import ROOT

OFFER = new_id()
STATES = ("captured", "authorized", "voided", "failed", "pending")
ORDERS: dict[str, UUID] = {state: new_id() for state in STATES}
# What the ledger tells of a payment of 200.
ASKED = ("authorization", "request", 200)
LEDGERS = {
    "captured": [ASKED, ("authorization", "success", 200), ("charge", "success", 200)],
    "authorized": [ASKED, ("authorization", "success", 200)],
    "voided": [ASKED, ("void", "success", 0)],
    "failed": [ASKED, ("authorization", "failure", 200)],
    "pending": [ASKED],
}
LEDGER = text(
    "SELECT payments.order_id, position, payment_events.kind, stage, payment_events.amount"
    " FROM payment_events JOIN payments ON payments.id = payment_id ORDER BY order_id, position"
)
TIMELINE = text("SELECT order_id, position, kind, by, amount FROM order_events")
PARTS = text("SELECT order_id, captured_amount, refunded_amount FROM seller_orders")


def ledgers(connection: Connection) -> dict[UUID, list[tuple[str, str, int]]]:
    found: dict[UUID, list[tuple[str, str, int]]] = {}
    for order_id, position, *entry in connection.execute(LEDGER):
        found.setdefault(order_id, []).append(tuple(entry))
        assert len(found[order_id]) == position
    return found


@pytest.mark.parametrize("again", [False, True], ids=["up", "up, down and up"])
def test_it_comes_to_the_same(connection: Connection, again: bool) -> None:
    migrate(connection, "0001")
    connection.execute(text("SET session_replication_role = replica"))
    add_offer(connection, OFFER, 20, 6)
    for day, (state, order) in enumerate(ORDERS.items(), 1):
        add_order(connection, order, state, day, {OFFER: 2})
    connection.execute(text("SET session_replication_role = origin"))
    connection.commit()
    migrate(connection, "head")
    if again:
        config = Config(ROOT / "migrations" / "alembic.ini")
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")
        migrate(connection, "head")

    assert violations(connection, settled=False) == []
    assert ledgers(connection) == {ORDERS[state]: entries for state, entries in LEDGERS.items()}
    timelines = {order: tuple(entry) for order, *entry in connection.execute(TIMELINE)}
    assert timelines == {
        ORDERS[state]: (1, "placed", "buyer", 200) for state in ("captured", "authorized")
    }
    parts = {order: tuple(amounts) for order, *amounts in connection.execute(PARTS)}
    assert parts == {
        order: (200 if state == "captured" else 0, 0) for state, order in ORDERS.items()
    }


def test_what_the_sandbox_holds_is_known(connection: Connection) -> None:
    migrate(connection, "0011")
    for key, status in (("one", "captured"), ("two", "authorized"), ("three", "voided")):
        insert(
            connection,
            "sandbox_charges",
            key=key,
            status=status,
            reference=key,
            amount=200,
            currency="EUR",
            created_at="2026-01-01 00:00Z",
            updated_at="2026-01-01 00:00Z",
        )
    connection.commit()

    migrate(connection, "head")

    found = connection.execute(
        text("SELECT key, capture, captured_amount, refunded_amount FROM sandbox_charges")
    )
    assert sorted(map(tuple, found)) == [
        ("one", True, 200, 0),
        ("three", False, 0, 0),
        ("two", False, 0, 0),
    ]
