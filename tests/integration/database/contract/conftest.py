"""Each test of the contract runs on both kinds of unit of work."""

import pytest
from sqlalchemy import select

from marketplace.application.idempotency import (
    Effect,
)
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.shared.events import Event
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.events import decode
from marketplace.infrastructure.database.idempotency import SqlIdempotencyAnswers
from marketplace.infrastructure.database.tables import outbox
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import (
    new_id,
)
from tests.fakes import FakeAnswers, FakeClock, FakeDatabase
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods, stored_goods

_EVENTS = select(outbox.c.type, outbox.c.payload, outbox.c.occurred_at)


@pytest.fixture(params=["fake", "sql"])
def world(request: pytest.FixtureRequest, clock: FakeClock) -> World:
    if request.param == "fake":
        database = FakeDatabase(clock)
        return World(database.unit_of_work, FakeAnswers(database), clock, lambda: database.events)
    engines: Engines = request.getfixturevalue("engines")

    def new_uow(effect: Effect | None = None) -> UnitOfWork:
        return SqlUnitOfWork(engines.write, clock=clock, new_id=new_id, effect=effect)

    def events() -> list[Event]:
        with engines.read.connect() as connection:
            return [decode(*row) for row in connection.execute(_EVENTS)]

    return World(new_uow, SqlIdempotencyAnswers(engines.single, clock=clock), clock, events)


@pytest.fixture
def goods(world: World) -> Goods:
    """A product with an offer of ten units."""
    return stored_goods(world.new_uow)
