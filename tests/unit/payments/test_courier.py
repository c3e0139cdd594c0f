"""The courier brings what is due, and brings again what was refused."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.application.ports import ProviderEvent, ProviderStatus
from marketplace.infrastructure.payments.courier import SandboxCourier
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks
from tests.factories import eur
from tests.fakes import FakeClock
from tests.sandbox import DELAY, SECRET, FakeBooks, FakePost, a_sandbox
from tests.unit.payments.test_webhooks import EVENT


class Receiver:
    """Reads what it is handed, as the marketplace does."""

    def __init__(self) -> None:
        self.events: list[ProviderEvent] = []
        self.broken = False

    def __call__(self, headers: Mapping[str, str], body: bytes) -> None:
        if self.broken:
            raise ConnectionError("no answer")
        self.events.append(a_sandbox().event(headers, body))


@pytest.fixture
def clock() -> FakeClock:
    # Signatures are held against the time that it really is.
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def a_courier(
    post: FakePost, receiver: Receiver, clock: FakeClock, books: FakeBooks | None = None
) -> SandboxCourier:
    return SandboxCourier(
        a_sandbox(books, clock=clock),
        post,
        webhooks=SandboxWebhooks(SECRET),
        receive=receiver,
        clock=clock,
    )


def test_it_hands_over_what_is_due(clock: FakeClock, receiver: Receiver) -> None:
    post = FakePost(EVENT)

    assert [a_courier(post, receiver, clock).run_once() for _ in range(2)] == [1, 0]

    assert receiver.events == [EVENT]
    assert post.done == [EVENT.id]


def test_it_takes_no_more_than_it_is_told(clock: FakeClock, receiver: Receiver) -> None:
    courier = a_courier(FakePost(EVENT, EVENT, EVENT), receiver, clock)

    assert [courier.run_once(limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        (0, timedelta(seconds=2)),
        (3, timedelta(seconds=16)),
        (11, timedelta(hours=1)),
        (5000, timedelta(hours=1)),
    ],
)
def test_what_is_refused_comes_again_later_and_later(
    clock: FakeClock, receiver: Receiver, failures: int, wait: timedelta
) -> None:
    receiver.broken = True
    post = FakePost(EVENT, failures=failures)

    assert a_courier(post, receiver, clock).run_once() == 0

    assert post.done == []
    assert post.again == [(EVENT.id, clock.now + wait, "ConnectionError: no answer")]


def test_it_has_the_sandbox_decide_on_what_is_pending(clock: FakeClock, receiver: Receiver) -> None:
    books = FakeBooks()
    sandbox = a_sandbox(books, clock=clock)
    courier = a_courier(FakePost(), receiver, clock, books)

    def status() -> ProviderStatus:
        return sandbox.authorize(key="k", amount=eur(1), token="tok_pending", capture=True).status

    assert status() is ProviderStatus.PENDING
    courier.run_once()
    assert status() is ProviderStatus.PENDING
    clock.now += DELAY
    courier.run_once()
    assert status() is ProviderStatus.CAPTURED
