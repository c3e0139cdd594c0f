"""WSGI and psycopg2 with the statements of the application for an order, and with its answer.

There is no validation, log, metric, error handling, token or domain here: each request takes the
statements that the application was seen to send for the same offers, and gives them other ids.
"""

import os
import pickle
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import psycopg2
import psycopg2.extras

from benchmarks.order_capture import Slot, Statement, Template

psycopg2.extras.register_uuid()  # type: ignore[no-untyped-call]
_TEMPLATES: dict[bytes, Template] = pickle.loads(  # noqa: S301  written by the benchmark
    Path(os.environ["BENCH_STATEMENTS"]).read_bytes()
)
_BY_OFFERS = {
    tuple(item["offerId"] for item in orjson.loads(body)["items"]): template
    for body, template in _TEMPLATES.items()
}
_here = threading.local()


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] == "GET":
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]
    body = orjson.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    template = _BY_OFFERS[tuple(item["offerId"] for item in body["items"])]
    ids = [_id_like(shape) for shape in template.ids]
    _run(template, ids)
    answer = _join(template.answer, ids).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))]
    start_response("201 Created", headers)
    return [answer]


def _run(template: Template, ids: Sequence[str]) -> None:
    cursor = _cursor()
    before: int | None = None
    for statement, slots in template.statements:
        if before not in (None, statement.transaction):
            cursor.execute("COMMIT")
        if statement.transaction not in (None, before):
            cursor.execute("BEGIN")
        before = statement.transaction
        cursor.execute(statement.sql, _filled(statement, slots, ids))
        if cursor.description:
            cursor.fetchall()


def _filled(statement: Statement, slots: Sequence[Slot], ids: Sequence[str]) -> dict[str, Any]:
    values = dict(statement.parameters)
    for slot in slots:
        text = _join(slot.pieces, ids)
        value = UUID(text) if slot.kind is UUID else text
        if slot.place is None:
            values[slot.parameter] = text.encode() if slot.kind is bytes else value
        else:
            if values[slot.parameter] is statement.parameters[slot.parameter]:
                values[slot.parameter] = list(values[slot.parameter])
            values[slot.parameter][slot.place] = value
    return values


def _join(pieces: Sequence[str | int], ids: Sequence[str]) -> str:
    return "".join([ids[piece] if isinstance(piece, int) else piece for piece in pieces])


def _id_like(shape: str) -> str:
    made = uuid4()
    return str(made) if "-" in shape else made.hex[: len(shape)]


def _cursor() -> Any:
    if not hasattr(_here, "cursor"):
        connection = psycopg2.connect(os.environ["BENCH_DSN"], options="-c timezone=UTC")
        connection.autocommit = True
        psycopg2.extras.register_default_jsonb(connection, loads=orjson.loads)
        _here.cursor = connection.cursor()
    return _here.cursor
