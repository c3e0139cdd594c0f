"""Shipping methods of an earlier release cost what they did, there and back."""

from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from marketplace.infrastructure.database.invariants import violations
from tests.factories import new_id
from tests.integration.migrations.test_opening_journal import add_offer, add_order, insert, migrate
from tests.integration.migrations.test_opening_journal import connection as connection
from tests.processes import ROOT

TIMES = {"created_at": "2026-01-01 00:00Z", "updated_at": "2026-01-01 00:00Z"}
ZONE = (
    '[{"countries": ["DE"], "regions": [], "postal_codes": [], "basis": null, "bands": [],'
    ' "price": {"amount": 990, "currency": "EUR"}}]'
)


def rows(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(statement))]


@pytest.fixture
def stored(connection: Connection) -> Connection:
    """A method, a variant and an order, as the release before knew them."""
    offer = new_id()
    migrate(connection, "0001")
    connection.execute(text("SET session_replication_role = replica"))
    add_offer(connection, offer, 5, 1)
    add_order(connection, new_id(), "captured", 1, {offer: 1})
    connection.commit()
    migrate(connection, "0013")
    insert(
        connection,
        "shipping_methods",
        id=new_id(),
        version=1,
        seller_id=new_id(),
        name="Parcel",
        price_amount=490,
        price_currency="EUR",
        countries=["DE"],
        **TIMES,
    )
    insert(connection, "variants", id=new_id(), product_id=new_id(), position=1, options="{}")
    connection.commit()
    return connection


def test_what_there_was_stays_so(stored: Connection) -> None:
    migrate(stored, "head")

    assert rows(stored, "SELECT price_amount, zones, handling_days FROM shipping_methods") == [
        (490, [], 0)
    ]
    assert rows(stored, "SELECT weight FROM variants") == [(None,)]
    assert rows(stored, "SELECT handling_days FROM seller_orders") == [(None,)]
    assert violations(stored, settled=False) == []


def test_there_and_back(stored: Connection) -> None:
    before = rows(stored, "SELECT * FROM shipping_methods")
    migrate(stored, "0014")
    stored.execute(
        text("UPDATE shipping_methods SET handling_days = 2, zones = CAST(:zones AS jsonb)"),
        {"zones": ZONE},
    )
    stored.execute(text("UPDATE variants SET weight = 10000000"))
    stored.execute(text("UPDATE seller_orders SET handling_days = 2"))
    stored.commit()
    assert violations(stored, settled=False) == []

    config = Config(ROOT / "migrations" / "alembic.ini")
    config.attributes["connection"] = stored
    command.downgrade(config, "0013")
    assert rows(stored, "SELECT * FROM shipping_methods") == before

    migrate(stored, "0014")
    assert rows(stored, "SELECT zones, handling_days FROM shipping_methods") == [([], 0)]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("shipping_methods SET zones = '{}'", "ck_shipping_methods_zones_listed"),
        ("shipping_methods SET handling_days = 91", "ck_shipping_methods_handling_days_range"),
        ("variants SET weight = -1", "ck_variants_weight_range"),
        ("variants SET weight = 10000001", "ck_variants_weight_range"),
        ("seller_orders SET handling_days = -1", "ck_seller_orders_handling_days_range"),
    ],
)
def test_what_is_none_is_refused(stored: Connection, change: str, constraint: str) -> None:
    migrate(stored, "0014")

    with pytest.raises(IntegrityError, match=constraint):
        stored.execute(text(f"UPDATE {change}"))
