"""What sweepers go on with, and what they leave alone."""

import pytest

from marketplace.application.ports import ProviderEventKind, ProviderStatus
from marketplace.domain.errors import Unavailable
from marketplace.domain.orders.statuses import By, OrderEntryKind, OrderStatus, PaymentStatus
from marketplace.domain.payments.statuses import PaymentState
from tests.factories import eur
from tests.unit.application.shop import Shop
from tests.unit.application.till import Till

SILENCE = Unavailable("payment_unknown", "No answer.")


class TestPendingOrders:
    def test_are_cancelled_in_time(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.PENDING)
        shop.clock.advance(seconds=60)
        assert till.sweep() == (0, 0, 0)
        shop.clock.advance(seconds=1)
        assert till.sweep() == (0, 1, 0)
        assert till.order.status is OrderStatus.CANCELLED
        assert till.order.payment_status is PaymentStatus.VOIDED
        assert till.payment.status is PaymentState.VOIDED
        assert shop.provider.voided == [till.payment.provider_key]
        assert till.left == (10, 10, 10)
        told = next(each for each in till.timeline if each.kind is OrderEntryKind.CANCELLED)
        assert (told.by, told.reason) == (By.SYSTEM, "The payment was not made in time.")
        assert till.sweep() == (0, 0, 0)

    @pytest.mark.parametrize("status", [ProviderStatus.AUTHORIZED, ProviderStatus.CAPTURED])
    def test_that_are_paid_are_left_alone(self, shop: Shop, status: ProviderStatus) -> None:
        till = Till.of(shop, status)
        shop.clock.advance(hours=1)
        assert till.sweep() == (0, 0, 0)
        assert till.order.status is OrderStatus.PLACED

    def test_are_not_paid_any_more_afterwards(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.PENDING)
        late = till.told(ProviderEventKind.CAPTURED)
        shop.clock.advance(minutes=2)
        till.sweep()
        till.hear(late)
        assert till.payment.captured_amount == eur(0)
        assert till.order.status is OrderStatus.CANCELLED

    def test_whose_void_is_not_answered_keep_nobody_from_theirs(self, shop: Shop) -> None:
        first, second = Till.of(shop, ProviderStatus.PENDING), Till.of(shop, ProviderStatus.PENDING)
        shop.provider.lost = 1
        shop.clock.advance(minutes=2)
        assert first.sweep() == (0, 2, 0)
        assert [each.order.status for each in (first, second)] == [OrderStatus.CANCELLED] * 2
        assert [each.payment.is_open for each in (first, second)] == [True, False]
        assert first.sweep() == (0, 0, 0)
        shop.clock.advance(minutes=2)
        assert first.sweep() == (0, 0, 1)
        assert first.payment.status is PaymentState.VOIDED
        assert first.left == (10, 10, 10)


class TestUnfinalisedOrders:
    def test_whose_void_is_not_answered_keep_nobody_from_theirs(self, shop: Shop) -> None:
        tills = [Till(shop), Till(shop)]
        for till in tills:
            shop.provider.lost = 1
            with pytest.raises(Unavailable):
                shop.place(till.command)
        shop.clock.advance(minutes=2)
        shop.provider.lost = 1
        assert tills[0].sweep() == (1, 0, 0)
        assert [each.payment.is_open for each in tills] == [True, False]
        assert tills[0].left == (8, 9, 7)
        assert tills[0].sweep() == (1, 0, 0)
        assert tills[0].left == (10, 10, 10)
        assert shop.provider.authorized == {}


class TestOperations:
    def test_are_asked_for_again_when_their_time_has_come(self, shop: Shop) -> None:
        till = Till.of(shop)
        shop.provider.error = SILENCE
        till.refund(lamp=1)
        shop.clock.advance(seconds=40)
        till.refund(desk=1)
        shop.provider.error = None
        shop.clock.advance(seconds=20)
        assert till.sweep() == (0, 0, 1)
        assert till.payment.refunded_amount == eur(3000)
        shop.clock.advance(seconds=40)
        assert till.sweep() == (0, 0, 1)
        assert till.payment.refunded_amount == eur(8000)

    def test_that_stay_unanswered_keep_nobody_from_theirs(self, shop: Shop) -> None:
        first, second = Till.of(shop), Till.of(shop)
        shop.provider.error = SILENCE
        first.refund()
        second.refund()
        shop.provider.error = None
        shop.provider.lost = 1
        shop.clock.advance(minutes=2)
        assert first.sweep() == (0, 0, 1)
        assert [each.payment.refunded_amount for each in (first, second)] == [eur(0), eur(17000)]
        assert first.sweep() == (0, 0, 1)
        assert first.payment.refunded_amount == eur(17000)

    def test_that_are_answered_meanwhile_are_answered_once(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        shop.provider.error = SILENCE
        with pytest.raises(Unavailable):
            till.capture()
        shop.provider.error = None
        (waiting,) = till.payment.unanswered

        def tell() -> None:
            shop.provider.during = None
            till.hear(till.told(ProviderEventKind.CAPTURED, waiting.id))

        shop.provider.during = tell
        shop.clock.advance(minutes=2)
        till.sweep()
        assert till.payment.captured_amount == eur(17000)
        kinds = [each.kind for each in till.timeline]
        assert kinds.count(OrderEntryKind.PAYMENT_CAPTURED) == 1
