"""Flask, psycopg2 and orjson, with the statements and the answers of the application.

There is no validation, log, metric, error handling or header here: what an endpoint costs at least.
"""

import os
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
import psycopg2
import psycopg2.extras
from flask import Flask, Response, request

app = Flask("bare", static_folder=None)
# The statements and their constant parameters, as the application sends them.
_KNOWN: dict[str, Any] = orjson.loads(Path(os.environ["BENCH_STATEMENTS"]).read_bytes())
_SQL: dict[str, dict[str, Any]] = _KNOWN["statements"]
_LISTS: dict[str, str] = _KNOWN["lists"]
_LIMIT = 50
_here = threading.local()


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    if not hasattr(_here, "cursor"):
        connection = psycopg2.connect(os.environ["BENCH_DSN"], options="-c timezone=UTC")
        connection.autocommit = True
        psycopg2.extras.register_default_jsonb(connection, loads=orjson.loads)
        _here.cursor = connection.cursor()
    known = _SQL[statement]
    _here.cursor.execute(known["sql"], {**known["parameters"], **parameters})
    found: list[tuple[Any, ...]] = _here.cursor.fetchall()
    return found


def _cursor(row: tuple[Any, ...], backwards: bool) -> str:
    name = _LISTS[request.args["category"]]
    document = orjson.dumps([name, "newest", backwards, *row[-2:]])
    return urlsafe_b64encode(document).rstrip(b"=").decode()


def _answer(document: object) -> Response:
    body = orjson.dumps(document, option=orjson.OPT_UTC_Z)
    return Response(body, content_type="application/json")


@app.get("/api/v1/products")
def page() -> Response:
    parameters: dict[str, Any] = {"category": f"category:{request.args['category']}"}
    statement = "page"
    if cursor := request.args.get("cursor"):
        statement = "next page"
        padded = cursor + "=" * (-len(cursor) % 4)
        *_, parameters["seek_0"], parameters["seek_1"] = orjson.loads(urlsafe_b64decode(padded))
    rows = _rows(statement, parameters)
    more = len(rows) > _LIMIT
    del rows[_LIMIT:]
    items = [
        {
            "id": row[0],
            "slug": row[1],
            "name": row[2],
            "category": {"id": row[7], "name": row[8], "slug": row[9], "path": row[10]},
            "image": row[6],
            "priceFrom": {"amount": row[11], "currency": row[12]},
            "offerCount": row[13],
            "inStock": row[14],
            "rating": None,
            "status": row[3],
            "version": row[4],
            "createdAt": row[5],
        }
        for row in rows
    ]
    following = _cursor(rows[-1], False) if more else None
    previous = _cursor(rows[0], True) if cursor else None
    return _answer(
        {"result": items, "page": {"next": following, "previous": previous, "limit": _LIMIT}}
    )


@app.get("/api/v1/products/<slug>")
def product(slug: str) -> Response:
    rows = _rows("product", {"wanted_key": slug})
    first = rows[0]
    variants = []
    for _, group in groupby(rows, key=lambda row: row[18]):
        of_variant = list(group)
        variants.append(
            {
                "id": of_variant[0][18],
                "options": of_variant[0][19],
                "barcode": of_variant[0][20],
                "weight": of_variant[0][33],
                "offers": [_offer(row) for row in of_variant],
            }
        )
    best = min(rows, key=lambda row: (row[32] <= 0, row[23]))
    return _answer(
        {
            "result": {
                "id": first[0],
                "slug": first[1],
                "name": first[2],
                "category": {
                    "id": first[14],
                    "name": first[15],
                    "slug": first[16],
                    "path": first[17],
                },
                "image": first[6],
                "priceFrom": {"amount": best[23], "currency": best[24]},
                "offerCount": len(rows),
                "inStock": best[32] > 0,
                "rating": None,
                "status": first[3],
                "version": first[4],
                "createdAt": first[5],
                "sellerId": first[7],
                "description": first[9],
                "reason": None,
                "pendingChanges": None,
                "attributes": first[10],
                "tags": first[11],
                "variants": variants,
                "media": first[13] or [],
            }
        }
    )


def _offer(row: tuple[Any, ...]) -> dict[str, Any]:
    before = None if row[25] is None else {"amount": row[25], "currency": row[26]}
    return {
        "id": row[21],
        "seller": {"id": row[28], "name": row[29], "slug": row[30]},
        "sku": row[22],
        "price": {"amount": row[23], "currency": row[24]},
        "compareAtPrice": before,
        "condition": row[27],
        "available": row[32],
    }
