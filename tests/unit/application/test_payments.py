"""Capturing, refunding and voiding by hand: who may, how much, and what a crash leaves."""

from collections.abc import Callable
from typing import Any

import pytest

from marketplace.application.idempotency import EffectInFlight
from marketplace.application.ports import ProviderEventKind, ProviderStatus
from marketplace.domain.errors import (
    Conflict,
    Forbidden,
    InvalidTransition,
    NotFound,
    RuleViolated,
    Unavailable,
)
from marketplace.domain.orders.statuses import By, OrderEntryKind, PaymentStatus
from marketplace.domain.payments.ledger import OperationState
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import OperationId
from tests.factories import a_user, an_actor, eur, new_id
from tests.unit.application.shop import Shop
from tests.unit.application.till import Till


def money(till: Till) -> list[tuple[int, int]]:
    """Captured and refunded, by part: the order and the ledger agree."""
    order, payment = till.order, till.payment
    by_order = [(part.captured.amount, part.refunded.amount) for part in order.seller_orders]
    by_ledger = [
        (payment.captured[part.id].amount, payment.refunded[part.id].amount)
        for part in order.seller_orders
    ]
    assert by_order == by_ledger
    return by_order


def state(till: Till) -> PaymentState:
    return till.payment.status


class TestCapture:
    @pytest.fixture
    def till(self, shop: Shop) -> Till:
        return Till.of(shop, ProviderStatus.AUTHORIZED)

    def test_by_an_administrator_is_of_all(self, till: Till) -> None:
        operation_id = till.capture()
        assert money(till) == [(11000, 0), (6000, 0)]
        assert state(till) is PaymentState.CAPTURED
        assert till.order.payment_status is PaymentStatus.PAID
        assert till.payment.operation(operation_id).state is OperationState.SUCCEEDED
        assert till.payment.operation(operation_id).reference == f"ref-charge-{operation_id}"
        assert till.timeline[-1].kind is OrderEntryKind.PAYMENT_CAPTURED

    def test_by_a_seller_is_of_its_part(self, till: Till, shop: Shop) -> None:
        till.capture(shop.member)
        assert money(till) == [(11000, 0), (0, 0)]
        assert state(till) is PaymentState.AUTHORIZED
        assert till.part.payment_status is PaymentStatus.PAID
        assert till.rivals_part.payment_status is PaymentStatus.AUTHORIZED
        with pytest.raises(Conflict) as refused:
            till.capture(shop.member)
        assert (refused.value.code, refused.value.params["most"]) == ("capture_too_high", 0)
        till.capture(shop.rivals_member)
        assert state(till) is PaymentState.CAPTURED

    def test_of_an_amount_divides_by_what_is_left(self, till: Till, shop: Shop) -> None:
        till.capture(amount=1701)
        assert money(till) == [(1101, 0), (600, 0)]
        till.capture(shop.rivals_member, amount=5400)
        assert money(till) == [(1101, 0), (6000, 0)]
        till.capture(amount=9899)
        assert money(till) == [(11000, 0), (6000, 0)]

    def test_of_lines_is_what_they_cost(self, till: Till) -> None:
        till.capture(lamp=1, chair=3)
        assert money(till) == [(3000, 0), (6000, 0)]

    def test_beyond_what_is_held(self, till: Till, shop: Shop) -> None:
        for actor, amount, most in ((shop.admin, 17001, 17000), (shop.member, 11001, 11000)):
            with pytest.raises(Conflict) as refused:
                till.capture(actor, amount=amount)
            assert (refused.value.code, refused.value.params["most"]) == ("capture_too_high", most)
        with pytest.raises(Conflict) as refused:
            till.capture(lamp=3)
        assert refused.value.code == "capture_too_high"
        assert shop.provider.operations_asked == []

    def test_that_fails_is_told_and_can_be_repeated(self, till: Till, shop: Shop) -> None:
        shop.provider.failing = "expired"
        operation_id = till.capture()
        assert till.payment.operation(operation_id).reason == "expired"
        assert till.timeline[-1].kind is OrderEntryKind.PAYMENT_FAILED
        assert money(till) == [(0, 0), (0, 0)]
        shop.provider.failing = None
        till.capture()
        assert state(till) is PaymentState.CAPTURED

    def test_needs_something_held(self, shop: Shop) -> None:
        for status in (ProviderStatus.PENDING, ProviderStatus.CAPTURED):
            till = Till.of(shop, status)
            for actor, amount in ((shop.admin, None), (shop.member, 1)):
                with pytest.raises(InvalidTransition):
                    till.capture(actor, amount=amount)

    def test_whose_reply_is_lost_is_resumed_by_its_key(self, till: Till, shop: Shop) -> None:
        shop.provider.lost = 1
        first = OperationId(new_id())
        with pytest.raises(Unavailable):
            till.capture(effect=till.effect(first))
        assert [each.id for each in till.payment.unanswered] == [first]
        with pytest.raises(EffectInFlight):
            till.capture(effect=till.effect(OperationId(new_id())))
        shop.clock.advance(seconds=10)
        assert till.capture(effect=till.effect(OperationId(new_id()))) == first
        assert money(till) == [(11000, 0), (6000, 0)]
        assert shop.provider.captured == {till.payment.provider_key: 17000}
        assert len(shop.provider.operations) == 1


class TestRefund:
    @pytest.fixture
    def till(self, shop: Shop) -> Till:
        return Till.of(shop)

    def test_by_an_administrator_is_of_all(self, till: Till) -> None:
        till.refund()
        assert money(till) == [(11000, 11000), (6000, 6000)]
        assert till.order.payment_status is PaymentStatus.REFUNDED
        assert [line.refunded for line in till.order.lines] == [0, 0, 0]
        asked = till.timeline[-2]
        assert (asked.kind, asked.by, asked.amount, asked.reason) == (
            OrderEntryKind.REFUND_REQUESTED,
            By.ADMINISTRATOR,
            eur(17000),
            "scratched",
        )
        assert till.timeline[-1].kind is OrderEntryKind.REFUNDED

    def test_by_a_seller_is_of_its_part(self, till: Till, shop: Shop) -> None:
        till.refund(shop.rivals_member)
        assert money(till) == [(11000, 0), (6000, 6000)]
        assert till.timeline[-2].by is By.SELLER
        with pytest.raises(Conflict) as refused:
            till.refund(shop.rivals_member, amount=1)
        assert (refused.value.code, refused.value.params["most"]) == ("refund_too_high", 0)
        with pytest.raises(Conflict) as refused:
            till.refund(shop.rivals_member)
        assert refused.value.params == {"most": 0}

    def test_of_an_amount_divides_by_what_is_left(self, till: Till, shop: Shop) -> None:
        till.refund(amount=1)
        assert money(till) == [(11000, 1), (6000, 0)]
        till.refund(shop.member, amount=10999)
        till.refund(amount=5999)
        assert money(till) == [(11000, 11000), (6000, 5999)]
        till.refund()
        assert money(till) == [(11000, 11000), (6000, 6000)]

    def test_of_lines_counts_their_units(self, till: Till) -> None:
        till.refund(lamp=1, chair=1)
        assert money(till) == [(11000, 3000), (6000, 2000)]
        assert [line.refunded for line in till.order.lines] == [1, 0, 1]
        with pytest.raises(Conflict) as refused:
            till.refund(lamp=2)
        assert refused.value.code == "refund_too_high"
        assert refused.value.params == {"field": "/lines/0/quantity", "most": 1}
        till.refund(lamp=1)

    def test_of_lines_beyond_the_money_that_is_left(self, till: Till) -> None:
        till.refund(amount=17000 - 2999)
        with pytest.raises(Conflict) as refused:
            till.refund(lamp=1)
        assert (refused.value.code, refused.value.params["field"]) == ("refund_too_high", "/lines")

    def test_of_lines_beyond_the_money_that_is_left_of_their_part(
        self, till: Till, shop: Shop
    ) -> None:
        till.refund(shop.member, amount=11000 - 2999)
        with pytest.raises(Conflict) as refused:
            till.refund(lamp=1)
        assert refused.value.code == "refund_too_high"
        assert refused.value.params == {"field": "/lines", "most": 2999}

    def test_beyond_what_was_captured(self, till: Till, shop: Shop) -> None:
        for amount in (17001, 0, -1):
            with pytest.raises(Conflict) as refused:
                till.refund(amount=amount)
            assert refused.value.code == "refund_too_high"
        assert shop.provider.operations_asked == []
        assert till.payment.unanswered == []

    def test_of_units_that_were_free(self, shop: Shop) -> None:
        shop.database.state.offers[shop.lamp[1].id].price = eur(0)
        till = Till.of(shop)
        with pytest.raises(Conflict) as refused:
            till.refund(lamp=1)
        assert refused.value.code == "refund_too_high"

    def test_is_of_an_amount_or_of_lines(self, till: Till) -> None:
        with pytest.raises(RuleViolated) as refused:
            till.refund(amount=1, lamp=1)
        assert refused.value.code == "amount_or_lines"

    def test_without_an_answer_goes_on_by_itself(self, till: Till, shop: Shop) -> None:
        shop.provider.lost = 1
        operation_id = till.refund(lamp=1)
        assert till.payment.operation(operation_id).state is OperationState.PENDING
        assert money(till) == [(11000, 0), (6000, 0)]
        shop.clock.advance(seconds=59)
        assert till.sweep() == (0, 0, 0)
        shop.clock.advance(seconds=2)
        assert till.sweep() == (0, 0, 1)
        assert money(till) == [(11000, 3000), (6000, 0)]
        assert shop.provider.refunded == {till.payment.provider_key: 3000}

    def test_is_resumed_by_its_key(self, till: Till, shop: Shop) -> None:
        first = OperationId(new_id())

        def die() -> None:
            shop.provider.during = None
            raise KeyboardInterrupt

        shop.provider.during = die
        with pytest.raises(KeyboardInterrupt):
            till.refund(lamp=1, effect=till.effect(first))
        shop.clock.advance(seconds=10)
        again = till.refund(lamp=1, effect=till.effect(OperationId(new_id())))
        assert again == first
        assert money(till) == [(11000, 3000), (6000, 0)]
        assert [line.refunded for line in till.order.lines] == [1, 0, 0]
        # And once more, now that it is answered.
        shop.clock.advance(seconds=10)
        assert till.refund(lamp=1, effect=till.effect(OperationId(new_id()))) == first
        assert len(shop.provider.operations_asked) == 2


class TestVoid:
    def test_lets_go_of_what_is_held_and_leaves_the_order(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.void()
        assert state(till) is PaymentState.VOIDED
        assert till.order.payment_status is PaymentStatus.VOIDED
        assert till.left == (8, 9, 7)
        assert till.timeline[-1].kind is OrderEntryKind.PAYMENT_VOIDED
        with pytest.raises(InvalidTransition):
            till.void()

    def test_bars_what_is_pending(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.PENDING)
        till.void()
        assert state(till) is PaymentState.VOIDED
        assert shop.provider.voided == [till.payment.provider_key]

    def test_is_too_late_for_what_was_captured(self, shop: Shop) -> None:
        till = Till.of(shop)
        with pytest.raises(InvalidTransition):
            till.void()
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        till.capture(amount=1)
        with pytest.raises(InvalidTransition):
            till.void()

    def test_is_the_administrators(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        with pytest.raises(Forbidden):
            till.void(shop.member)

    def test_without_an_answer_is_resumed_by_its_key_and_by_the_sweeper(self, shop: Shop) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        first = OperationId(new_id())
        shop.provider.error = Unavailable("payment_unknown", "No answer.")
        with pytest.raises(Unavailable):
            till.void(effect=till.effect(first))
        shop.clock.advance(minutes=2)
        assert till.sweep() == (0, 0, 0)
        shop.provider.error = None
        assert till.void(effect=till.effect(OperationId(new_id()))) == first
        assert state(till) is PaymentState.VOIDED
        assert till.sweep() == (0, 0, 0)

    def test_meets_money_that_arrives_at_that_moment(self, shop: Shop) -> None:
        """What the buyer paid while the void was asked for goes back with it."""
        till = Till.of(shop, ProviderStatus.PENDING)

        def pay() -> None:
            shop.provider.during = None
            shop.provider.authorize(
                key=till.payment.provider_key, amount=eur(17000), token="tok_ok", capture=True
            )
            till.hear(
                shop.provider.settle(till.payment.provider_key, ProviderStatus.CAPTURED),
            )

        shop.provider.during = pay
        till.void()
        assert state(till) is PaymentState.VOIDED
        assert money(till) == [(0, 0), (0, 0)]
        assert shop.provider.authorized == {}


ACTIONS: list[Callable[..., OperationId]] = [Till.capture, Till.refund]


class TestWho:
    @pytest.mark.parametrize("act", ACTIONS)
    def test_others_find_nothing(self, shop: Shop, act: Callable[..., OperationId]) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        for stranger in (shop.buyer, an_actor(a_user())):
            with pytest.raises(NotFound):
                act(till, stranger)

    @pytest.mark.parametrize("act", ACTIONS)
    def test_members_who_only_read_may_not(
        self, shop: Shop, act: Callable[..., OperationId]
    ) -> None:
        till = Till.of(shop, ProviderStatus.AUTHORIZED)
        with pytest.raises(Forbidden):
            act(till, an_actor(a_user(), {shop.rival.id: MemberRole.VIEWER}))

    @pytest.mark.parametrize(
        ("act", "status"),
        [(Till.capture, ProviderStatus.AUTHORIZED), (Till.refund, ProviderStatus.CAPTURED)],
    )
    def test_sellers_touch_their_own_part_only(
        self, shop: Shop, act: Callable[..., OperationId], status: ProviderStatus
    ) -> None:
        till = Till.of(shop, status)
        with pytest.raises(RuleViolated) as refused:
            act(till, shop.member, lamp=1, chair=99)
        assert (refused.value.code, refused.value.params["field"]) == (
            "unknown_id",
            "/lines/1/lineId",
        )
        act(till, shop.member, amount=100)
        act(till, shop.member)
        rest: Any = till.payment.capturable if act is Till.capture else till.payment.refundable
        assert [share.amount for share in rest.values()] == [0, 6000]

    @pytest.mark.parametrize("act", [*ACTIONS, Till.void])
    def test_nobody_finds_what_is_not_visible_yet(
        self, shop: Shop, act: Callable[..., OperationId]
    ) -> None:
        till = Till(shop)
        shop.provider.error = Unavailable("payment_unknown", "No answer.")
        with pytest.raises(Unavailable):
            shop.place(till.command)
        with pytest.raises(NotFound):
            act(till)


def test_an_event_may_be_faster_than_the_answer(shop: Shop) -> None:
    till = Till.of(shop, ProviderStatus.AUTHORIZED)

    def tell() -> None:
        shop.provider.during = None
        (waiting,) = till.payment.unanswered
        till.hear(till.told(ProviderEventKind.CAPTURED, waiting.id))

    shop.provider.during = tell
    till.capture()
    assert money(till) == [(11000, 0), (6000, 0)]
