"""Events are delivered at least once, each to all its handlers, and none that was rolled back."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, update

from marketplace.domain.identity.events import UserRegistered, UserRenamed
from marketplace.domain.orders.events import OrderPlaced
from marketplace.domain.sellers.events import SellerStatusChanged
from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import OrderId, SellerId, UserId
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.events import EVENT_TYPES, decode, encode
from marketplace.infrastructure.database.outbox import LEASE, OutboxRelay
from marketplace.infrastructure.database.tables import outbox
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import NOW, a_user, new_id
from tests.fakes import FakeClock
from tests.integration.database.threads import together


@pytest.fixture
def engines(own_engines: Engines) -> Engines:
    """The outbox of other tests is none of ours."""
    return own_engines


class Post:
    """A relay, and what it handed to whom."""

    def __init__(self, engines: Engines, clock: FakeClock) -> None:
        self.engines = engines
        self.clock = clock
        self.received: list[tuple[str, UUID, Event]] = []
        self.broken: set[str] = set()

    def relay(self) -> OutboxRelay:
        return OutboxRelay(
            self.engines.write,
            new_uow=self.new_uow,
            subscriptions={
                UserRegistered: (self.handler("greet"), self.handler("count")),
                UserRenamed: (self.handler("note"),),
            },
            clock=self.clock,
        )

    def new_uow(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engines.write, clock=self.clock, new_id=new_id)

    def handler(self, name: str) -> Callable[[Any, UUID, Any], None]:
        def handle(uow: Any, event_id: UUID, event: Event) -> None:
            if name in self.broken:
                raise ConnectionError("no answer")
            with uow:
                uow.handled_events.add(name, event_id)
                uow.commit()
            self.received.append((name, event_id, event))

        return handle

    def register(self, number: int = 1) -> list[UserId]:
        users = [a_user() for _ in range(number)]
        with self.new_uow() as uow:
            for user in users:
                user.record(UserRegistered(user_id=user.id, email=user.email, occurred_at=NOW))
                uow.users.add(user)
            uow.commit()
        return [user.id for user in users]

    def names(self) -> list[str]:
        return [name for name, _, _ in self.received]

    def greeted(self) -> list[UserId]:
        return [
            event.user_id
            for name, _, event in self.received
            if name == "greet" and isinstance(event, UserRegistered)
        ]

    def row(self) -> Any:
        with self.engines.read.connect() as connection:
            return connection.execute(select(outbox)).one()


@pytest.fixture
def post(engines: Engines, clock: FakeClock) -> Post:
    return Post(engines, clock)


def test_every_handler_gets_the_event_as_it_was(post: Post) -> None:
    (user_id,) = post.register()

    assert post.relay().run_once() == 1

    assert post.names() == ["greet", "count"]
    (_, event_id, event), (_, same_id, _) = post.received
    assert event_id == same_id == post.row().id
    assert isinstance(event, UserRegistered)
    assert (event.user_id, event.occurred_at) == (user_id, NOW)


def test_an_event_is_delivered_once(post: Post) -> None:
    post.register()

    assert [post.relay().run_once() for _ in range(2)] == [1, 0]
    assert post.row().delivered_at == NOW


def test_events_come_in_their_order(post: Post) -> None:
    users = post.register(20)

    post.relay().run_once()

    assert post.greeted() == users


def test_no_more_than_a_batch_at_once(post: Post) -> None:
    post.register(5)

    assert [post.relay().run_once(batch=2) for _ in range(4)] == [2, 2, 1, 0]


def test_an_event_that_nobody_wants_is_done_with(post: Post) -> None:
    user = a_user()
    with post.new_uow() as uow:
        user.make_admin(NOW)
        uow.users.add(user)
        uow.commit()

    assert post.relay().run_once() == 1
    assert post.row().delivered_at is not None


def test_those_that_nobody_wants_are_done_with_together(post: Post) -> None:
    with post.new_uow() as uow:
        for _ in range(20):
            user = a_user()
            user.make_admin(NOW)
            uow.users.add(user)
        uow.commit()
    post.register(2)
    commits: list[object] = []
    # The engine is this test's own.
    event.listen(post.engines.write, "commit", commits.append)

    assert post.relay().run_once() == 22

    of_handlers = len(post.received)
    assert of_handlers == 4
    # To claim, for each handler, for each event that has some, and for the rest.
    assert len(commits) == 1 + of_handlers + 2 + 1
    with post.engines.read.connect() as connection:
        assert set(connection.execute(select(outbox.c.delivered_at)).scalars()) == {NOW}


def test_what_fails_is_tried_again_later_and_later(post: Post) -> None:
    post.register()
    post.broken.add("count")
    relay = post.relay()

    waits = []
    for _ in range(3):
        assert relay.run_once() == 1
        row = post.row()
        assert row.delivered_at is None
        assert row.error == "ConnectionError: no answer"
        assert relay.run_once() == 0
        waits.append(row.next_attempt_at - post.clock.now)
        post.clock.now = row.next_attempt_at
    assert waits == [timedelta(seconds=seconds) for seconds in (2, 4, 8)]

    post.broken.clear()
    relay.run_once()
    assert post.row().delivered_at is not None
    assert post.row().error is None
    # The handler before the one that failed was called each time: it has to know the event again.
    assert post.names() == ["greet"] * 4 + ["count"]


def test_a_failure_does_not_hold_up_the_others(post: Post) -> None:
    post.broken.add("greet")
    (user_id,) = post.register()
    with post.new_uow() as uow:
        uow.users.get(user_id).rename("Bea", uow.now)
        uow.commit()

    assert post.relay().run_once() == 2
    assert post.names() == ["note"]


def test_an_event_of_another_release_waits(post: Post) -> None:
    post.register()
    with post.engines.write.begin() as connection:
        connection.execute(update(outbox).values(type="NeverHeardOf"))

    assert post.relay().run_once() == 1
    assert post.row().delivered_at is None


def test_a_claim_ends_with_the_relay_that_was_killed(post: Post) -> None:
    post.register()
    killed = post.relay()
    killed._claim(10)

    assert post.relay().run_once() == 0
    post.clock.now += LEASE
    assert post.relay().run_once() == 1
    assert post.names() == ["greet", "count"]


def test_relays_share_the_work(post: Post) -> None:
    users = post.register(60)

    def work(_: int) -> int:
        relay, done = post.relay(), 0
        while claimed := relay.run_once(batch=5):
            done += claimed
        return done

    assert sum(together(work, 4)) == 60
    assert sorted(post.greeted()) == sorted(users)


def test_the_backlog(post: Post) -> None:
    relay = post.relay()
    assert relay.backlog() == (0, None)
    post.register(3)

    assert relay.backlog() == (3, NOW)
    relay.run_once()
    assert relay.backlog() == (0, None)


EVENTS = [
    OrderPlaced(
        order_id=OrderId(new_id()),
        number="ORD-2026-000001",
        email="a@example.com",
        seller_ids=(SellerId(new_id()), SellerId(new_id())),
        occurred_at=NOW,
    ),
    SellerStatusChanged(
        seller_id=SellerId(new_id()), before="a", after="b", reason=None, occurred_at=NOW
    ),
    SellerStatusChanged(
        seller_id=SellerId(new_id()), before="a", after="b", reason="slow", occurred_at=NOW
    ),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_survives_being_written_down(event: Event) -> None:
    assert decode(type(event).__name__, encode(event), event.occurred_at) == event


def subclasses(kind: type[Event]) -> Iterator[type[Event]]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def test_every_event_of_the_domain_is_known() -> None:
    ours = [kind for kind in subclasses(Event) if kind.__module__.startswith("marketplace.domain.")]

    assert sorted(kind.__name__ for kind in ours) == sorted(EVENT_TYPES)
    assert all(dataclasses.is_dataclass(kind) for kind in ours)
