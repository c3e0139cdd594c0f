"""Stock of an earlier release gets a journal that adds up to it."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, text

from marketplace.infrastructure.database.invariants import violations
from tests.databases import Server
from tests.factories import new_id
from tests.processes import ROOT

OFFERS = [new_id() for _ in range(3)]
FULL, SOLD, EMPTY = OFFERS
ORDERS = [new_id() for _ in range(4)]
OPEN, LARGE, DECLINED, UNSETTLED = ORDERS


@pytest.fixture
def connection(postgres: Server) -> Iterator[Connection]:
    with postgres.database() as url:
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as opened:
            yield opened


def migrate(connection: Connection, revision: str) -> None:
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def insert(connection: Connection, table: str, **values: object) -> None:
    columns = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({marks})"), values)  # noqa: S608


def add_offer(connection: Connection, offer: UUID, on_hand: int, allocated: int) -> None:
    insert(
        connection,
        "offers",
        id=offer,
        version=1,
        product_id=new_id(),
        variant_id=new_id(),
        seller_id=new_id(),
        sku=str(offer),
        price_amount=100,
        price_currency="EUR",
        condition="new",
        created_at="2026-01-01 00:00Z",
        updated_at="2026-01-01 00:00Z",
    )
    insert(connection, "stock_items", offer_id=offer, on_hand=on_hand, allocated=allocated)


def add_order(
    connection: Connection, order: UUID, payment: str, day: int, lines: dict[UUID, int]
) -> None:
    total, placed_at = 100 * sum(lines.values()), f"2026-02-{day:02} 00:00Z"
    is_over = payment in ("failed", "pending", "voided")
    insert(
        connection,
        "orders",
        id=order,
        version=1,
        number=str(order),
        customer_name="Ann",
        customer_email="ann@example.com",
        currency="EUR",
        shipping_address="{}",
        status="placed",
        payment_status="pending" if is_over else "paid" if payment == "captured" else payment,
        fulfilment_status="unfulfilled",
        prices_include_tax=True,
        subtotal=total,
        shipping_total=0,
        tax_total=0,
        discount_total=0,
        total=total,
        placed_at=placed_at,
        updated_at=placed_at,
        **{"abandoned_at" if is_over else "finalised_at": placed_at},
    )
    part = new_id()
    insert(
        connection,
        "seller_orders",
        id=part,
        order_id=order,
        seller_id=new_id(),
        position=1,
        status="placed",
        payment_status="paid",
        fulfilment_status="unfulfilled",
        shipping_name="Free",
        shipping_price=0,
        subtotal=total,
        total=total,
        placed_at=placed_at,
    )
    for position, (offer, quantity) in enumerate(lines.items(), 1):
        insert(
            connection,
            "order_lines",
            id=new_id(),
            seller_order_id=part,
            position=position,
            offer_id=offer,
            product_id=new_id(),
            variant_id=new_id(),
            sku="sku",
            name="name",
            slug="slug",
            options="{}",
            quantity=quantity,
            unit_price=100,
            total=100 * quantity,
            cancelled=0,
            shipped=0,
            refunded=0,
        )
    insert(
        connection,
        "payments",
        id=new_id(),
        version=1,
        order_id=order,
        provider="sandbox",
        currency="EUR",
        amount=total,
        captured_amount=total if payment == "captured" else 0,
        refunded_amount=0,
        status=payment,
        created_at=placed_at,
        updated_at=placed_at,
    )


def test_it_adds_up(connection: Connection) -> None:
    migrate(connection, "0001")
    # Sellers, products and variants are of no matter here.
    connection.execute(text("SET session_replication_role = replica"))
    add_offer(connection, FULL, 20, 6)
    add_offer(connection, SOLD, 3, 3)
    add_offer(connection, EMPTY, 0, 0)
    add_order(connection, LARGE, "captured", 2, {FULL: 1, SOLD: 3})
    add_order(connection, OPEN, "captured", 1, {FULL: 2})
    add_order(connection, DECLINED, "failed", 3, {FULL: 9})
    add_order(connection, UNSETTLED, "pending", 4, {FULL: 3})
    connection.execute(text("SET session_replication_role = origin"))
    connection.commit()

    migrate(connection, "head")

    assert violations(connection, settled=False) == []
    rows = connection.execute(
        text(
            "SELECT offer_id, kind, quantity, on_hand, allocated, order_id FROM stock_movements"
            " ORDER BY number"
        )
    )
    told: dict[UUID, list[tuple[object, ...]]] = {offer: [] for offer in OFFERS}
    for offer, *movement in rows:
        told[offer].append(tuple(movement))
    assert told == {
        FULL: [
            ("received", 20, 20, 0, None),
            ("allocated", 2, 20, 2, OPEN),
            ("allocated", 1, 20, 3, LARGE),
            ("allocated", 3, 20, 6, UNSETTLED),
        ],
        SOLD: [("received", 3, 3, 0, None), ("allocated", 3, 3, 3, LARGE)],
        EMPTY: [],
    }
    ids = connection.execute(text("SELECT id FROM stock_movements")).scalars()
    assert {each.version for each in ids} == {7}
