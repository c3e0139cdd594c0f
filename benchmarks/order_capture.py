"""What the placing of an order sends to PostgreSQL, so that it can be sent again with other ids."""

import pickle
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import psycopg2
from psycopg2.extensions import ISQLQuote, cursor
from sqlalchemy import event
from sqlalchemy.pool import Pool

PATH: Final = "/api/v1/orders"
HEX: Final = 12
"""How many digits at the end of each id tell one order from the other."""

_ID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=sbx_)[0-9a-f]{32}"
    r"|(?<=evt_)[0-9a-f]{24}"
)
Pieces = tuple[str | int, ...]
"""Text, and which of the ids of an order come between."""


@dataclass(frozen=True)
class Statement:
    """`transaction` counts those of the request; None stands for itself."""

    sql: str
    parameters: Mapping[str, Any]
    transaction: int | None

    def texts(self) -> Iterator[str]:
        for value in self.parameters.values():
            for each in value if isinstance(value, list) else (value,):
                if isinstance(each, (str, UUID, bytes)):
                    yield _text(each)


@dataclass(frozen=True)
class Slot:
    """Where an id of the order stands: in which parameter and, of a list, at which place."""

    parameter: str
    place: int | None
    pieces: Pieces
    kind: type


@dataclass(frozen=True)
class Template:
    """A request whose ids are open. `ids` is how each looks."""

    ids: Sequence[str]
    statements: Sequence[tuple[Statement, Sequence[Slot]]]
    answer: Pieces

    def literal(self, dsn: str, prefix: str, variable: str) -> str:
        """A script for pgbench. Each id begins with the prefix and the number that it has within
        the order, and ends with the `HEX` digits of the variable."""
        lines: list[str] = []
        before: int | None = None
        values = [
            _numbered(shape, number, prefix, variable) for number, shape in enumerate(self.ids)
        ]
        connection = psycopg2.connect(dsn)
        with connection, connection.cursor() as open_cursor:
            for statement, _ in self.statements:
                if before not in (None, statement.transaction):
                    lines.append("COMMIT")
                if statement.transaction not in (None, before):
                    lines.append("BEGIN")
                before = statement.transaction
                text = open_cursor.mogrify(statement.sql, statement.parameters).decode()
                for shape, value in zip(self.ids, values, strict=True):
                    # Binary values are written as their digits.
                    text = text.replace(shape, value)
                lines.append(" ".join(text.split()))
        connection.close()
        return ";\n".join([*lines, *(["COMMIT"] if before is not None else [])]) + ";\n"


class _Recording(cursor):
    """Tells what it is made to run."""

    seen: list[Statement] | None = None
    begun = 0

    def execute(self, query: Any, parameters: Any = None) -> None:
        if _Recording.seen is not None:
            connection = self.connection
            if not connection.autocommit and not connection.info.transaction_status:
                _Recording.begun += 1
            number = None if connection.autocommit else _Recording.begun
            kept = {name: _plain(value) for name, value in dict(parameters or {}).items()}
            sql = query.decode() if isinstance(query, bytes) else query
            _Recording.seen.append(Statement(sql, kept, number))
        super().execute(query, parameters)


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    _Recording.seen, _Recording.begun = [], 0
    try:
        yield _Recording.seen
    finally:
        _Recording.seen = None


def _record(connection: Any, _: object) -> None:
    connection.cursor_factory = _Recording


@contextmanager
def recording() -> Iterator[None]:
    """Connections that are made while the block runs can be recorded."""
    event.listen(Pool, "connect", _record)
    try:
        yield
    finally:
        event.remove(Pool, "connect", _record)


def templates(client: httpx.Client, token: str, bodies: Sequence[bytes]) -> list[Template]:
    """The requests with these bodies."""
    # The first also looks up what is remembered afterwards.
    _order(client, token, bodies[0])
    return [_template(_order(client, token, body), _order(client, token, body)) for body in bodies]


def dump(by_body: Mapping[bytes, Template]) -> bytes:
    return pickle.dumps(by_body)


def _order(client: httpx.Client, token: str, body: bytes) -> tuple[list[Statement], str]:
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": str(uuid4()),
        "Content-Type": "application/json",
    }
    with recorded() as statements:
        answer = client.post(PATH, content=body, headers=headers).raise_for_status()
    return statements, answer.text


def _template(one: tuple[list[Statement], str], other: tuple[list[Statement], str]) -> Template:
    """What differs between two requests of the same body is what each request makes anew."""
    (statements, answer), (others, _) = one, other
    ours, theirs = _ids(statements), _ids(others)
    if len(ours) != len(theirs):
        raise RuntimeError("The same request did not do the same.")
    ids = list(dict.fromkeys(a for a, b in zip(ours, theirs, strict=True) if a != b))
    return Template(
        ids=ids,
        statements=[(each, list(_slots(each, ids))) for each in statements],
        answer=_pieces(answer, ids),
    )


def _ids(statements: Sequence[Statement]) -> list[str]:
    return [found for each in statements for text in each.texts() for found in _ID.findall(text)]


def _slots(statement: Statement, ids: Sequence[str]) -> Iterator[Slot]:
    for name, value in statement.parameters.items():
        values = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, each in values:
            if isinstance(each, (str, UUID, bytes)):
                pieces = _pieces(_text(each), ids)
                if any(isinstance(piece, int) for piece in pieces):
                    yield Slot(name, place, pieces, type(each))


def _pieces(text: str, ids: Sequence[str]) -> Pieces:
    pieces: list[str | int] = []
    end = 0
    for match in _ID.finditer(text):
        if match[0] in ids:
            pieces += [text[end : match.start()], ids.index(match[0])]
            end = match.end()
    return (*pieces, text[end:])


def _numbered(shape: str, number: int, prefix: str, variable: str) -> str:
    if "-" in shape:
        return f"{prefix[:8]}-{prefix[8:12]}-7{number:03x}-8000-{variable}"
    return f"{prefix[:12]}{number:0{len(shape) - 12 - HEX}x}{variable}"


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _plain(value: Any) -> Any:
    """What the driver was given, without the driver's wrapping."""
    if isinstance(value, ISQLQuote) or hasattr(value, "adapted"):
        value = value.adapted
    if isinstance(value, memoryview):
        return bytes(value)
    return list(value) if isinstance(value, (list, tuple)) else value
