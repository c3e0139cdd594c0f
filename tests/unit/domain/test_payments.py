"""A payment is what its ledger says: amounts, limits and states follow from the entries."""

from collections.abc import Callable

import pytest

from marketplace.domain.errors import Conflict, InvalidTransition, NotFound
from marketplace.domain.payments.ledger import OperationKind, OperationState, Stage
from marketplace.domain.payments.payment import Payment, RequiredAction
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OperationId, OrderLineId, SellerOrderId
from marketplace.domain.shared.money import Money
from tests.factories import (
    LATER,
    NOW,
    a_line,
    a_payment,
    a_seller,
    a_seller_order,
    an_order,
    eur,
    new_id,
)

FIRST, SECOND = SellerOrderId(new_id()), SellerOrderId(new_id())
LINE = OrderLineId(new_id())
NOTHING = {FIRST: eur(0), SECOND: eur(0)}


def operation_id() -> OperationId:
    return OperationId(new_id())


def intended() -> Payment:
    """60 and 40 cents, for two seller orders."""
    parts = [
        a_seller_order(a_seller(), a_line(unit_price=eur(price)), id=part, position=position)
        for position, (part, price) in enumerate(((FIRST, 60), (SECOND, 40)), 1)
    ]
    return a_payment(an_order(None, *parts))


def authorized() -> Payment:
    payment = intended()
    assert payment.authorize("ref", NOW)
    return payment


def captured() -> Payment:
    payment = intended()
    assert payment.charge("ref", NOW)
    return payment


def capture(
    payment: Payment, first: int = 0, second: int = 0, *, answered: bool = True
) -> OperationId:
    asked = operation_id()
    payment.request_capture(asked, shares_of(first, second), None, NOW)
    if answered:
        assert payment.succeed(asked, "op", NOW)
    return asked


def refund(
    payment: Payment,
    first: int = 0,
    second: int = 0,
    *,
    lines: dict[OrderLineId, int] | None = None,
    answered: bool = True,
) -> OperationId:
    asked = operation_id()
    payment.request_refund(asked, shares_of(first, second), lines or {}, None, NOW)
    if answered:
        assert payment.succeed(asked, "op", NOW)
    return asked


def shares_of(first: int, second: int) -> dict[SellerOrderId, Money]:
    return {part: eur(amount) for part, amount in ((FIRST, first), (SECOND, second)) if amount}


def state(payment: Payment) -> PaymentState:
    return payment.status


class TestIntent:
    def test_is_the_first_entry(self) -> None:
        payment = intended()
        (entry,) = payment.ledger.events
        assert (entry.position, entry.kind, entry.stage) == (
            1,
            OperationKind.AUTHORIZATION,
            Stage.REQUEST,
        )
        assert (entry.amount, entry.shares) == (eur(100), {FIRST: eur(60), SECOND: eur(40)})
        assert payment.is_open
        assert payment.unanswered == []
        assert payment.capturable == payment.refundable == NOTHING
        assert payment.authorized_amount == payment.captured_amount == eur(0)

    def test_may_ask_something_of_the_buyer(self) -> None:
        payment = intended()
        action = RequiredAction(type="redirect", url="/there")
        payment.await_action("ref", action, LATER)
        assert (payment.reference, payment.next_action, payment.updated_at) == (
            "ref",
            action,
            LATER,
        )
        assert payment.is_open
        payment.authorize("ref", LATER)
        assert payment.next_action is None

    def test_entries_count_upwards(self) -> None:
        payment = captured()
        refund(payment, first=1)
        assert [each.position for each in payment.ledger.events] == [1, 2, 3, 4, 5]
        assert {each.occurred_at for each in payment.ledger.events} == {NOW}


class TestCapture:
    def test_takes_what_is_held_bit_by_bit(self) -> None:
        payment = authorized()
        assert payment.capturable == {FIRST: eur(60), SECOND: eur(40)}
        capture(payment, first=60)
        assert state(payment) is PaymentState.AUTHORIZED
        assert payment.captured == {FIRST: eur(60), SECOND: eur(0)}
        assert payment.capturable == {FIRST: eur(0), SECOND: eur(40)}
        capture(payment, second=15)
        assert payment.captured_amount == eur(75)
        assert state(payment) is PaymentState.AUTHORIZED
        capture(payment, second=25)
        assert payment.captured_amount == payment.authorized_amount == eur(100)
        assert state(payment) is PaymentState.CAPTURED

    @pytest.mark.parametrize("too_much", [(61, 0), (1, 41), (-1, 0)])
    def test_of_no_part_is_more_than_is_held_of_it(self, too_much: tuple[int, int]) -> None:
        payment = authorized()
        with pytest.raises(Conflict) as refused:
            capture(payment, *too_much)
        assert refused.value.code == "capture_too_high"
        assert len(payment.ledger.events) == 2

    def test_counts_while_it_is_unanswered(self) -> None:
        payment = authorized()
        capture(payment, first=60, answered=False)
        assert payment.captured_amount == eur(0)
        assert payment.capturable == {FIRST: eur(0), SECOND: eur(40)}
        with pytest.raises(Conflict, match="0 minor units"):
            capture(payment, first=1)

    def test_that_failed_can_be_tried_again(self) -> None:
        payment = authorized()
        failed = capture(payment, first=60, answered=False)
        assert payment.refuse(failed, "no", LATER)
        assert payment.operation(failed).state is OperationState.FAILED
        assert payment.operation(failed).reason == "no"
        assert payment.capturable == {FIRST: eur(60), SECOND: eur(40)}
        capture(payment, first=60)

    @pytest.mark.parametrize("make", [intended, captured])
    def test_needs_something_held(self, make: Callable[[], Payment]) -> None:
        with pytest.raises(InvalidTransition):
            capture(make(), first=1)


class TestRefund:
    def test_gives_back_what_was_captured_bit_by_bit(self) -> None:
        payment = captured()
        refund(payment, first=20, second=40)
        assert payment.refunded == {FIRST: eur(20), SECOND: eur(40)}
        assert payment.refundable == {FIRST: eur(40), SECOND: eur(0)}
        refund(payment, first=40)
        assert payment.refunded_amount == payment.captured_amount == eur(100)
        assert state(payment) is PaymentState.CAPTURED

    @pytest.mark.parametrize("too_much", [(61, 0), (1, 41), (-1, 0)])
    def test_of_no_part_is_more_than_was_captured_for_it(self, too_much: tuple[int, int]) -> None:
        payment = captured()
        with pytest.raises(Conflict) as refused:
            refund(payment, *too_much)
        assert refused.value.code == "refund_too_high"
        assert payment.refundable == {FIRST: eur(60), SECOND: eur(40)}

    def test_of_what_is_held_only_is_too_high(self) -> None:
        payment = authorized()
        capture(payment, second=40)
        with pytest.raises(Conflict) as refused:
            refund(payment, first=1)
        assert refused.value.params["most"] == 0
        refund(payment, second=40)

    def test_counts_while_it_is_unanswered(self) -> None:
        payment = captured()
        refund(payment, lines={LINE: 2}, first=59, answered=False)
        assert payment.refunded_amount == eur(0)
        assert payment.ledger.settled_lines == {LINE: 2}
        with pytest.raises(Conflict, match="1 minor units"):
            refund(payment, first=2)

    def test_that_failed_counts_for_nothing(self) -> None:
        payment = captured()
        failed = refund(payment, lines={LINE: 2}, first=60, answered=False)
        assert payment.refuse(failed, "no", LATER)
        assert payment.ledger.settled_lines == {}
        assert payment.refundable == {FIRST: eur(60), SECOND: eur(40)}

    def test_units_add_up_over_refunds_and_releases(self) -> None:
        payment = authorized()
        capture(payment, first=60)
        payment.release(operation_id(), {SECOND: eur(10)}, {LINE: 1}, None, NOW)
        refund(payment, lines={LINE: 2}, first=20)
        assert payment.ledger.settled_lines == {LINE: 3}


class TestLettingGo:
    def test_of_a_part_leaves_the_rest_to_be_captured(self) -> None:
        payment = authorized()
        payment.release(operation_id(), {FIRST: eur(60), SECOND: eur(10)}, {}, "gone", NOW)
        assert state(payment) is PaymentState.AUTHORIZED
        assert payment.voided_amount == eur(70)
        assert payment.capturable == {FIRST: eur(0), SECOND: eur(30)}
        with pytest.raises(Conflict):
            payment.release(operation_id(), {SECOND: eur(31)}, {}, None, NOW)
        capture(payment, second=30)
        assert state(payment) is PaymentState.CAPTURED

    def test_of_the_rest_makes_it_captured(self) -> None:
        payment = authorized()
        capture(payment, first=60)
        payment.release(operation_id(), {SECOND: eur(40)}, {}, None, NOW)
        assert state(payment) is PaymentState.CAPTURED
        assert payment.captured_amount == eur(60)

    @pytest.mark.parametrize(("make", "held"), [(intended, 0), (authorized, 100)])
    def test_of_all_is_asked_for_first(self, make: Callable[[], Payment], held: int) -> None:
        payment = make()
        before, wanted = payment.status, operation_id()
        payment.request_void(wanted, "changed my mind", NOW)
        assert state(payment) is before
        assert not payment.is_voidable
        assert [each.kind for each in payment.unanswered] == [OperationKind.VOID]
        assert payment.operation(wanted).amount == eur(held)
        assert payment.capturable == NOTHING
        assert payment.succeed(wanted, None, LATER)
        assert state(payment) is PaymentState.VOIDED
        assert payment.unanswered == []

    @pytest.mark.parametrize("news", [Payment.authorize, Payment.charge])
    def test_of_all_is_not_undone_by_news(
        self, news: Callable[[Payment, str, object], bool]
    ) -> None:
        payment, wanted = intended(), operation_id()
        payment.request_void(wanted, None, NOW)
        assert not news(payment, "ref", NOW)
        payment.succeed(wanted, None, NOW)
        assert not news(payment, "ref", NOW)
        assert state(payment) is PaymentState.VOIDED
        assert payment.captured_amount == eur(0)

    def test_of_all_that_failed_leaves_it_as_it_was(self) -> None:
        payment, wanted = authorized(), operation_id()
        payment.request_void(wanted, None, NOW)
        payment.refuse(wanted, "no", NOW)
        assert state(payment) is PaymentState.AUTHORIZED
        assert payment.capturable == {FIRST: eur(60), SECOND: eur(40)}
        assert payment.is_voidable

    def test_of_all_waits_for_what_is_under_way(self) -> None:
        payment = authorized()
        under_way = capture(payment, first=1, answered=False)
        with pytest.raises(InvalidTransition):
            payment.request_void(operation_id(), None, NOW)
        payment.refuse(under_way, None, NOW)
        payment.request_void(operation_id(), None, NOW)

    def test_of_all_is_too_late_once_something_is_captured(self) -> None:
        payment = authorized()
        capture(payment, first=1)
        with pytest.raises(InvalidTransition, match="captured in part"):
            payment.void(operation_id(), NOW)

    def test_of_nothing_voids_what_was_free(self) -> None:
        payment = a_payment(an_order(None, a_seller_order(a_seller(), a_line(unit_price=eur(0)))))
        payment.authorize("ref", NOW)
        assert state(payment) is PaymentState.AUTHORIZED
        payment.void(operation_id(), NOW)
        assert state(payment) is PaymentState.VOIDED


class TestAnswers:
    @pytest.mark.parametrize("first", [Payment.succeed, Payment.refuse])
    @pytest.mark.parametrize("second", [Payment.succeed, Payment.refuse])
    def test_count_once(self, first: Callable[..., bool], second: Callable[..., bool]) -> None:
        payment = captured()
        asked = refund(payment, first=60, answered=False)
        assert first(payment, asked, "one", NOW)
        entries, state = len(payment.ledger.events), payment.operation(asked).state
        assert not second(payment, asked, "two", NOW)
        assert (len(payment.ledger.events), payment.operation(asked).state) == (entries, state)

    def test_to_what_was_never_asked(self) -> None:
        payment = captured()
        with pytest.raises(NotFound):
            payment.succeed(operation_id(), None, NOW)
        with pytest.raises(NotFound):
            authorized().operation(OperationId(payment.id))

    def test_keys_of_the_provider_are_the_same_for_every_try(self) -> None:
        payment = captured()
        asked = refund(payment, first=60, answered=False)
        key = payment.operation(asked).provider_key
        assert key == f"refund-{asked}"
        payment.refuse(asked, None, NOW)
        assert payment.operation(asked).provider_key == key
        assert payment.provider_key == f"payment-{payment.id}"

    def test_what_failed_takes_no_money_any_more(self) -> None:
        payment = intended()
        payment.fail("no money", NOW)
        assert not payment.authorize("ref", NOW)
        assert not payment.charge("ref", NOW)
        assert state(payment) is PaymentState.FAILED
        assert payment.ledger.events[-1].reason == "no money"
