"""What has had its time goes, and nothing else."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from marketplace.application.idempotency import Effect
from marketplace.domain.identity.repositories import AttemptLimit
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.housekeeping import BATCH, purge
from marketplace.infrastructure.database.tables import (
    cart_items,
    carts,
    handled_events,
    idempotency_keys,
    login_throttle,
    metadata,
    outbox,
    provider_events,
    refresh_families,
    sandbox_events,
)
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import LATER, NOW, a_cart, a_cart_item, a_family, a_user, new_id
from tests.fakes import FakeClock
from tests.integration.database.test_sandbox import Sandbox
from tests.sandbox import DELAY

TABLES = (
    handled_events,
    idempotency_keys,
    login_throttle,
    outbox,
    provider_events,
    refresh_families,
)


def rows(engines: Engines) -> dict[str, int]:
    with engines.read.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in TABLES
        }


def left_after(engines: Engines, **time: float) -> dict[str, int]:
    purge(engines.write, NOW + timedelta(**time))
    return {name: number for name, number in rows(engines).items() if number}


def test_each_table_has_its_time(own_engines: Engines) -> None:
    user = a_user()
    effect = Effect(actor="ann", key="k", fingerprint="f", makes=new_id())
    with SqlUnitOfWork(own_engines.write, clock=FakeClock(), new_id=new_id, effect=effect) as uow:
        uow.users.add(user)
        user.rename("Bea", NOW)
        uow.refresh_families.add(a_family(user, expires_at=NOW + timedelta(days=1)))
        uow.login_throttle.attempt([AttemptLimit("k", 3, timedelta(hours=1))], NOW)
        uow.handled_events.add("mail", new_id())
        assert uow.provider_events.add("sandbox", "evt_1")
        uow.commit()
    everything = {table.name: 1 for table in TABLES}

    assert left_after(own_engines, minutes=59) == everything
    del everything["login_throttle"]
    assert left_after(own_engines, hours=23) == everything
    del everything["idempotency_keys"]
    assert left_after(own_engines, hours=25) == everything
    del everything["refresh_families"]
    del everything["provider_events"]
    assert left_after(own_engines, days=32) == everything
    del everything["handled_events"]
    # An event that was never delivered is never removed.
    assert left_after(own_engines, days=3650) == everything
    with own_engines.write.begin() as connection:
        connection.execute(update(outbox).values(delivered_at=NOW))
    assert left_after(own_engines, days=29) == everything
    assert left_after(own_engines, days=31) == {}
    assert _count(own_engines, metadata.tables["users"]) == 1


def test_few_rows_go_at_a_time(own_engines: Engines) -> None:
    values = [{"key": f"k{number}", "failures": 0, "resets_at": NOW} for number in range(BATCH + 5)]
    with own_engines.write.begin() as connection:
        connection.execute(insert(login_throttle), values)

    later = NOW + timedelta(seconds=1)
    assert [purge(own_engines.write, later) for _ in range(3)] == [BATCH, 5, 0]


def test_events_of_the_sandbox_go_once_they_are_told(own_engines: Engines) -> None:
    sandbox = Sandbox(own_engines)
    sandbox.authorize()
    assert purge(own_engines.write, sandbox.clock.now + timedelta(days=30)) == 0

    sandbox.clock.now += DELAY
    courier = sandbox.courier()
    assert [courier.run_once() for _ in range(3)] == [1, 1, 0]

    assert purge(own_engines.write, sandbox.clock.now + timedelta(days=6)) == 0
    assert _count(own_engines, sandbox_events) == 1
    assert purge(own_engines.write, sandbox.clock.now + timedelta(days=8)) == 1


def test_carts_are_kept_for_as_long_as_is_said(own_engines: Engines) -> None:
    users = [a_user(), a_user()]
    with SqlUnitOfWork(own_engines.write, clock=FakeClock(), new_id=new_id) as uow:
        for user, updated_at in zip(users, (NOW, LATER), strict=True):
            uow.users.add(user)
            uow.carts.add(a_cart(user, a_cart_item(), updated_at=updated_at))
        uow.commit()

    def left(after: timedelta) -> tuple[int, int]:
        purge(own_engines.write, NOW + after, keep_carts=timedelta(days=2))
        return _count(own_engines, carts), _count(own_engines, cart_items)

    assert left(timedelta(days=2)) == (2, 2)
    assert left(timedelta(days=2, seconds=1)) == (1, 1)
    assert left(timedelta(days=3)) == (0, 0)


def _count(engines: Engines, table: Any) -> int:
    with engines.read.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
