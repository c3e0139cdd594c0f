"""Who buys what, and the statements behind it."""

import importlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from benchmarks.databases import Database, vacuum
from benchmarks.order_capture import Template, recording, templates
from marketplace.config import Database as DatabaseSettings
from marketplace.config import Environment, Logging, Security, Settings
from marketplace.infrastructure.application import lifecycle
from marketplace.main import create_app
from tests.processes import SECRET

LIFETIME: Final = 12 * 3600
"""Of the access token, in seconds."""

_BODIES: Final = 100
_LINES: Final = 2
_MANY_LINES: Final = 20
_ACCOUNT: Final = {"email": "bench@example.com", "password": "bench long password", "name": "Bench"}
_ADDRESS: Final = {
    "name": "Bench",
    "line1": "Street 1",
    "city": "Berlin",
    "postalCode": "10117",
    "country": "DE",
}
# One offer of each product, of which there is enough for all orders of a run.
_STOCKED = """
    WITH chosen AS (
        SELECT DISTINCT ON (product_id) offers.id
        FROM offers JOIN products ON products.id = offers.product_id
        WHERE products.status = 'published' AND offers.withdrawn_at IS NULL
        ORDER BY product_id, offers.id
    ), few AS (
        SELECT id FROM chosen ORDER BY md5(CAST(id AS text)) LIMIT %s
    ), stocked AS (
        UPDATE stock_items SET on_hand = on_hand + 100000000
        WHERE offer_id IN (SELECT id FROM few)
        RETURNING offer_id, on_hand, allocated
    )
    INSERT INTO stock_movements (
        id, offer_id, kind, quantity, on_hand, allocated, reason, occurred_at
    )
    SELECT gen_random_uuid(), offer_id, 'received', 100000000, on_hand, allocated, 'Bench', now()
    FROM stocked
    RETURNING offer_id
"""
_SHIPPING = """
    INSERT INTO shipping_methods (
        id, version, seller_id, name, price_amount, price_currency, countries, zones,
        handling_days, created_at, updated_at
    )
    SELECT gen_random_uuid(), 1, sellers.id, method.name, method.price, 'EUR', '{}', '[]', 0,
        now(), now()
    FROM sellers CROSS JOIN (VALUES ('Parcel', 490), ('Express', 1290)) AS method (name, price)
    RETURNING id
"""


@dataclass(frozen=True)
class Requests:
    """Of `many` products each body orders two others, `one` always the same two, and `crowd` one
    of one product; `plain` are the statements of the naive rung for that. `statements` are counted
    for an order of so many lines."""

    token: str
    many: dict[bytes, Template]
    one: dict[bytes, Template]
    crowd: dict[bytes, Template]
    plain: Template
    statements: dict[int, int]


def requests_for(database: Database) -> Requests:
    """Stock the shelves of a database, and see how orders are placed there."""
    offers = [offer for (offer,) in database.ask(_STOCKED, (_BODIES * _LINES,))]
    database.ask(_SHIPPING)
    vacuum(database)
    bodies = [_body(offers[at : at + _LINES]) for at in range(0, len(offers), _LINES)]
    with recording():
        app = create_app(
            Settings(
                environment=Environment.TEST,
                database=DatabaseSettings(url=database.url),
                security=Security(secret_key=SECRET, access_token_ttl=LIFETIME),
                logging=Logging(level="WARNING"),
            )
        )
        running = lifecycle.of(app)
        running.start()
        try:
            client = _client(app)
            token = _token(client)
            found = templates(client, token, bodies)
            wanted = _body(offers[:1])
            [single] = templates(client, token, [wanted])
            [larger] = templates(client, token, [_body(offers[:_MANY_LINES])])
        finally:
            running.stop()
        [plain] = templates(_client(_naive(database)), token, [wanted])
    many = dict(zip(bodies, found, strict=True))
    return Requests(
        token=token,
        many=many,
        one={bodies[0]: found[0]},
        crowd={wanted: single},
        plain=plain,
        statements={
            _LINES: len(found[0].statements),
            _MANY_LINES: len(larger.statements),
        },
    )


def _body(offers: Sequence[str]) -> bytes:
    return json.dumps(
        {
            "items": [{"offerId": str(offer), "quantity": 1} for offer in offers],
            "shippingAddress": _ADDRESS,
            "payment": {"method": "sandbox", "token": "tok_ok"},
        }
    ).encode()


def _client(app: Any) -> httpx.Client:
    return httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://localhost")


def _token(client: httpx.Client) -> str:
    client.post("/api/v1/auth/register", json=_ACCOUNT).raise_for_status()
    login = {"login": _ACCOUNT["email"], "password": _ACCOUNT["password"]}
    answer = client.post("/api/v1/auth/token", json=login).raise_for_status()
    return str(answer.json()["result"]["access"])


def _naive(database: Database) -> Any:
    """The naive rung in this process; it connects to what the environment names."""
    os.environ["BENCH_URL"] = database.url
    os.environ["MARKETPLACE__SECURITY__SECRET_KEY"] = SECRET
    return importlib.import_module("benchmarks.rungs.naive_orders").app
