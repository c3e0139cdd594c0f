"""How connections are set up, and what becomes of them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event, func, select, text
from sqlalchemy.exc import InternalError
from sqlalchemy.pool import NullPool

from marketplace.application.idempotency import Answer, Effect, EffectAnswered
from marketplace.domain.errors import Unavailable
from marketplace.infrastructure.database.engine import (
    Engines,
)
from marketplace.infrastructure.database.idempotency import SqlIdempotencyAnswers
from marketplace.infrastructure.database.reader import open_reader
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import (
    a_user,
    new_id,
)
from tests.fakes import FakeClock


class TestConnections:
    def settings(self, engine: Engine) -> dict[str, str]:
        names = (
            "lock_timeout",
            "statement_timeout",
            "idle_in_transaction_session_timeout",
            "timezone",
            "application_name",
            "default_transaction_read_only",
            "transaction_isolation",
        )
        with engine.connect() as connection:
            return {
                name: connection.execute(select(func.current_setting(name))).scalar_one()
                for name in names
            }

    def test_have_their_limits(self, engines: Engines) -> None:
        expected = {
            "lock_timeout": "2s",
            "statement_timeout": "5s",
            "idle_in_transaction_session_timeout": "10s",
            "timezone": "UTC",
            "application_name": "marketplace",
            "transaction_isolation": "read committed",
        }

        for writing in (engines.write, engines.single):
            assert self.settings(writing) == expected | {"default_transaction_read_only": "off"}
        assert self.settings(engines.read) == expected | {"default_transaction_read_only": "on"}

    def test_for_reading_do_not_write(self, engines: Engines) -> None:
        with engines.read.connect() as connection, pytest.raises(InternalError, match="read-only"):
            connection.execute(text("DELETE FROM outbox"))

    def test_for_single_statements_hold_no_transaction(self, engines: Engines) -> None:
        for engine in (engines.read, engines.single):
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
                driver: Any = connection.connection.dbapi_connection

                assert driver.autocommit
                assert driver.info.transaction_status == 0


class TestLostConnections:
    def end_all(self, engines: Engines) -> None:
        """Close every connection of the database but the one that does it."""
        others = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        separate = create_engine(engines.write.url, poolclass=NullPool)
        with separate.connect() as connection:
            connection.execute(others)

    def test_a_read_is_repeated_on_a_new_one(self, own_engines: Engines) -> None:
        with open_reader(own_engines.read) as read:
            assert read.categories.list() == []
        self.end_all(own_engines)

        with open_reader(own_engines.read) as read:
            assert read.categories.list() == []

    def test_a_reader_survives_the_loss_between_two_queries(self, own_engines: Engines) -> None:
        with open_reader(own_engines.read) as read:
            assert read.categories.list() == []
            self.end_all(own_engines)
            assert read.categories.list() == []

    def test_a_transaction_is_not_repeated(self, own_engines: Engines) -> None:
        uow = SqlUnitOfWork(own_engines.write, clock=FakeClock(), new_id=new_id)

        def add(meanwhile: Callable[[], None]) -> None:
            with uow:
                uow.users.add(a_user())
                meanwhile()
                uow.commit()

        with pytest.raises(Unavailable):
            add(lambda: self.end_all(own_engines))
        add(lambda: None)

    def test_an_answer_is_kept_though_its_connection_is_lost(self, own_engines: Engines) -> None:
        clock = FakeClock()
        effect = Effect(actor="a", key="k", fingerprint="f", makes=new_id())
        with SqlUnitOfWork(own_engines.write, clock=clock, new_id=new_id, effect=effect) as uow:
            uow.commit()
        answers = SqlIdempotencyAnswers(own_engines.single, clock=clock)

        def lose(*_: object) -> None:
            self.end_all(own_engines)

        event.listen(own_engines.single, "after_cursor_execute", lose)
        answers.store(effect, Answer(status=200, headers={}, body=b"kept"))
        event.remove(own_engines.single, "after_cursor_execute", lose)
        own_engines.dispose()
        uow = SqlUnitOfWork(own_engines.write, clock=clock, new_id=new_id, effect=effect)
        with pytest.raises(EffectAnswered), uow:
            pass
        with pytest.raises(Unavailable):
            self.store_on_a_lost_one(own_engines, answers, effect)

    def store_on_a_lost_one(
        self, engines: Engines, answers: SqlIdempotencyAnswers, effect: Effect
    ) -> None:
        with engines.single.connect():
            self.end_all(engines)
        answers.give_back(effect)
