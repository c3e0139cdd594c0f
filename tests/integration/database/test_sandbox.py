"""The sandbox's books bear threads, and its events come twice and are never lost."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from marketplace.application.ports import ProviderEvent, ProviderEventKind, ProviderStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.sandbox_books import SqlSandboxBooks
from marketplace.infrastructure.database.sandbox_post import LEASE, SqlSandboxPost
from marketplace.infrastructure.database.tables import (
    sandbox_charges,
    sandbox_events,
    sandbox_operations,
)
from marketplace.infrastructure.payments.courier import SandboxCourier
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks
from tests.factories import eur
from tests.fakes import FakeClock
from tests.integration.database.threads import together
from tests.sandbox import DELAY, SECRET

THREADS = 50


class Sandbox:
    """A sandbox with one payment of 100 under a key of its own, and what its books say of it."""

    def __init__(self, engines: Engines) -> None:
        # Signatures are held against the time that it really is.
        self.clock = FakeClock(datetime.now(UTC))
        self.engines = engines
        self.key = f"payment-{uuid4()}"
        self.webhooks = SandboxWebhooks(SECRET)
        self.provider = SandboxProvider(
            SqlSandboxBooks(engines, clock=self.clock),
            webhooks=self.webhooks,
            clock=self.clock,
            delay=DELAY,
        )
        self.received: list[ProviderEvent] = []
        self.broken = False

    def authorize(self, token: str = "tok_ok", *, capture: bool = True) -> Any:
        return self.provider.authorize(key=self.key, amount=eur(100), token=token, capture=capture)

    def capture(self, key: str, amount: int) -> Any:
        return self.provider.capture(
            key=f"{self.key}-{key}", payment_key=self.key, reference="", amount=eur(amount)
        )

    def refund(self, key: str, amount: int) -> Any:
        return self.provider.refund(
            key=f"{self.key}-{key}", payment_key=self.key, reference="", amount=eur(amount)
        )

    def void(self) -> None:
        self.provider.void(key=self.key)

    def courier(self) -> SandboxCourier:
        return SandboxCourier(
            self.provider,
            SqlSandboxPost(self.engines.single),
            webhooks=self.webhooks,
            receive=self.receive,
            clock=self.clock,
        )

    def receive(self, headers: Mapping[str, str], body: bytes) -> None:
        if self.broken:
            raise ConnectionError("no answer")
        self.received.append(self.provider.event(headers, body))

    def charge(self) -> Any:
        with self.engines.read.connect() as connection:
            statement = select(sandbox_charges).where(sandbox_charges.c.key == self.key)
            return connection.execute(statement).one()

    def told(self) -> list[str]:
        """The kinds of the events that there are, sorted."""
        with self.engines.read.connect() as connection:
            statement = select(sandbox_events.c.payload).where(
                sandbox_events.c.charge_key == self.key
            )
            return sorted(payload["type"] for payload in connection.scalars(statement))

    def operations(self) -> int:
        with self.engines.read.connect() as connection:
            statement = (
                select(func.count())
                .select_from(sandbox_operations)
                .where(sandbox_operations.c.charge_key == self.key)
            )
            return int(connection.execute(statement).scalar_one())

    def row(self) -> Any:
        with self.engines.read.connect() as connection:
            statement = select(sandbox_events).where(sandbox_events.c.charge_key == self.key)
            return connection.execute(statement).one()


@pytest.fixture
def sandbox(engines: Engines) -> Iterator[Sandbox]:
    yield Sandbox(engines)
    # Two pools as large as races need are more than the server has connections for.
    engines.dispose()


@pytest.fixture
def alone(own_engines: Engines) -> Sandbox:
    """The events of other tests are none of ours."""
    return Sandbox(own_engines)


def test_one_key_is_one_charge(sandbox: Sandbox) -> None:
    outcomes = together(lambda _: sandbox.authorize(), THREADS)

    assert len({outcome.reference for outcome in outcomes}) == 1
    assert {outcome.status for outcome in outcomes} == {ProviderStatus.CAPTURED}
    assert sandbox.charge().captured_amount == 100
    assert sandbox.told() == ["captured"]


def test_one_key_is_one_operation(sandbox: Sandbox) -> None:
    sandbox.authorize()

    outcomes = together(lambda _: sandbox.refund("r", 60), THREADS)

    assert len(set(outcomes)) == 1
    assert outcomes[0].succeeded
    assert sandbox.charge().refunded_amount == 60
    assert (sandbox.operations(), sandbox.told()) == (1, ["captured", "refunded"])


def test_no_more_is_captured_than_was_authorised(sandbox: Sandbox) -> None:
    sandbox.authorize(capture=False)

    outcomes = together(lambda number: sandbox.capture(f"c{number}", 7), THREADS)

    assert sum(outcome.succeeded for outcome in outcomes) == 14
    assert sandbox.charge().captured_amount == 98
    assert sandbox.operations() == THREADS


def test_no_more_is_refunded_than_was_captured(sandbox: Sandbox) -> None:
    sandbox.authorize(capture=False)
    sandbox.capture("c", 50)

    def move(number: int) -> Any:
        if number % 2:
            return sandbox.refund(f"r{number}", 9)
        return sandbox.capture(f"c{number}", 3)

    outcomes = together(move, THREADS)

    charge = sandbox.charge()
    captured = sum(outcome.succeeded for outcome in outcomes[::2])
    refunded = sum(outcome.succeeded for outcome in outcomes[1::2])
    assert (charge.captured_amount, charge.refunded_amount) == (50 + 3 * captured, 9 * refunded)
    assert 50 <= charge.captured_amount <= 100
    assert charge.refunded_amount <= charge.captured_amount
    assert sandbox.told().count("refundFailed") == 25 - refunded


@pytest.mark.parametrize("_", range(5))
def test_what_is_voided_while_it_is_captured_is_given_back(sandbox: Sandbox, _: int) -> None:
    sandbox.authorize(capture=False)

    outcomes = together(
        lambda number: sandbox.void() if number == 4 else sandbox.capture(f"c{number}", 10), 9
    )

    captured = sum(outcome.succeeded for outcome in outcomes if outcome is not None)
    charge = sandbox.charge()
    assert charge.status == "voided"
    assert charge.captured_amount == charge.refunded_amount == 10 * captured
    assert sandbox.told() == ["authorized"] + ["captured"] * captured + ["voided"]
    assert not sandbox.capture("late", 1).succeeded


@pytest.mark.parametrize("_", range(5))
def test_a_void_wins_over_a_payment_that_comes_at_the_same_time(sandbox: Sandbox, _: int) -> None:
    outcomes = together(lambda number: sandbox.void() if number % 2 else sandbox.authorize(), 10)

    assert sandbox.charge().status == "voided"
    assert all(not isinstance(outcome, Exception) for outcome in outcomes)
    assert sandbox.authorize().status is ProviderStatus.DECLINED
    # Nothing is told where the void came first: nothing had happened.
    assert sandbox.told() in ([], ["captured", "voided"])


def test_a_pending_payment_is_decided_once(alone: Sandbox) -> None:
    alone.authorize("tok_pending")
    alone.clock.now += DELAY

    together(lambda _: alone.provider.settle_due(10), 10)

    assert alone.authorize("tok_pending").status is ProviderStatus.CAPTURED
    assert (alone.charge().captured_amount, alone.told()) == (100, ["captured"])


def test_a_buyer_answers_once(sandbox: Sandbox) -> None:
    reference = sandbox.authorize("tok_action").reference

    answers = together(
        lambda number: sandbox.provider.answer(reference, approve=number % 2 == 0), 10
    )

    assert len(set(answers)) == 1
    assert len(sandbox.told()) == 1
    assert sandbox.provider.look_up(reference) == answers[0]


def test_each_event_comes_late_and_twice(alone: Sandbox) -> None:
    outcome = alone.authorize()
    assert alone.courier().run_once() == 0

    alone.clock.now += DELAY
    assert [alone.courier().run_once() for _ in range(3)] == [1, 1, 0]

    first, second = alone.received
    assert first == second
    assert (first.kind, first.payment_key) == (ProviderEventKind.CAPTURED, alone.key)
    assert (first.reference, first.amount) == (outcome.reference, eur(100))
    assert alone.row().delivered_at == alone.clock.now


def test_what_is_pending_is_told_once_it_is_decided(alone: Sandbox) -> None:
    alone.authorize("tok_pending_fails")
    alone.clock.now += DELAY

    assert alone.courier().run_once() == 1

    assert alone.received[0].kind is ProviderEventKind.FAILED


def test_what_is_refused_comes_again_later_and_later(alone: Sandbox) -> None:
    alone.authorize()
    alone.clock.now += DELAY
    alone.broken = True

    waits = []
    for _ in range(3):
        assert [alone.courier().run_once() for _ in range(2)] == [0, 0]
        row = alone.row()
        assert (row.deliveries, row.error) == (0, "ConnectionError: no answer")
        waits.append(row.due_at - alone.clock.now)
        alone.clock.now = row.due_at
    assert waits == [timedelta(seconds=seconds) for seconds in (2, 4, 8)]

    alone.broken = False
    assert [alone.courier().run_once() for _ in range(3)] == [1, 1, 0]
    assert alone.row().error is None


def test_couriers_do_not_take_the_same_event(alone: Sandbox) -> None:
    alone.authorize()
    for number in range(29):
        alone.refund(f"r{number}", 1)
    alone.clock.now += DELAY
    post = SqlSandboxPost(alone.engines.single)

    claimed = together(lambda _: post.claim(alone.clock.now, 5), 10)

    ids = [delivery.event.id for deliveries in claimed for delivery in deliveries]
    assert len(ids) == len(set(ids)) == 30
    assert post.claim(alone.clock.now + LEASE - timedelta(seconds=1), 50) == []
    # Of a courier that died somebody else takes over.
    assert len(post.claim(alone.clock.now + LEASE, 50)) == 30
