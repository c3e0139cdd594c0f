"""How Alembic reaches the database: over the connection it is given, else over the URL of the
environment. Knows the tables and nothing else of the marketplace."""

import os
import time
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeDecorator

from marketplace.infrastructure.database.tables import metadata

URL = "MARKETPLACE__DATABASE__URL"
LOCK_TIMEOUT = "SET lock_timeout = '2s'"
LOCK = 7_203_144_915_082_001
"""The advisory lock that lets one process at a time migrate."""
POLL_SECONDS = 0.1


def render_item(kind: str, item: object, _autogen: object) -> str | Literal[False]:
    """Revisions stand on their own: they name plain types, not ours."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    if isinstance(item.impl, ARRAY):
        return "sa.ARRAY(sa.Text())"
    return "JSONB()" if isinstance(item.impl, JSONB) else "sa.Text()"


def configure(connection: Connection | None, **options: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        render_item=render_item,
        **options,
    )


def offline() -> None:
    """Write the SQL out instead of running it."""
    configure(None, dialect_name="postgresql", literal_binds=True)
    context.execute(LOCK_TIMEOUT)
    with context.begin_transaction():
        context.run_migrations()


def wait_for_turn(connection: Connection) -> None:
    """Take the lock, however long another process migrates.

    By asking again and again: a statement that waited would hold a snapshot, which an index that
    the other builds concurrently waits for in its turn.
    """
    while True:
        taken = connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK})
        mine = taken.scalar_one()
        connection.commit()
        if mine:
            return
        time.sleep(POLL_SECONDS)


def online(connection: Connection) -> None:
    wait_for_turn(connection)
    connection.execute(text(LOCK_TIMEOUT))
    connection.commit()
    try:
        configure(connection)
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        connection.commit()


if context.is_offline_mode():
    offline()
elif (given := context.config.attributes.get("connection")) is not None:
    online(given)
else:
    with create_engine(os.environ[URL], poolclass=NullPool).connect() as own:
        online(own)
