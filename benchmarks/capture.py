"""The requests that are measured, and the statements that the application sends for them."""

from base64 import urlsafe_b64decode
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson
import psycopg2
from sqlalchemy import Engine, event

from benchmarks.databases import Database
from marketplace.config import Database as DatabaseSettings
from marketplace.config import Environment, Logging, Security, Settings
from marketplace.infrastructure.application import lifecycle
from marketplace.infrastructure.database.queries.paging import encode
from marketplace.main import create_app
from tests.processes import SECRET

PAGE = {"limit": 50, "inStock": "true", "minPrice": 100, "currency": "EUR"}
CATEGORIES = ("home", "outdoor", "electronics", "fashion", "books", "toys")
_LIST = "/api/v1/products"
_VARIABLE = ("category", "seek_0", "seek_1", "wanted_key")


@dataclass(frozen=True)
class Requests:
    """Paths by what is measured, and the statements behind them: `statements` with their constant
    parameters, `literal` with all of them written in. `lists` are the names that cursors have for
    the list of a category."""

    pages: Sequence[str]
    deep: Sequence[str]
    products: Sequence[str]
    lists: dict[str, str]
    statements: dict[str, dict[str, Any]]
    literal: dict[str, list[str]]
    counts: dict[str, int]

    def save(self, file: Path) -> None:
        document = {"lists": self.lists, "statements": self.statements}
        file.write_bytes(orjson.dumps(document))


class Recorder:
    """The application in this process, and what it sends to PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._dsn = database.dsn
        settings = Settings(
            environment=Environment.TEST,
            database=DatabaseSettings(url=database.url),
            security=Security(secret_key=SECRET),
            logging=Logging(level="WARNING"),
        )
        app = create_app(settings)
        self._lifecycle = lifecycle.of(app)
        self._lifecycle.start()
        transport = httpx.WSGITransport(app=app)
        self._client = httpx.Client(transport=transport, base_url="http://localhost")

    def close(self) -> None:
        """Let go of the connections to the database."""
        self._lifecycle.stop()

    def ask(self, path: str) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
        with _recorded() as statements:
            answer = self._client.get(path)
        answer.raise_for_status()
        return answer.json(), statements

    def literal(self, statement: str, parameters: dict[str, Any]) -> str:
        connection = psycopg2.connect(self._dsn)
        try:
            with connection.cursor() as cursor:
                text = cursor.mogrify(statement, parameters).decode()
                return " ".join(text.split()) + ";\n"
        finally:
            connection.close()


@contextmanager
def _recorded() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    seen: list[tuple[str, dict[str, Any]]] = []

    def note(*arguments: Any) -> None:
        seen.append((arguments[2], arguments[3]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def requests_for(database: Database) -> Requests:
    """First pages of the rooms and the pages after them, pages from the middle of the catalogue,
    and products."""
    with closing(Recorder(database)) as recorder:
        return _recorded_requests(database, recorder)


def _recorded_requests(database: Database, recorder: Recorder) -> Requests:
    pages: list[str] = []
    literal: dict[str, list[str]] = {"page": [], "product": []}
    kept: dict[str, dict[str, Any]] = {}

    def note(name: str, path: str) -> tuple[dict[str, Any], int]:
        body, statements = recorder.ask(path)
        statement, parameters = statements[-1]
        constants = {key: value for key, value in parameters.items() if key not in _VARIABLE}
        kept[name] = {"sql": statement, "parameters": constants}
        place = "product" if name == "product" else "page"
        literal[place].append(recorder.literal(statement, parameters))
        return body, len(statements)

    counts = {}
    lists: dict[str, str] = {}
    for category in CATEGORIES:
        first = f"{_LIST}?{urlencode({**PAGE, 'category': category})}"
        body, counts["page"] = note("page", first)
        cursor = body["page"]["next"]
        pages.append(first)
        if cursor:
            lists[category] = read_cursor(cursor)[0]
            following = f"{first}&{urlencode({'cursor': cursor})}"
            note("next page", following)
            pages.append(following)
    slugs = [
        slug
        for (slug,) in database.ask(
            "SELECT slug FROM products WHERE status = 'published' ORDER BY md5(id::text) LIMIT 200"
        )
    ]
    products = [f"{_LIST}/{slug}" for slug in slugs]
    for path in products[:50]:
        _, counts["product"] = note("product", path)
    return Requests(pages, _deep(database, lists), products, lists, kept, literal, counts)


def read_cursor(cursor: str) -> list[Any]:
    """The list that a cursor belongs to, its order, its direction, and the keys."""
    document: list[Any] = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return document


def _deep(database: Database, lists: dict[str, str]) -> list[str]:
    [(count,)] = database.ask("SELECT count(*) FROM product_listings")
    [(instant, key)] = database.ask(
        "SELECT created_at, product_id FROM product_listings ORDER BY number LIMIT 1 OFFSET %s",
        (count // 2,),
    )
    return [
        f"{_LIST}?{urlencode({**PAGE, 'category': category, 'cursor': cursor})}"
        for category, name in lists.items()
        for cursor in [encode(name, "newest", False, (instant, key))]
    ]
