"""Cancelling orders: units go back at once, and money as far as it was taken or held."""

import pytest

from marketplace.application.actor import OrderAccess
from marketplace.application.idempotency import EffectInFlight
from marketplace.application.ports import ProviderEventKind, ProviderStatus
from marketplace.domain.errors import Conflict, Forbidden, NotFound, RuleViolated, Unavailable
from marketplace.domain.orders.events import OrderCancelled
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.statuses import (
    By,
    FulfilmentStatus,
    OrderEntryKind,
    OrderStatus,
    PaymentStatus,
)
from marketplace.domain.payments.ledger import OperationKind
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import OperationId, OrderId
from tests.factories import a_user, an_actor, eur, new_id
from tests.unit.application.shop import Shop
from tests.unit.application.till import Till


def paid(till: Till) -> PaymentStatus:
    return till.order.payment_status


def store(shop: Shop, order: Order) -> None:
    with shop.database.unit_of_work() as uow:
        uow.orders.save(order)
        uow.commit()


class TestWhole:
    def test_what_was_captured_is_refunded(self, shop: Shop) -> None:
        till = Till.of(shop)
        assert till.left == (8, 9, 7)

        till.cancel()

        order, payment = till.order, till.payment
        assert till.left == (10, 10, 10)
        assert order.status is OrderStatus.CANCELLED
        assert order.fulfilment_status is FulfilmentStatus.CANCELLED
        assert order.payment_status is PaymentStatus.REFUNDED
        assert {part.payment_status for part in order.seller_orders} == {PaymentStatus.REFUNDED}
        assert [part.refunded for part in order.seller_orders] == [eur(11000), eur(6000)]
        assert [line.refunded for line in order.lines] == [2, 1, 3]
        assert payment.refunded_amount == payment.captured_amount == eur(17000)
        assert shop.provider.refunded == {payment.provider_key: 17000}
        assert [each.kind for each in till.timeline] == [
            OrderEntryKind.PLACED,
            OrderEntryKind.PAYMENT_CAPTURED,
            OrderEntryKind.CANCELLED,
            OrderEntryKind.CANCELLED,
            OrderEntryKind.REFUND_REQUESTED,
            OrderEntryKind.REFUNDED,
        ]
        assert {each.by for each in till.timeline[2:4]} == {By.BUYER}
        assert isinstance(shop.database.events[-1], OrderCancelled)

    def test_what_was_authorised_is_let_go_of(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.cancel()
        assert till.payment.status is PaymentState.VOIDED
        assert paid(till) is PaymentStatus.VOIDED
        assert shop.provider.voided == [till.payment.provider_key]
        assert shop.provider.operations_asked == []
        assert till.timeline[-1].kind is OrderEntryKind.PAYMENT_VOIDED
        assert till.left == (10, 10, 10)

    def test_a_pending_payment_is_barred(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.PENDING)
        till.cancel()
        assert till.payment.status is PaymentState.VOIDED
        assert shop.provider.voided == [till.payment.provider_key]
        assert till.left == (10, 10, 10)

    def test_a_payment_captured_in_part_is_refunded_and_let_go_of(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.capture(shop.member)
        till.cancel()
        payment = till.payment
        assert payment.refunded_amount == eur(11000)
        assert payment.voided_amount == eur(6000)
        assert payment.status is PaymentState.CAPTURED
        first, second = till.order.seller_orders
        assert first.payment_status is PaymentStatus.REFUNDED
        assert second.payment_status is PaymentStatus.VOIDED
        assert paid(till) is PaymentStatus.REFUNDED

    def test_what_was_refunded_before_is_not_refunded_again(self, shop: Shop) -> None:
        till = Till.of(shop)
        till.refund(amount=1700)
        till.refund(desk=1)
        till.cancel()
        assert till.payment.refunded_amount == eur(17000)
        assert shop.provider.refunded == {till.payment.provider_key: 17000}
        refunds = [amount for _, _, _, amount in shop.provider.operations_asked]
        assert refunds[:2] == [eur(1700), eur(5000)]
        assert sum(each.amount for each in refunds) == 17000

    def test_all_that_was_refunded_before_leaves_the_units_only(self, shop: Shop) -> None:
        till = Till.of(shop)
        till.refund()
        till.cancel()
        assert len(shop.provider.operations_asked) == 1
        assert till.left == (10, 10, 10)
        assert till.order.status is OrderStatus.CANCELLED

    def test_a_second_time_is_refused(self, shop: Shop) -> None:
        till = Till.of(shop)
        till.cancel()
        with pytest.raises(Conflict) as refused:
            till.cancel()
        assert refused.value.code == "not_cancellable"
        assert till.left == (10, 10, 10)

    def test_what_was_shipped_stays(self, shop: Shop) -> None:
        till = Till.of(shop)
        order = till.order
        next(order.lines).shipped = 1
        store(shop, order)
        with pytest.raises(Conflict) as refused:
            till.cancel()
        assert refused.value.code == "not_cancellable"

        till.cancel(lamp=1, desk=1, chair=3)

        order = till.order
        assert order.fulfilment_status is FulfilmentStatus.FULFILLED
        assert order.status is OrderStatus.PLACED
        assert order.payment_status is PaymentStatus.PARTIALLY_REFUNDED
        assert till.payment.refunded_amount == eur(14000)


class TestUnits:
    def test_are_refunded_at_their_price(self, shop: Shop) -> None:
        till = Till.of(shop)
        till.cancel(lamp=1, chair=2)
        order = till.order
        assert till.left == (9, 9, 9)
        assert [line.cancelled for line in order.lines] == [1, 0, 2]
        assert [line.refunded for line in order.lines] == [1, 0, 2]
        assert [part.refunded for part in order.seller_orders] == [eur(3000), eur(4000)]
        assert order.payment_status is PaymentStatus.PARTIALLY_REFUNDED
        assert order.status is OrderStatus.PLACED

    def test_that_are_only_authorised_are_let_go_of_without_asking(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.cancel(lamp=1, chair=3)
        payment = till.payment
        assert payment.status is PaymentState.AUTHORIZED
        assert payment.voided_amount == eur(9000)
        assert payment.ledger.sum(payment.capturable) == eur(8000)
        assert (shop.provider.voided, shop.provider.operations_asked) == ([], [])
        assert till.rivals_part.payment_status is PaymentStatus.VOIDED
        till.capture()
        assert shop.provider.captured == {payment.provider_key: 8000}
        assert till.payment.status is PaymentState.CAPTURED
        assert paid(till) is PaymentStatus.PAID

    def test_the_last_of_which_are_cancelled_void_the_payment(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.cancel(lamp=2, chair=3)
        till.cancel(desk=1)
        assert till.payment.status is PaymentState.VOIDED
        assert shop.provider.voided == [till.payment.provider_key]

    def test_after_which_only_gifts_are_left_void_the_payment(self, shop: Shop) -> None:
        shop.database.state.offers[shop.lamp[1].id].price = eur(0)
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.cancel(desk=1, chair=3)
        assert till.payment.status is PaymentState.VOIDED
        assert shop.provider.authorized == {}
        assert till.order.status is OrderStatus.PLACED

    def test_that_were_let_go_of_are_not_refunded_later(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.cancel(chair=1)
        till.capture()
        till.refund(chair=1)
        till.cancel(chair=1)
        assert till.payment.refunded_amount == eur(2000)
        with pytest.raises(Conflict) as refused:
            till.refund(chair=2)
        assert refused.value.params["most"] == 1

    def test_that_are_refunded_and_let_go_of_count_once(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.capture(shop.rivals_member, amount=4500)
        till.cancel(chair=1)
        payment = till.payment
        assert (payment.refunded_amount, payment.voided_amount) == (eur(500), eur(1500))
        assert payment.ledger.settled_lines == till.lines(chair=1)

    def test_leave_what_was_captured_to_those_that_were_shipped(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.capture(shop.rivals_member, chair=1)
        till.cancel(chair=1)
        payment = till.payment
        assert (payment.refunded_amount, payment.voided_amount) == (eur(0), eur(2000))
        assert till.rivals_part.payment_status is PaymentStatus.PAID

    def test_of_a_pending_payment_wait_for_it(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.PENDING)
        with pytest.raises(Conflict) as refused:
            till.cancel(lamp=1)
        assert refused.value.code == "payment_in_progress"
        assert till.left == (8, 9, 7)

    @pytest.mark.parametrize("how", ["capture", "void"])
    def test_wait_for_what_is_asked_of_the_provider(self, shop: Shop, how: str) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        shop.provider.error = Unavailable("payment_unknown", "No answer.")
        with pytest.raises(Unavailable):
            getattr(till, how)()
        with pytest.raises(Conflict) as refused:
            till.cancel(lamp=1)
        assert refused.value.code == "payment_in_progress"
        assert refused.value.params["retry_after"] == 1
        assert till.left == (8, 9, 7)

    def test_need_not_wait_for_refunds(self, shop: Shop) -> None:
        till = Till.of(shop)
        shop.provider.error = Unavailable("payment_unknown", "No answer.")
        till.refund(lamp=1)
        till.cancel(lamp=1)
        till.cancel(lamp=1)
        payment = till.payment
        assert [each.amount for each in payment.unanswered] == [eur(3000), eur(3000)]
        shop.provider.error = None
        shop.clock.advance(minutes=2)
        assert till.sweep() == (0, 0, 2)
        assert till.payment.refunded_amount == eur(6000)

    def test_beyond_what_is_there(self, shop: Shop) -> None:
        till = Till.of(shop)
        with pytest.raises(Conflict) as refused:
            till.cancel(lamp=3)
        assert refused.value.params["open"] == 2


class TestParts:
    def test_are_the_sellers_to_cancel(self, shop: Shop) -> None:
        till = Till.of(shop)
        till.cancel_part(till.rivals_part, shop.rivals_member)
        assert till.left == (8, 9, 10)
        assert till.rivals_part.status is OrderStatus.CANCELLED
        assert till.rivals_part.payment_status is PaymentStatus.REFUNDED
        assert till.part.status is OrderStatus.PLACED
        assert till.payment.refunded_amount == eur(6000)
        assert {each.by for each in till.timeline if each.kind is OrderEntryKind.CANCELLED} == {
            By.SELLER
        }
        assert till.order.status is OrderStatus.PLACED

    def test_are_an_administrators_too(self, shop: Shop) -> None:
        till = Till.of(shop)
        till.cancel_part(till.part, shop.admin, lamp=1)
        assert till.left == (9, 9, 7)
        assert till.timeline[2].by is By.ADMINISTRATOR

    def test_the_last_of_which_is_cancelled_cancel_the_order(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.cancel_part(till.rivals_part, shop.rivals_member)
        assert shop.provider.voided == []
        till.cancel_part(till.part, shop.member)
        assert till.order.status is OrderStatus.CANCELLED
        assert till.payment.status is PaymentState.VOIDED

    def test_of_others_are_not_found(self, shop: Shop) -> None:
        till = Till.of(shop)
        for actor in (shop.rivals_member, shop.buyer):
            with pytest.raises(NotFound):
                till.cancel_part(till.part, actor)
        with pytest.raises(RuleViolated) as refused:
            till.cancel_part(till.part, shop.member, chair=1)
        assert refused.value.code == "unknown_id"
        assert till.left == (8, 9, 7)

    def test_are_closed_to_members_who_only_read(self, shop: Shop) -> None:
        till = Till.of(shop)
        reader = an_actor(a_user(), {shop.seller.id: MemberRole.VIEWER})
        with pytest.raises(Forbidden):
            till.cancel_part(till.part, reader)

    def test_that_nobody_can_see_are_not_found(self, shop: Shop) -> None:
        till = Till(shop)
        shop.provider.error = Unavailable("payment_unknown", "No answer.")
        with pytest.raises(Unavailable):
            shop.place(till.command)
        with pytest.raises(NotFound):
            till.cancel_part(till.part, shop.member)


class TestCallers:
    def test_whoever_holds_the_token_of_the_order_may(self, shop: Shop) -> None:
        till = Till.of(shop)
        with pytest.raises(NotFound):
            till.cancel(OrderAccess(order_id=OrderId(new_id())))
        till.cancel(OrderAccess(order_id=till.id), lamp=1)
        assert till.timeline[2].by is By.BUYER

    def test_administrators_may(self, shop: Shop) -> None:
        till = Till.of(shop)
        till.cancel(shop.admin)
        assert till.timeline[2].by is By.ADMINISTRATOR

    def test_others_find_nothing(self, shop: Shop) -> None:
        till = Till.of(shop)
        for caller in (shop.member, an_actor(a_user())):
            with pytest.raises(NotFound):
                till.cancel(caller)

    def test_nobody_finds_what_is_not_visible_yet(self, shop: Shop) -> None:
        till = Till(shop)
        shop.provider.error = Unavailable("payment_unknown", "No answer.")
        with pytest.raises(Unavailable):
            shop.place(till.command)
        for caller in (shop.buyer, shop.admin, OrderAccess(order_id=till.id)):
            with pytest.raises(NotFound):
                till.cancel(caller)


class TestTrouble:
    def test_a_silent_provider_is_asked_again_under_the_same_key(self, shop: Shop) -> None:
        till = Till.of(shop)
        shop.provider.lost = 1
        till.cancel()
        assert till.order.status is OrderStatus.CANCELLED
        assert paid(till) is PaymentStatus.PAID
        shop.clock.advance(minutes=2)
        assert till.sweep() == (0, 0, 1)
        assert paid(till) is PaymentStatus.REFUNDED
        (first, again) = (key for _, key, _, _ in shop.provider.operations_asked)
        assert first == again
        assert shop.provider.refunded == {till.payment.provider_key: 17000}
        assert till.sweep() == (0, 0, 0)

    def test_a_refund_that_fails_is_told(self, shop: Shop) -> None:
        till = Till.of(shop)
        shop.provider.failing = "account closed"
        till.cancel()
        assert till.order.status is OrderStatus.CANCELLED
        assert paid(till) is PaymentStatus.PAID
        last = till.timeline[-1]
        assert (last.kind, last.reason, last.amount) == (
            OrderEntryKind.REFUND_FAILED,
            "account closed",
            eur(17000),
        )
        shop.provider.failing = None
        till.refund()
        assert paid(till) is PaymentStatus.REFUNDED

    def test_a_repeat_of_the_key_goes_on_where_the_first_died(self, shop: Shop) -> None:
        till = Till.of(shop)
        first = OperationId(new_id())

        def die() -> None:
            shop.provider.during = None
            raise KeyboardInterrupt

        shop.provider.during = die
        with pytest.raises(KeyboardInterrupt):
            till.cancel(effect=till.effect(first), operation_id=first)
        assert till.left == (10, 10, 10)
        second = OperationId(new_id())
        with pytest.raises(EffectInFlight):
            till.cancel(effect=till.effect(second), operation_id=second)
        shop.clock.advance(seconds=10)
        till.cancel(effect=till.effect(second), operation_id=second)
        assert [each.id for each in till.payment.ledger.operations[-1:]] == [first]
        assert paid(till) is PaymentStatus.REFUNDED
        assert till.left == (10, 10, 10)
        assert len([e for e in shop.database.events if isinstance(e, OrderCancelled)]) == 1

    def test_an_event_may_be_faster_than_the_answer(self, shop: Shop) -> None:
        till = Till.of(shop)
        operation_id = OperationId(new_id())

        def tell() -> None:
            shop.provider.during = None
            till.hear(till.told(ProviderEventKind.REFUNDED, operation_id))

        shop.provider.during = tell
        till.cancel(operation_id=operation_id)
        refunds = [
            each for each in till.payment.ledger.operations if each.kind is OperationKind.REFUND
        ]
        assert len(refunds) == 1
        assert till.payment.refunded_amount == eur(17000)
        assert [line.refunded for line in till.order.lines] == [2, 1, 3]
