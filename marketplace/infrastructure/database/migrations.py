"""Brings a database to the schema of this release.

The revisions lie in the package `marketplace.migrations` of an installed distribution, and in
`migrations/` beside the package in a checkout, where that package does not exist.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_PACKAGE = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """Where env.py and the revisions are.

    Raises:
        FileNotFoundError: they were not installed.
    """
    for place in (_PACKAGE / "migrations", _PACKAGE.parent / "migrations"):
        if (place / "env.py").is_file():
            return place
    raise FileNotFoundError(f"no migrations in {_PACKAGE} or beside it")


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration. `connection` is the one to work on; it is left open."""
    made = Config()
    made.set_main_option("script_location", str(folder()).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing. Concurrent calls wait for each other."""
    with engine.connect() as connection:
        command.upgrade(config(connection), revision)


def head() -> str | None:
    """The newest revision of this release."""
    return ScriptDirectory.from_config(config()).get_current_head()
