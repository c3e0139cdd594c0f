"""Money and stock, when everybody wants something of one order at once. All of it commits for real,
and the database is asked afterwards whether it had to break a deadlock."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, text

from marketplace.application.ports import ProviderOutcome
from marketplace.domain.errors import Conflict, NotFound, PaymentDeclined
from marketplace.domain.orders.statuses import OrderStatus
from marketplace.domain.payments.ledger import OperationKind
from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.ids import OrderId, OrderLineId
from marketplace.infrastructure.database.engine import Engines
from tests.fakes import FakeClock
from tests.integration.database.threads import together
from tests.integration.database.till import ON_HAND, PRICE, Till
from tests.processes import wait_until


@pytest.fixture
def till(own_engines: Engines, clock: FakeClock) -> Iterator[Till]:
    yield Till.on(own_engines, clock)
    # A connection reports its deadlocks at the latest when it ends.
    url = own_engines.write.url
    own_engines.dispose()
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        deadlocks = connection.execute(
            text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        ).scalar_one()
    assert deadlocks == 0


def kinds(results: list[Any]) -> set[Any]:
    return {each.code if isinstance(each, Conflict) else type(each) for each in results}


def test_fifty_refunds_never_give_back_more_than_was_captured(till: Till) -> None:
    order, payment = till.find(till.place())
    assert payment.captured_amount.amount == 4 * PRICE

    results = together(lambda _: till.refund(payment, 3 * PRICE // 10), 50)

    done = [each for each in results if not isinstance(each, Exception)]
    assert len(done) == 4 * PRICE // (3 * PRICE // 10)
    assert kinds([each for each in results if isinstance(each, Exception)]) == {"refund_too_high"}
    order, payment = till.find(order.id)
    assert payment.refunded_amount.amount == len(done) * 3 * PRICE // 10
    till.rest()


def test_twenty_cancels_have_one_effect(till: Till) -> None:
    order, _ = till.find(till.place())

    results = together(lambda _: till.cancel(order.id), 20)

    assert results.count(order.id) == 1
    assert kinds(results) - {type(order.id)} == {"not_cancellable"}
    order, payment = till.find(order.id)
    assert payment.refunded_amount == payment.captured_amount
    refunds = [each for each in payment.ledger.operations if each.kind is OperationKind.REFUND]
    assert len(refunds) == 1
    assert [till.available(offer) for offer in till.offers] == [ON_HAND] * 2
    till.rest()


def test_twenty_cancels_of_a_unit_cancel_what_there_is(till: Till) -> None:
    order, _ = till.find(till.place(capture=False))
    lines = {line.id: 1 for line in order.lines}

    results = together(lambda _: till.cancel(order.id, lines), 20)

    # The second of the two lets go of all that is held: whoever comes then has to wait, or is late.
    assert results.count(order.id) == 2
    assert kinds(results) - {type(order.id)} <= {"not_cancellable", "payment_in_progress"}
    assert till.find(order.id)[0].status is OrderStatus.CANCELLED
    till.rest()


def test_twenty_captures_take_the_money_once(till: Till) -> None:
    order, payment = till.find(till.place(capture=False))

    results = together(lambda _: till.capture(payment, 3 * PRICE), 20)

    assert len([each for each in results if not isinstance(each, Exception)]) == 1
    assert till.find(order.id)[1].captured_amount.amount == 3 * PRICE
    till.rest()


def test_one_event_many_times_counts_once(till: Till) -> None:
    order, _ = till.find(till.place("tok_pending"))
    till.provider.settle_due(10)
    (event,) = till.told

    assert together(lambda _: till.hear(event), 20) == [None] * 20

    order, payment = till.find(order.id)
    assert payment.captured_amount == order.total
    assert len(payment.ledger.events) == 3
    till.rest()


def wanted_of(
    till: Till, order_id: OrderId, payment: Payment, line: OrderLineId
) -> list[Callable[[], object]]:
    return [
        partial(till.cancel, order_id),
        partial(till.cancel, order_id, {line: 1}),
        partial(till.capture, payment, 1500),
        partial(till.capture, payment),
        partial(till.refund, payment, 700),
        partial(till.refund, payment),
        partial(till.void, payment),
    ]


@pytest.mark.parametrize("seed", range(3))
def test_everything_at_once(till: Till, seed: int) -> None:
    """Buyers, administrators, the provider and sweepers, at orders that share their stock."""
    chance = random.Random(seed)  # noqa: S311  plausible, not secret
    tokens = ["tok_ok", "tok_ok", "tok_pending", "tok_pending", "tok_pending_fails"]
    orders = [till.place(token, capture=bool(index % 2)) for index, token in enumerate(tokens)]
    till.provider.settle_due(10)
    payments = [till.find(each)[1] for each in orders]
    lines = [next(till.find(each)[0].lines).id for each in orders]
    work: list[Callable[[], object]] = [till.sweep, till.place, till.place]
    for each in zip(orders, payments, lines, strict=True):
        work += wanted_of(till, *each)
    work += [partial(till.hear, event) for event in 2 * till.told]
    chance.shuffle(work)

    results = together(lambda index: work[index](), len(work))

    wrong = [
        each
        for each in results
        if isinstance(each, Exception) and not isinstance(each, Conflict | NotFound)
    ]
    assert wrong == []
    till.rest()
    for order_id in orders:
        order, payment = till.find(order_id)
        if order.status is OrderStatus.CANCELLED:
            assert payment.captured_amount == payment.refunded_amount


class Overtaken:
    """The sandbox, whose answer to `authorize` comes at the moment at which others start."""

    name = "sandbox"

    def __init__(self, till: Till, start: Barrier) -> None:
        self._till = till
        self._start = start

    def authorize(self, **arguments: Any) -> ProviderOutcome:
        outcome = self._till.provider.authorize(**arguments)
        self._start.wait(timeout=20)
        return outcome


@pytest.mark.parametrize("token", ["tok_ok", "tok_declined", "tok_pending"])
def test_answers_and_events_at_once(till: Till, token: str) -> None:
    """The request writes its answer down while the event of the same says the same, and others
    want the same stock."""
    rounds, start = 8, Barrier(4)

    def place() -> list[object]:
        found: list[object] = []
        for _number in range(rounds):
            try:
                found.append(till.place(token, provider=Overtaken(till, start)))
            except PaymentDeclined:
                found.append(None)
            start.wait(timeout=20)
        return found

    def tell() -> None:
        heard: set[str] = set()
        for _number in range(rounds):
            start.wait(timeout=20)
            till.provider.settle_due(10)
            news = [event for event in till.told if event.id not in heard]
            heard |= {event.id for event in news}
            for event in news:
                till.hear(event)
            start.wait(timeout=20)

    def buy() -> None:
        for _number in range(rounds):
            start.wait(timeout=20)
            order_id = till.place()
            till.cancel(order_id)
            start.wait(timeout=20)

    placed, *others = together(lambda index: (place, tell, buy, buy)[index](), 4)

    assert others == [None] * 3
    declined = token == "tok_declined"
    assert [each is None for each in placed] == [declined] * rounds
    till.rest()
    bought = 0 if declined else 2 * rounds
    assert [till.available(offer) for offer in till.offers] == [ON_HAND - bought] * 2


@pytest.mark.parametrize("token", ["tok_ok", "tok_declined", "tok_pending"])
def test_an_answer_that_waits_for_its_order_holds_nothing_else(till: Till, token: str) -> None:
    """Whoever has the order locked gets payment and stock, and never has to be a victim."""
    start = Barrier(2)
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    def is_waiting() -> bool:
        with till.engines.read.connect() as connection:
            return bool(connection.execute(waiting).scalar_one())

    with ThreadPoolExecutor() as threads:
        placed = threads.submit(till.place, token, provider=Overtaken(till, start))
        wait_until(lambda: bool(till.reserved), timeout=20, what="an order")
        (order_id,) = till.reserved
        with till.new_uow() as uow:
            uow.orders.get_for_update(order_id)
            start.wait(timeout=20)
            wait_until(is_waiting, timeout=20, what="an answer that waits")
            uow.payments.get_for_update(uow.payments.of_order(order_id).id)
            for offer in sorted(till.offers):
                uow.stock.get_for_update(offer)
        error = placed.exception(timeout=20)

    assert (type(error) is PaymentDeclined) is (token == "tok_declined")
    till.rest()
