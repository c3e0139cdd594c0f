"""Orders: that placing them under load works. What they cost is measured here later."""

import json
from typing import Any

import httpx

from benchmarks import cpu
from benchmarks.databases import Database
from benchmarks.load import wrk
from benchmarks.parts import Effort
from benchmarks.servers import APPLICATION, settings_for, started

_ACCOUNT = {"email": "bench@example.com", "password": "bench long password", "name": "Bench"}
_ADDRESS = {
    "name": "Bench",
    "line1": "Street 1",
    "city": "Berlin",
    "postalCode": "10117",
    "country": "DE",
}
# Of which there is enough for all orders of a run.
_TWO_OFFERS = """
    WITH chosen AS (
        SELECT offers.id FROM offers JOIN products ON products.id = offers.product_id
        WHERE products.status = 'published' AND offers.withdrawn_at IS NULL
        ORDER BY offers.id LIMIT 2
    )
    UPDATE stock_items SET on_hand = 1000000
    WHERE offer_id IN (SELECT id FROM chosen)
    RETURNING offer_id
"""


def orders(database: Database, effort: Effort) -> dict[str, Any]:
    """Orders of two lines, on a copy of the catalogue."""
    with database.copied() as copy:
        settings = settings_for(copy.url, copy.dsn, None)
        with started(APPLICATION, settings, "/health/ready") as server:
            token = _token(server.base)
            offers = copy.ask(_TWO_OFFERS)
            body = {
                "items": [{"offerId": offer, "quantity": 1} for (offer,) in offers],
                "shippingAddress": _ADDRESS,
                "payment": {"method": "sandbox", "token": "tok_ok"},
            }
            extra = {"BENCH_TOKEN": token, "BENCH_BODY": json.dumps(body)}
            paths = ["/api/v1/orders"]
            wrk(server.base, paths, 1, extra=extra)
            meter = cpu.Meter(server.workers, copy.backends)
            load = wrk(server.base, paths, effort.seconds, extra=extra)
            spent = meter.read()
            return {
                "rate": load.requests / load.seconds,
                "worker": spent.worker / load.requests * 1000,
                "database": spent.database / load.requests * 1000,
                "p50": load.p50,
                "p99": load.p99,
            }


def _token(base: str) -> str:
    with httpx.Client(base_url=f"{base}/api/v1") as http:
        http.post("/auth/register", json=_ACCOUNT).raise_for_status()
        login = {"login": _ACCOUNT["email"], "password": _ACCOUNT["password"]}
        answer = http.post("/auth/token", json=login).raise_for_status()
        return str(answer.json()["result"]["access"])
