"""What the provider tells of its own accord: repeated, late, and in any order."""

from contextlib import suppress
from dataclasses import replace
from itertools import permutations

import pytest

from marketplace.application.ports import ProviderEventKind, ProviderStatus
from marketplace.domain.errors import PaymentDeclined, RuleViolated, Unavailable
from marketplace.domain.orders.events import OrderAbandoned, OrderCancelled, OrderPlaced
from marketplace.domain.orders.statuses import By, OrderEntryKind, OrderStatus, PaymentStatus
from marketplace.domain.payments.ledger import OperationState
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OperationId
from marketplace.domain.shared.money import Money
from tests.factories import eur, new_id
from tests.unit.application.shop import Shop
from tests.unit.application.till import Till


def state(till: Till) -> PaymentState:
    return till.payment.status


def reserved(shop: Shop, status: ProviderStatus = ProviderStatus.CAPTURED) -> Till:
    """The process died when the provider had answered: the order is not visible yet."""
    till = Till(shop, status)
    shop.provider.lost = 1
    with pytest.raises(Unavailable):
        shop.place(till.command)
    assert till.order.finalised_at is None
    return till


def kinds(till: Till) -> list[OrderEntryKind]:
    return [each.kind for each in till.timeline]


class TestUnfinalised:
    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            (ProviderEventKind.CAPTURED, PaymentStatus.PAID),
            (ProviderEventKind.AUTHORIZED, PaymentStatus.AUTHORIZED),
        ],
    )
    def test_orders_become_visible(
        self, shop: Shop, kind: ProviderEventKind, expected: PaymentStatus
    ) -> None:
        till = reserved(shop, ProviderStatus(kind))
        till.hear(till.told(kind))
        order = till.order
        assert order.finalised_at is not None
        assert order.payment_status is expected
        assert till.left == (8, 9, 7)
        assert isinstance(shop.database.events[-1], OrderPlaced)
        shop.clock.advance(minutes=2)
        assert till.sweep() == (0, 0, 0)

    @pytest.mark.parametrize("kind", [ProviderEventKind.FAILED, ProviderEventKind.VOIDED])
    def test_orders_are_given_up(self, shop: Shop, kind: ProviderEventKind) -> None:
        till = reserved(shop)
        till.hear(till.told(kind))
        order = till.order
        assert (order.finalised_at, order.abandoned_at) == (None, shop.clock.now)
        assert not till.payment.is_open
        assert till.left == (10, 10, 10)
        assert isinstance(shop.database.events[-1], OrderAbandoned)
        shop.clock.advance(minutes=2)
        assert till.sweep() == (0, 0, 0)

    def test_orders_that_were_given_up_stay_so(self, shop: Shop) -> None:
        till = reserved(shop)
        late = [till.told(kind) for kind in ProviderEventKind]
        shop.clock.advance(minutes=2)
        assert till.sweep() == (1, 0, 0)
        till.hear(*late)
        assert till.order.finalised_at is None
        assert state(till) is PaymentState.VOIDED
        assert till.left == (10, 10, 10)

    def test_orders_may_be_made_visible_while_the_request_waits(self, shop: Shop) -> None:
        till = Till(shop)

        def tell() -> None:
            shop.provider.during = None
            till.hear(till.told(ProviderEventKind.CAPTURED))

        shop.provider.during = tell
        assert shop.place(till.command) == till.id
        assert till.payment.captured_amount == eur(17000)
        assert kinds(till) == [OrderEntryKind.PLACED, OrderEntryKind.PAYMENT_CAPTURED]
        assert len([e for e in shop.database.events if isinstance(e, OrderPlaced)]) == 1

    def test_orders_may_be_given_up_while_the_request_waits(self, shop: Shop) -> None:
        till = Till(shop, ProviderStatus.DECLINED)

        def tell() -> None:
            shop.provider.during = None
            till.hear(till.told(ProviderEventKind.FAILED, reason="no money"))

        shop.provider.during = tell
        with pytest.raises(PaymentDeclined):
            shop.place(till.command)
        assert till.left == (10, 10, 10)
        assert len([e for e in shop.database.events if isinstance(e, OrderAbandoned)]) == 1

    def test_news_may_overtake_the_answer_that_there_is_none_yet(self, shop: Shop) -> None:
        till = Till(shop, ProviderStatus.PENDING)

        def tell() -> None:
            shop.provider.during = None
            till.hear(till.told(ProviderEventKind.CAPTURED))

        shop.provider.during = tell
        assert shop.place(till.command) == till.id
        assert state(till) is PaymentState.CAPTURED
        assert till.order.payment_status is PaymentStatus.PAID


class TestPending:
    @pytest.fixture
    def till(self, shop: Shop) -> Till:
        till = Till.of(shop, ProviderStatus.PENDING)
        assert till.order.payment_status is PaymentStatus.PENDING
        assert kinds(till) == [OrderEntryKind.PLACED]
        return till

    @pytest.mark.parametrize("kind", [ProviderEventKind.AUTHORIZED, ProviderEventKind.CAPTURED])
    def test_payments_are_made_later(self, till: Till, kind: ProviderEventKind) -> None:
        till.hear(till.told(kind))
        captured = kind is ProviderEventKind.CAPTURED
        assert state(till) is (PaymentState.CAPTURED if captured else PaymentState.AUTHORIZED)
        assert till.order.payment_status is (
            PaymentStatus.PAID if captured else PaymentStatus.AUTHORIZED
        )
        assert till.payment.reference == f"ref-{till.payment.provider_key}"

    @pytest.mark.parametrize("amount", [eur(16999), Money(17000, "USD")])
    def test_payments_of_another_amount_are_refused(self, till: Till, amount: Money) -> None:
        told = till.told(ProviderEventKind.CAPTURED, amount=amount)
        with pytest.raises(RuleViolated) as refused:
            till.hear(told)
        assert refused.value.code == "invalid_event"
        assert till.payment.captured_amount == eur(0)
        # It was not taken to be known either.
        till.hear(replace(told, amount=eur(17000)))
        assert till.payment.captured_amount == eur(17000)

    def test_orders_are_cancelled_if_they_are_not(self, till: Till, shop: Shop) -> None:
        till.hear(till.told(ProviderEventKind.FAILED, reason="no money"))
        order = till.order
        assert order.status is OrderStatus.CANCELLED
        assert order.payment_status is PaymentStatus.FAILED
        assert till.left == (10, 10, 10)
        told = till.timeline[1:]
        assert {(each.by, each.reason) for each in told} == {(By.SYSTEM, "no money")}
        assert [each.kind for each in told] == [
            OrderEntryKind.PAYMENT_FAILED,
            OrderEntryKind.CANCELLED,
            OrderEntryKind.CANCELLED,
        ]
        assert isinstance(shop.database.events[-1], OrderCancelled)

    def test_payments_that_lapse_leave_the_order(self, till: Till) -> None:
        till.hear(till.told(ProviderEventKind.VOIDED))
        assert state(till) is PaymentState.VOIDED
        assert till.order.status is OrderStatus.PLACED
        assert till.order.payment_status is PaymentStatus.VOIDED
        assert till.left == (8, 9, 7)

    def test_failures_of_orders_that_are_being_cancelled_change_nothing(
        self, till: Till, shop: Shop
    ) -> None:
        shop.provider.error = Unavailable("payment_unknown", "No answer.")
        till.cancel()
        till.hear(till.told(ProviderEventKind.FAILED), till.told(ProviderEventKind.CAPTURED))
        assert state(till) is PaymentState.PENDING
        assert till.left == (10, 10, 10)
        shop.provider.error = None
        shop.clock.advance(minutes=2)
        assert till.sweep() == (0, 0, 1)
        assert state(till) is PaymentState.VOIDED
        assert till.order.payment_status is PaymentStatus.VOIDED


class TestOperations:
    def unanswered(self, shop: Shop, kind: str) -> tuple[Till, OperationId]:
        """A capture, refund or void that the provider did, and whose reply was lost."""
        refunds = kind == "refund"
        till = Till.of(shop, ProviderStatus.CAPTURED if refunds else ProviderStatus.AUTHORIZED)
        shop.provider.lost = 1
        with suppress(Unavailable):
            getattr(till, kind)()
        (waiting,) = till.payment.unanswered
        return till, waiting.id

    @pytest.mark.parametrize(
        ("kind", "event", "expected"),
        [
            ("capture", ProviderEventKind.CAPTURED, PaymentStatus.PAID),
            ("refund", ProviderEventKind.REFUNDED, PaymentStatus.REFUNDED),
            ("void", ProviderEventKind.VOIDED, PaymentStatus.VOIDED),
        ],
    )
    def test_are_answered_by_events(
        self, shop: Shop, kind: str, event: ProviderEventKind, expected: PaymentStatus
    ) -> None:
        till, operation_id = self.unanswered(shop, kind)
        key = None if kind == "void" else operation_id
        if key is not None:
            with pytest.raises(RuleViolated, match="were not asked for"):
                till.hear(till.told(event, key, amount=eur(1)))
        told = till.told(event, key, amount=eur(17000))
        till.hear(told)
        assert till.payment.operation(operation_id).state is OperationState.SUCCEEDED
        assert till.order.payment_status is expected
        shop.clock.advance(minutes=2)
        assert till.sweep() == (0, 0, 0)

    def test_fail_by_events(self, shop: Shop) -> None:
        till, operation_id = self.unanswered(shop, "refund")
        till.hear(till.told(ProviderEventKind.REFUND_FAILED, operation_id, reason="closed"))
        operation = till.payment.operation(operation_id)
        assert (operation.state, operation.reason) == (OperationState.FAILED, "closed")
        assert till.order.payment_status is PaymentStatus.PAID
        assert kinds(till)[-1] is OrderEntryKind.REFUND_FAILED

    def test_are_not_answered_by_what_is_said_of_others(self, shop: Shop) -> None:
        till, operation_id = self.unanswered(shop, "refund")
        key = till.payment.provider_key
        other = f"refund-{new_id()}"
        till.hear(
            shop.provider.told(ProviderEventKind.REFUNDED, key, other),
            shop.provider.told(ProviderEventKind.CAPTURED, key, other),
            shop.provider.told(ProviderEventKind.REFUNDED, key),
            till.told(ProviderEventKind.CAPTURED, operation_id),
            till.told(ProviderEventKind.VOIDED),
        )
        assert till.payment.operation(operation_id).state is OperationState.PENDING
        assert till.payment.refunded_amount == eur(0)
        assert state(till) is PaymentState.CAPTURED

    def test_are_answered_once(self, shop: Shop) -> None:
        till, operation_id = self.unanswered(shop, "refund")
        done = till.told(ProviderEventKind.REFUNDED, operation_id)
        failed = till.told(ProviderEventKind.REFUND_FAILED, operation_id)
        till.hear(done, failed, till.told(ProviderEventKind.REFUNDED, operation_id))
        assert till.payment.refunded_amount == eur(17000)
        assert kinds(till).count(OrderEntryKind.REFUNDED) == 1


class TestRepeats:
    def test_of_an_event_change_nothing(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.PENDING)
        event = till.told(ProviderEventKind.CAPTURED)
        till.hear(event)
        order, entries, events = till.order, list(till.timeline), list(shop.database.events)
        till.hear(event, event)
        till.hear(till.told(ProviderEventKind.CAPTURED))
        assert till.order.version == order.version
        assert till.timeline == entries
        assert shop.database.events == events

    def test_under_one_id_are_one_event_for_each_provider_only(self, shop: Shop) -> None:
        with shop.database.unit_of_work() as uow:
            assert uow.provider_events.add("one", "evt-1")
            assert uow.provider_events.add("other", "evt-1")
            assert not uow.provider_events.add("one", "evt-1")
            uow.commit()

    @pytest.mark.parametrize(
        "key",
        ["payment-", "payment-x", "refund-1", "", "payment-00000000-0000-7000-8000-000000000005"],
    )
    def test_about_payments_that_are_not_ours_are_noted_only(self, shop: Shop, key: str) -> None:
        till = Till.of(shop, ProviderStatus.PENDING)
        till.hear(shop.provider.told(ProviderEventKind.CAPTURED, key))
        assert state(till) is PaymentState.PENDING
        assert shop.database.state.provider_events == {("sandbox", "evt-1"): True}

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_in_any_order_come_to_the_same(self, shop: Shop, order: tuple[int, ...]) -> None:
        """Twice, too: what was done is told once."""
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        shop.provider.lost = 1
        with pytest.raises(Unavailable):
            till.capture()
        (capture,) = till.payment.unanswered
        events = [
            till.told(ProviderEventKind.AUTHORIZED),
            till.told(ProviderEventKind.CAPTURED, capture.id),
            till.told(ProviderEventKind.CAPTURED, capture.id),
        ]
        till.hear(*(events[index] for index in order), *events)
        assert state(till) is PaymentState.CAPTURED
        assert till.order.payment_status is PaymentStatus.PAID
        assert till.payment.captured_amount == eur(17000)
        assert kinds(till).count(OrderEntryKind.PAYMENT_CAPTURED) == 1


class TestCaptured:
    @pytest.mark.parametrize("kind", list(ProviderEventKind))
    def test_payments_are_changed_by_no_late_news(
        self, shop: Shop, kind: ProviderEventKind
    ) -> None:
        till = Till.of(shop)
        entries = len(till.payment.ledger.events)
        till.hear(till.told(kind))
        assert len(till.payment.ledger.events) == entries
        assert till.order.payment_status is PaymentStatus.PAID

    def test_authorised_ones_may_lapse(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.hear(till.told(ProviderEventKind.VOIDED, reason="expired"))
        assert state(till) is PaymentState.VOIDED
        assert till.timeline[-1].reason == "expired"
        assert till.left == (8, 9, 7)

    def test_those_captured_in_part_do_not_lapse(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.capture(amount=1000)
        till.hear(till.told(ProviderEventKind.VOIDED))
        assert state(till) is PaymentState.AUTHORIZED
