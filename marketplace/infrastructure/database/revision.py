"""The schema that this release works on, and the one that a database has.

Known without Alembic, which would take a twelfth of the memory of every web worker.
"""

from typing import Final

from sqlalchemy import Engine, text

HEAD: Final = "0017"
"""The newest revision in `migrations/`; a test compares them."""

# The table is there once anything was migrated.
_IS_KNOWN: Final = text("SELECT to_regclass('alembic_version') IS NOT NULL")
_CURRENT: Final = text("SELECT version_num FROM alembic_version")


def current(engine: Engine) -> str | None:
    """The revision that the database is at; None for one that was never migrated."""
    with engine.connect() as connection:
        if not connection.execute(_IS_KNOWN).scalar_one():
            return None
        found: str | None = connection.execute(_CURRENT).scalar_one_or_none()
        return found
