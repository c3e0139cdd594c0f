"""What the SQL unit of work does beside its contract: events, errors, retries, statements."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from marketplace.domain.identity.user import User
from marketplace.domain.orders.statuses import PaymentStatus
from marketplace.infrastructure.database.engine import (
    Engines,
)
from marketplace.infrastructure.database.tables import outbox
from tests.factories import (
    NOW,
    a_line,
    a_payment,
    a_seller_order,
    a_user,
    an_order,
    new_id,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import more_offers, stored_goods


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def events_of(engines: Engines, user: User) -> Sequence[str]:
    written = select(outbox.c.type).where(outbox.c.payload["user_id"].as_string() == str(user.id))
    with engines.read.connect() as connection:
        return connection.execute(written.order_by(outbox.c.id)).scalars().all()


def registered(new_uow: NewUow) -> User:
    user = User.register(
        id=a_user().id, email=f"{new_id()}@example.com", name="Ann", password_hash="h", now=NOW
    )
    with new_uow() as uow:
        uow.users.add(user)
        uow.commit()
    return user


class TestEvents:
    def test_are_written_with_what_they_tell_of(self, engines: Engines, new_uow: NewUow) -> None:
        user = registered(new_uow)
        with new_uow() as uow:
            found = uow.users.get(user.id)
            found.rename("Bea", uow.now)
            found.make_admin(uow.now)
            uow.commit()

        assert events_of(engines, user) == [
            "UserRegistered",
            "UserRenamed",
            "AdministratorAppointed",
        ]

    def test_take_one_statement(self, engines: Engines, new_uow: NewUow) -> None:
        user = registered(new_uow)
        with new_uow() as uow:
            found = uow.users.get(user.id)
            for name in "BCDE":
                found.rename(name, uow.now)
            with statements(engines.write) as seen:
                uow.commit()

        assert [each.split()[0] for each in seen] == ["UPDATE", "INSERT"]
        assert len(events_of(engines, user)) == 5

    def test_go_with_what_is_rolled_back(self, engines: Engines, new_uow: NewUow) -> None:
        user = registered(new_uow)
        with pytest.raises(RuntimeError), new_uow() as uow:
            uow.users.get(user.id).rename("Bea", uow.now)

        assert events_of(engines, user) == ["UserRegistered"]


class TestOrder:
    @pytest.mark.parametrize("lines", [2, 20])
    def test_takes_as_many_statements_whatever_its_size(
        self, engines: Engines, new_uow: NewUow, lines: int
    ) -> None:
        goods = stored_goods(new_uow)
        offers = more_offers(new_uow, goods, lines)
        order = an_order(
            goods.user, a_seller_order(goods.seller, *(a_line(offer) for offer in offers))
        )

        with statements(engines.write) as reserving, new_uow() as uow:
            uow.price_list.look_up([offer.id for offer in offers], [])
            uow.orders.add(order)
            uow.payments.add(a_payment(order))
            uow.stock.allocate(order.id, order.quantities)
            uow.commit()
        with statements(engines.write) as finalising, new_uow() as uow:
            order.derive(PaymentStatus.PAID, uow.now)
            order.finalise(uow.now)
            uow.orders.finalise(order)
            uow.commit()

        assert len(reserving) == 4
        assert len(finalising) == 2


def test_aggregates_of_one_kind_are_inserted_together(engines: Engines, new_uow: NewUow) -> None:
    with statements(engines.write) as seen, new_uow() as uow:
        for _ in range(3):
            uow.users.add(a_user())
        uow.commit()

    assert len(seen) == 1


class TestUse:
    def test_outside_the_block(self, new_uow: NewUow) -> None:
        uow = new_uow()
        for use in (lambda: uow.now, lambda: uow.users, uow.commit):
            with pytest.raises(RuntimeError, match="enter"):
                use()

    def test_after_the_commit(self, new_uow: NewUow) -> None:
        with new_uow() as uow:
            uow.commit()
            for use in (lambda: uow.now, lambda: uow.users, uow.commit):
                with pytest.raises(RuntimeError, match="committed"):
                    use()

    def test_connections_go_back_whatever_happens(self, engines: Engines, new_uow: NewUow) -> None:
        with pytest.raises(RuntimeError), new_uow() as uow:
            uow.users.add(a_user())
        with pytest.raises(ZeroDivisionError), new_uow():
            raise ZeroDivisionError
        with new_uow() as uow:
            uow.commit()

        assert engines.write.pool.checkedout() == 0  # type: ignore[attr-defined]
