"""A server that does nothing at all is not waited for."""

import socket
from collections.abc import Iterator
from time import monotonic

import pytest
from psycopg2.extensions import set_wait_callback
from sqlalchemy import text

from marketplace.domain.errors import Unavailable
from marketplace.infrastructure.database import engine as engine_module
from marketplace.infrastructure.database import patience
from marketplace.infrastructure.database.engine import DatabaseSettings, Engines, create_engines
from marketplace.infrastructure.database.errors import translated


@pytest.fixture(autouse=True)
def installed() -> Iterator[None]:
    patience.install()
    yield
    set_wait_callback(None)


@pytest.fixture
def hasty(module_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engines]:
    """The server may take five seconds, the client waits half of one."""
    monkeypatch.setattr(engine_module, "GRACE", -4.5)
    engines = create_engines(DatabaseSettings(url=module_database_url))
    yield engines
    engines.dispose()


def test_a_statement_that_is_not_answered_is_given_up(hasty: Engines) -> None:
    for engine in (hasty.read, hasty.write, hasty.single):
        began = monotonic()
        with pytest.raises(Unavailable), translated(), engine.connect() as connection:
            connection.execute(text("SELECT pg_sleep(5)"))
        assert 0.4 < monotonic() - began < 2
        with translated(), engine.connect() as connection:
            assert connection.execute(text("SELECT 1")).scalar_one() == 1


def test_a_large_answer_comes_whole(hasty: Engines) -> None:
    with hasty.read.connect() as connection:
        found = connection.execute(text("SELECT repeat('x', 5000000)")).scalar_one()
    assert len(found) == 5_000_000


def test_a_server_that_accepts_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql+psycopg2://somebody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        engines = create_engines(DatabaseSettings(url=url, connect_timeout=1))
        began = monotonic()
        with pytest.raises(Unavailable), translated():
            engines.read.connect()
        assert 0.9 < monotonic() - began < 3
        engines.dispose()
