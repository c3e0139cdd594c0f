"""Connections to PostgreSQL: a pool for transactions, one for single statements, one that reads."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine

from marketplace.infrastructure.database import mappings, uuids
from marketplace.infrastructure.database.patience import PatientConnection

_READING: Mapping[str, object] = {
    "default_transaction_read_only": "on",
    # The bitmap of a filter has room for each page of a million listings, instead of losing which
    # rows of them are meant.
    "work_mem": "16MB",
    # Takes longer than whatever it would make faster.
    "jit": "off",
}
# What the server may take beyond its own time limits before it counts as frozen.
GRACE = 2.0


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """How to connect. Times are in seconds; `url` starts with `postgresql+psycopg2://`.

    The timeouts nest: a lock is given up before its statement, a statement before the request.
    `search_language` is a text search configuration of PostgreSQL.
    """

    url: str
    pool_size: int = 5
    pool_timeout: float = 3.0
    pool_recycle: int = 1800
    connect_timeout: int = 3
    lock_timeout: float = 2.0
    statement_timeout: float = 5.0
    idle_in_transaction_timeout: float = 10.0
    search_language: str = "english"
    application_name: str = "marketplace"


@dataclass(frozen=True)
class Engines:
    """`write` opens READ COMMITTED transactions. `single` and `read` have none, each statement
    commits by itself; `read` refuses to write.

    That is set for an engine, not for a connection: going back to the pool, a lost connection
    could not have it set back.
    """

    write: Engine
    single: Engine
    read: Engine

    def dispose(self, *, close: bool = True) -> None:
        """Close the pooled connections. After a fork, `close=False` in the child: the
        connections are the parent's, and only forgotten."""
        for engine in (self.write, self.single, self.read):
            engine.dispose(close=close)


def create_engines(settings: DatabaseSettings) -> Engines:
    """Make the engines. Nothing is connected yet."""
    mappings.configure()
    return Engines(
        write=_engine(settings, {}, "READ COMMITTED"),
        single=_engine(settings, {}, "AUTOCOMMIT"),
        read=_engine(settings, _READING, "AUTOCOMMIT"),
    )


def _engine(
    settings: DatabaseSettings, session: Mapping[str, object], isolation_level: str
) -> Engine:
    session = {
        "lock_timeout": _milliseconds(settings.lock_timeout),
        "statement_timeout": _milliseconds(settings.statement_timeout),
        "idle_in_transaction_session_timeout": _milliseconds(settings.idle_in_transaction_timeout),
        "timezone": "UTC",
        "default_text_search_config": f"pg_catalog.{settings.search_language}",
        **session,
    }
    arguments: dict[str, Any] = {
        "connection_factory": partial(
            PatientConnection,
            connect_within=settings.connect_timeout,
            answer_within=settings.statement_timeout + GRACE,
        ),
        "connect_timeout": settings.connect_timeout,
        "application_name": settings.application_name,
        # At connect, so that no statement is spent on it.
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
        # A host that vanished without a word is noticed.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }
    # No pre-ping: it costs a round trip each time, and a read is repeated on a lost connection.
    engine = create_engine(
        settings.url,
        isolation_level=isolation_level,
        connect_args=arguments,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.pool_timeout,
        pool_recycle=settings.pool_recycle,
        pool_use_lifo=True,
        use_native_hstore=False,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        # Without a transaction there is nothing to roll back.
        pool_reset_on_return=None if isolation_level == "AUTOCOMMIT" else "rollback",
        hide_parameters=True,
    )
    uuids.read_quickly(engine)
    return engine


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
