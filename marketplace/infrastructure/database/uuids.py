"""UUIDs are read quickly.

Making one of its text takes longer than all else about reading it, lists hold several in each row,
and the same ones are read again and again.
"""

from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import psycopg2.extensions as pg
from sqlalchemy import Engine, event

_OID: Final = 2950

_made = lru_cache(maxsize=10_000)(UUID)


def _read(text: Any, cursor: object) -> UUID | None:
    return None if text is None else _made(text)


_KIND: Final = pg.new_type((_OID,), "UUID", _read)


def read_quickly(engine: Engine) -> None:
    """Let all connections of `engine` read UUIDs so."""
    event.listen(engine, "connect", _register)


def _register(connection: pg.connection, record: object) -> None:
    pg.register_type(_KIND, connection)
