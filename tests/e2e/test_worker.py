"""`marketplace worker` starts, waits out a database that is away, and stops when told to."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from tests.databases import Server
from tests.processes import environment, wait_until, working


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


@pytest.fixture
def worker(database_url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    env = environment(database_url, MARKETPLACE__LOGGING__LEVEL="DEBUG")
    with working(env=env, log=log) as process:
        yield process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_to(
    worker: subprocess.Popen[bytes], log: Path, number: signal.Signals
) -> None:
    worker.send_signal(number)
    assert worker.wait(timeout=10) == 0
    messages = [
        json.loads(line)["message"] for line in log.read_text(encoding="utf-8").splitlines()
    ]
    assert messages[-1] == "the worker has stopped"


def test_a_database_that_goes_away_is_waited_for(
    worker: subprocess.Popen[bytes], log: Path, database_url: str, postgres: Server
) -> None:
    name = database_url.rpartition("/")[2].partition("?")[0]
    allow = "ALTER DATABASE {} ALLOW_CONNECTIONS "
    postgres.execute(allow + "false", name)
    with closing(psycopg2.connect(postgres.dsn)) as connection, connection.cursor() as cursor:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        cursor.execute(ended, (name,))
    wait_until(
        lambda: "outbox relay failed" in log.read_text(encoding="utf-8"),
        timeout=20,
        what="a failure",
    )
    postgres.execute(allow + "true", name)
    wait_until(
        lambda: "outbox relay works again" in log.read_text(encoding="utf-8"),
        timeout=20,
        what="recovery",
    )
    assert worker.poll() is None


@pytest.fixture
def expired(database_url: str) -> str:
    """A row that had its time before the worker started; the statement that counts it."""
    dsn = database_url.replace("+psycopg2", "")
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO login_throttle VALUES ('old', 1, now() - interval '1 hour')")
        connection.commit()
    return "SELECT count(*) FROM login_throttle"


def test_it_removes_what_has_had_its_time(
    expired: str, worker: subprocess.Popen[bytes], database_url: str
) -> None:
    with closing(psycopg2.connect(database_url.replace("+psycopg2", ""))) as connection:
        connection.autocommit = True

        def is_gone() -> bool:
            with connection.cursor() as cursor:
                cursor.execute(expired)
                return bool(cursor.fetchone() == (0,))

        wait_until(is_gone, timeout=20, what="the housekeeping")
