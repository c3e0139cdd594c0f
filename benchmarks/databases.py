"""Catalogues to measure on, made by `marketplace seed` and kept for the next run."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import URL, make_url

from marketplace.infrastructure.database.embedded import EmbeddedPostgres
from tests.databases import DRIVER, Server
from tests.processes import CLI, environment, run

SELLERS = 100
SEED = 1


class Database:
    """A database and the server it is on."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self.name = name
        self.url = shown(server.maintenance.set(database=name))
        self.dsn = shown(server.maintenance.set(database=name, drivername="postgresql"))

    def backends(self) -> list[int]:
        """The process ids of all connections to it but this one."""
        found = self.ask(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return [pid for (pid,) in found]

    def ask(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with closing(psycopg2.connect(self.dsn)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(statement, parameters or None)
            return cursor.fetchall()

    @contextmanager
    def copied(self) -> Iterator["Database"]:
        """A copy that may be written to."""
        url = self._server.create(template=make_url(self.url))
        try:
            yield Database(self._server, str(url.database))
        finally:
            self._server.drop(url)


@contextmanager
def server(directory: Path, external: str | None) -> Iterator[Server]:
    """The server whose URL is given, or an embedded one in the directory."""
    if external:
        yield Server(make_url(external).set(drivername=DRIVER))
        return
    # The number of connections takes a second start.
    EmbeddedPostgres.start(
        directory, settings={"max_wal_size": "4GB", "max_connections": "200"}
    ).stop()
    with EmbeddedPostgres.start(directory) as embedded:
        yield Server(make_url(embedded.url("postgres")))


def catalogue(server: Server, products: int) -> Database:
    """A database with so many products, seeded unless it was before."""
    database = Database(server, f"marketplace_bench_{products}")
    maintenance = Database(server, server.maintenance.database or "postgres")
    exists = maintenance.ask("SELECT FROM pg_database WHERE datname = %s", (database.name,))
    if exists and _is_whole(database, products):
        return database
    server.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)
    server.execute("CREATE DATABASE {} TEMPLATE template0", database.name)
    command(database, "migrate")
    seed(database, products)
    # Production has had its autovacuum; here it would come into the middle of a round.
    vacuum(database)
    return database


def history(server: Server, products: int, lines: int) -> Database:
    """The same with a year of orders that have so many lines at least, some of them more than one,
    seeded unless it was before. What was sold is counted."""
    database = Database(server, f"marketplace_bench_{lines}_lines")
    maintenance = Database(server, server.maintenance.database or "postgres")
    exists = maintenance.ask("SELECT FROM pg_database WHERE datname = %s", (database.name,))
    if exists and _is_whole(database, products) and not _missing(database, lines):
        return database
    server.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)
    server.execute("CREATE DATABASE {} TEMPLATE template0", database.name)
    command(database, "migrate")
    seed(database, products, "--orders", str(lines // 2))
    while missing := _missing(database, lines):
        more = ("--products", "0", "--orders", str(missing), "--seed", str(SEED + missing))
        command(database, "seed", *more)
    vacuum(database)
    return database


def _missing(database: Database, lines: int) -> int:
    [(found,)] = database.ask("SELECT count(*) FROM order_lines")
    return max(0, lines - int(found))


def _is_whole(database: Database, products: int) -> bool:
    known = database.ask("SELECT to_regclass('products'), to_regclass('alembic_version')")
    if None in known[0]:
        return False
    done = run(*CLI, "check", env=environment(database.url))
    [(found,)] = database.ask("SELECT count(*) FROM products")
    return done.returncode == 0 and found == products


def vacuum(database: Database) -> None:
    with closing(psycopg2.connect(database.dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")


def seed(database: Database, products: int, *more: str) -> None:
    size = ("--products", str(products), "--sellers", str(SELLERS), "--seed", str(SEED))
    command(database, "seed", *size, *more)


def command(database: Database, *arguments: str) -> None:
    """Run the application's command with it. Raises RuntimeError."""
    done = run(*CLI, *arguments, env=environment(database.url), timeout=3600)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)
