"""Each test of the contract runs on both kinds of unit of work."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, bindparam, select

from marketplace.application.idempotency import (
    Effect,
)
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.orders.timeline import OrderEntry
from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import OrderId, OrderLineId
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.events import decode
from marketplace.infrastructure.database.idempotency import SqlIdempotencyAnswers
from marketplace.infrastructure.database.tables import order_events, outbox
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import eur, new_id
from tests.fakes import FakeAnswers, FakeClock, FakeDatabase
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods, stored_goods

_EVENTS = select(outbox.c.type, outbox.c.payload, outbox.c.occurred_at)
_TIMELINE = (
    select(order_events)
    .where(order_events.c.order_id == bindparam("its_order"))
    .order_by(order_events.c.position)
)


@pytest.fixture(params=["fake", "sql"])
def world(request: pytest.FixtureRequest, clock: FakeClock) -> World:
    if request.param == "fake":
        database = FakeDatabase(clock)
        return World(
            database.unit_of_work,
            FakeAnswers(database),
            clock,
            lambda: database.events,
            lambda order_id: database.state.timelines[order_id],
        )
    engines: Engines = request.getfixturevalue("engines")

    def new_uow(effect: Effect | None = None) -> UnitOfWork:
        return SqlUnitOfWork(engines.write, clock=clock, new_id=new_id, effect=effect)

    def events() -> list[Event]:
        with engines.read.connect() as connection:
            return [decode(*row) for row in connection.execute(_EVENTS)]

    def timeline(order_id: OrderId) -> list[OrderEntry]:
        with engines.read.connect() as connection:
            rows = connection.execute(_TIMELINE, {"its_order": order_id})
            return [_entry(row) for row in rows]

    answers = SqlIdempotencyAnswers(engines.single, clock=clock)
    return World(new_uow, answers, clock, events, timeline)


def _entry(row: Row[Any]) -> OrderEntry:
    return OrderEntry(
        kind=row.kind,
        by=row.by,
        seller_order_id=row.seller_order_id,
        amount=None if row.amount is None else eur(row.amount),
        reason=row.reason,
        lines={OrderLineId(UUID(line)): units for line, units in row.lines.items()},
        occurred_at=row.occurred_at,
    )


@pytest.fixture
def goods(world: World) -> Goods:
    """A product with an offer of ten units."""
    return stored_goods(world.new_uow)
