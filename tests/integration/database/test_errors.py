"""What the database refuses, in the words of the domain; what is tried again."""

from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from marketplace.application.unit_of_work import transaction_step
from marketplace.domain.errors import Conflict, RuleViolated, Unavailable
from marketplace.domain.shared.ids import OrderId
from marketplace.infrastructure.database.engine import (
    DatabaseSettings,
    create_engines,
)
from marketplace.infrastructure.database.errors import CONFLICTS, GONE, IN_USE, Victim
from marketplace.infrastructure.database.tables import metadata
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import (
    new_id,
)
from tests.fakes import FakeClock
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import more_offers, stored_goods
from tests.integration.database.threads import together


def execute(new_uow: NewUow, statement: str, **values: object) -> None:
    with new_uow() as uow:
        uow._open.read(text(statement), values)


class TestErrors:
    @pytest.mark.parametrize(
        ("statement", "kind"),
        [
            ("SELECT 1 / 0", RuleViolated),
            ("SELECT CAST(99999999999 AS integer)", RuleViolated),
            ("SELECT CAST('2026-02-30' AS date)", RuleViolated),
            ("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$", Victim),
            ("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$", Victim),
            ("DO $$ BEGIN RAISE SQLSTATE '55P03'; END $$", Unavailable),
            ("DO $$ BEGIN RAISE SQLSTATE '57014'; END $$", Unavailable),
            ("DO $$ BEGIN RAISE SQLSTATE '53300'; END $$", Unavailable),
            ("SELECT pg_terminate_backend(pg_backend_pid())", Unavailable),
        ],
    )
    def test_that_have_a_word_in_the_domain(
        self, new_uow: NewUow, statement: str, kind: type[Exception]
    ) -> None:
        with pytest.raises(kind):
            execute(new_uow, statement)

        execute(new_uow, "SELECT 1")

    @pytest.mark.parametrize(
        ("statement", "kind"),
        [
            ("SELECT nonsense", ProgrammingError),
            ("INSERT INTO order_lines (id) VALUES (gen_random_uuid())", IntegrityError),
            ("DO $$ BEGIN RAISE SQLSTATE '23514'; END $$", IntegrityError),
            ("DO $$ BEGIN RAISE SQLSTATE '23505'; END $$", IntegrityError),
        ],
    )
    def test_that_are_our_own_fault(
        self, new_uow: NewUow, statement: str, kind: type[Exception]
    ) -> None:
        with pytest.raises(kind):
            execute(new_uow, statement)

    def test_a_foreign_key_tells_from_which_end_it_was_broken(self, new_uow: NewUow) -> None:
        category = stored_goods(new_uow).product.category_id

        with pytest.raises(RuleViolated) as gone:
            execute(new_uow, "UPDATE products SET category_id = :id", id=new_id())
        assert (gone.value.code, gone.value.params["field"]) == ("unknown_category", "/categoryId")
        with pytest.raises(RuleViolated) as gone:
            execute(new_uow, "UPDATE categories SET parent_id = :id", id=new_id())
        assert (gone.value.code, gone.value.params["field"]) == ("unknown_category", "/parentId")
        with pytest.raises(Conflict) as used:
            execute(new_uow, "DELETE FROM categories WHERE id = :id", id=category)
        assert used.value.code == "category_in_use"

    def test_no_lock_in_time(self, module_database_url: str, new_uow: NewUow) -> None:
        goods = stored_goods(new_uow)
        hasty = create_engines(DatabaseSettings(url=module_database_url, lock_timeout=0.05))
        uow = SqlUnitOfWork(hasty.write, clock=FakeClock(), new_id=new_id)

        with new_uow() as holder:
            holder.stock.allocate(OrderId(new_id()), {goods.offer.id: 1})
            with pytest.raises(Unavailable), uow:
                uow.stock.allocate(OrderId(new_id()), {goods.offer.id: 1})
            holder.commit()
        hasty.dispose()

    def test_no_connection_left(self, module_database_url: str) -> None:
        engines = create_engines(
            DatabaseSettings(url=module_database_url, pool_size=1, pool_timeout=0.05)
        )

        def unit_of_work() -> SqlUnitOfWork:
            return SqlUnitOfWork(engines.write, clock=FakeClock(), new_id=new_id)

        with unit_of_work(), pytest.raises(Unavailable), unit_of_work():
            pytest.fail("there was a second connection")
        engines.dispose()

    def test_no_server(self) -> None:
        engines = create_engines(
            DatabaseSettings(url="postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
        )
        uow = SqlUnitOfWork(engines.write, clock=FakeClock(), new_id=new_id)

        with pytest.raises(Unavailable), uow:
            pytest.fail("there was a server")

    def test_every_constraint_that_has_a_code_exists(self) -> None:
        named = {
            name
            for table in metadata.tables.values()
            for name in (
                *(constraint.name for constraint in table.constraints),
                *(index.name for index in table.indexes),
            )
        }

        assert set(CONFLICTS) | set(IN_USE) | set(GONE) <= named


class TestRetry:
    def test_both_sides_of_a_deadlock_succeed(self, new_uow: NewUow) -> None:
        offers = more_offers(new_uow, stored_goods(new_uow), 2)
        met = Barrier(2)
        tries = []

        def crossing(index: int) -> bool:
            first, second = offers if index else offers[::-1]

            @transaction_step
            def step(uow: Any) -> bool:
                tries.append(index)
                with uow:
                    # Two statements in either order, which no use case does.
                    uow.stock.allocate(OrderId(new_id()), {first.id: 1})
                    if len(tries) <= 2:
                        met.wait(timeout=10)
                    uow.stock.allocate(OrderId(new_id()), {second.id: 1})
                    uow.commit()
                return True

            return step(new_uow())

        assert together(crossing, 2) == [True, True]
        assert len(tries) == 3
        with new_uow() as uow:
            assert [uow.stock.get(offer.id).allocated for offer in offers] == [2, 2]

    def test_ends_after_the_third_try(self, new_uow: NewUow) -> None:
        tries = []

        def step() -> None:
            tries.append(1)
            execute(new_uow, "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")

        with pytest.raises(Unavailable):
            new_uow().retry(step)

        assert len(tries) == 3

    def test_other_errors_are_not_retried(self, new_uow: NewUow) -> None:
        tries = []

        def step() -> None:
            tries.append(1)
            execute(new_uow, "SELECT 1 / 0")

        with pytest.raises(RuleViolated):
            new_uow().retry(step)

        assert len(tries) == 1
