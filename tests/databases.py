"""Databases for the tests: an embedded PostgreSQL, or the server that TEST_DATABASE_URL names."""

import os
import signal
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql
from sqlalchemy import URL, make_url

from marketplace.infrastructure.database.embedded import EmbeddedPostgres

DRIVER = "postgresql+psycopg2"
# A test database need not survive a power cut.
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Server:
    """A running server on which the tests make databases of their own, and drop them again."""

    maintenance: URL

    def create(self, *, template: URL | None = None) -> URL:
        """A new database; with `template`, a copy of that one, which nobody may be using."""
        name = f"marketplace_test_{uuid.uuid4().hex}"
        source = template.database if template is not None else "template1"
        self.execute("CREATE DATABASE {} TEMPLATE {}", name, source or "template1")
        return self.maintenance.set(database=name)

    def drop(self, url: URL) -> None:
        """Drop the database and whatever is still connected to it."""
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.database or "")

    @contextmanager
    def database(self, *, template: URL | None = None) -> Iterator[URL]:
        url = self.create(template=template)
        try:
            yield url
        finally:
            self.drop(url)

    def execute(self, statement: str, *identifiers: str) -> None:
        """Run one statement outside any transaction."""
        with closing(psycopg2.connect(self.dsn)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(
                    sql.SQL(statement).format(*(sql.Identifier(name) for name in identifiers))
                )

    @property
    def dsn(self) -> str:
        return self.maintenance.set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def data_directory() -> Iterator[Path]:
    """Where an embedded PostgreSQL may live while the block runs.

    Not under pytest's own folder: each session of pytest that starts takes everybody else's access
    to that away, and under root the server is another user.
    """
    with tempfile.TemporaryDirectory(prefix="marketplace-test-") as folder:
        directory = Path(folder) / "data"
        directory.mkdir()
        yield directory


@contextmanager
def server() -> Iterator[Server]:
    """The external server if TEST_DATABASE_URL names one, else an embedded one for this process."""
    if external := os.environ.get("TEST_DATABASE_URL"):
        yield Server(make_url(external).set(drivername=DRIVER))
        return
    with (
        data_directory() as folder,
        EmbeddedPostgres.start(folder, settings=CARELESS) as embedded,
    ):
        yield Server(make_url(embedded.url("postgres")))


@contextmanager
def frozen(data: Path) -> Iterator[None]:
    """Stop the embedded server in `data`, the postmaster and all its children, and let them go on
    when the block is left."""
    postmaster = int((data / "postmaster.pid").read_text("utf-8").split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text("utf-8")
    processes = [postmaster, *map(int, children.split())]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in reversed(processes):
            os.kill(process, signal.SIGCONT)
