"""Junk is a 4xx that names what is at fault, and leaves nothing behind."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from tests.api import ADDRESS, BASE, Shop

UNTOUCHED = [
    "orders",
    "seller_orders",
    "order_lines",
    "payments",
    "sandbox_charges",
    "idempotency_keys",
    "outbox",
    "stock_items",
    "stock_movements",
    "products",
    "variants",
    "offers",
    "users",
]
JSON = "application/json"


@pytest.fixture
def database(module_database_url: str) -> Iterator[Connection]:
    engine = create_engine(module_database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def contents(database: Connection) -> dict[str, Any]:
    """Every row of what an order touches, as a hash."""
    return {
        table: database.execute(
            text(f"SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} AS row")  # noqa: S608
        ).scalar_one()
        for table in UNTOUCHED
    }


def order(offer: str, **changes: Any) -> dict[str, Any]:
    return {
        "items": [{"offerId": offer, "quantity": 1}],
        "shippingAddress": ADDRESS,
        "payment": {"method": "sandbox", "token": "tok_ok"},
    } | changes


def spoilt(offer: str) -> dict[str, tuple[bytes, str, int, str | None]]:
    """Name -> body, its content type, the status, and the pointer if there is one."""
    good = json.dumps(order(offer)).encode()

    def changed(**changes: Any) -> bytes:
        return json.dumps(order(offer, **changes)).encode()

    def quantity(value: str) -> bytes:
        return good.replace(b'"quantity": 1', b'"quantity": ' + value.encode())

    def city(value: str) -> bytes:
        return changed(shippingAddress=ADDRESS | {"city": value})

    return {
        "unknown field": (changed(colour="red"), JSON, 422, "/colour"),
        "wrong type": (changed(items="all"), JSON, 422, "/items"),
        "NUL": (city("Ber\0lin"), JSON, 422, "/shippingAddress/city"),
        "lone surrogate": (city("\ud800"), JSON, 422, "/shippingAddress/city"),
        "25 digits": (quantity("1" * 25), JSON, 422, "/items/0/quantity"),
        "NaN": (quantity("NaN"), JSON, 400, None),
        "duplicate key": (quantity('1, "quantity": 2'), JSON, 400, None),
        "bad UUID": (
            changed(items=[{"offerId": "x", "quantity": 1}]),
            JSON,
            422,
            "/items/0/offerId",
        ),
        "unknown UUID": (
            changed(items=[{"offerId": str(uuid.UUID(int=1)), "quantity": 1}]),
            JSON,
            422,
            "/items/0/offerId",
        ),
        "text/plain": (good, "text/plain", 415, None),
        "cut off": (good[:-5], JSON, 400, None),
        "2 MB": (city("x" * 2_000_000), JSON, 413, None),
    }


@pytest.mark.parametrize("name", spoilt("x"))
def test_a_bad_body_is_named_and_writes_nothing(
    shop: Shop, database: Connection, name: str
) -> None:
    [offer] = shop.offers(shop.publish("junk"))
    body, content_type, status, pointer = spoilt(offer)[name]
    before = contents(database)

    answer = shop.customer.http.post(
        f"{BASE}/orders",
        content=body,
        headers={
            "Authorization": f"Bearer {shop.customer.token}",
            "Idempotency-Key": str(uuid.uuid4()),
            "Content-Type": content_type,
        },
    )

    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    pointers = [error.get("pointer") for error in answer.json().get("errors", ())]
    assert pointer is None or pointers == [pointer]
    assert contents(database) == before
    assert shop.customer.order((offer, 1)).status_code == 201
    assert contents(database) != before


@pytest.mark.parametrize(
    ("query", "status", "parameter"),
    [
        ("colour=red", 422, "colour"),
        ("limit=many", 422, "limit"),
        ("limit=" + "1" * 25, 422, "limit"),
        ("limit=0", 422, "limit"),
        ("seller=a%00b", 422, "seller"),
        ("cursor=x", 400, "cursor"),
        ("limit=1&limit=2", 422, "limit"),
    ],
)
def test_a_bad_query_is_named(shop: Shop, query: str, status: int, parameter: str) -> None:
    answer = shop.anonymous.get(f"/products?{query}")
    assert answer.status_code == status, answer.text
    problem = answer.json()
    named = [error["parameter"] for error in problem.get("errors", ())] or [problem["parameter"]]
    assert named == [parameter]


def test_a_bad_id_in_the_path_is_named(shop: Shop) -> None:
    answer = shop.customer.get("/orders/nobody")
    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.json()["errors"]] == ["order"]
