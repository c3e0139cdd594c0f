"""Orders, payments and stock, driven at random: a provider that loses replies and tells its events
late, twice and in any order; sweepers at any moment; buyers, sellers and administrators who do
whatever comes to their minds. A model of units and the provider's books tell what has to hold."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from marketplace.application.idempotency import EffectInFlight
from marketplace.application.orders.commands import PaymentInstruction
from marketplace.application.payments.steps import money_of
from marketplace.domain.errors import Conflict, NotFound, PaymentDeclined, Unavailable
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.statuses import OrderStatus, PaymentStatus
from marketplace.domain.payments.payment import Payment
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OrderId, OrderLineId, PaymentId
from marketplace.infrastructure.payments.charges import ChargeStatus, SandboxCharge
from marketplace.infrastructure.payments.tokens import Token
from tests.sandbox import FakeBooks, a_sandbox
from tests.unit.application.shop import Shop
from tests.unit.application.till import Till

ON_HAND = 10
NAMES = ("lamp", "desk", "chair")
# By far the most pay.
tokens = st.sampled_from([Token.OK, Token.OK, Token.LOST_REPLY, Token.PENDING, *Token])
units = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 3), min_size=1)


class Unreliable:
    """The sandbox, with a line to it that breaks: `broken` names what is lost of the next call,
    the request or the reply."""

    name = "sandbox"
    status: object = None

    def __init__(self, sandbox: Any) -> None:
        self.broken: str | None = None
        self._sandbox = sandbox

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._sandbox, name)
        return self._losing(call) if name in ("authorize", "capture", "refund", "void") else call

    def _losing(self, call: Any) -> Any:
        def called(**arguments: Any) -> Any:
            broken, self.broken = self.broken, None
            if broken == "request":
                raise Unavailable("payment_unknown", "No answer.")
            result = call(**arguments)
            if broken == "reply":
                raise Unavailable("payment_unknown", "No answer.")
            return result

        return called


@dataclass
class Model:
    """Units of one order that its buyer or sellers cancelled, and that were shipped."""

    till: Till
    payment_id: PaymentId
    cancelled: Counter[OrderLineId] = field(default_factory=Counter)
    shipped: Counter[OrderLineId] = field(default_factory=Counter)

    @property
    def stored(self) -> tuple[Order, Payment]:
        """As they are, not to be changed."""
        state = self.till.shop.database.state
        return state.orders[self.till.id], state.payments[self.payment_id]


class Buying(RuleBasedStateMachine):
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.shop = Shop()
        self.books = FakeBooks()
        self.provider = Unreliable(a_sandbox(self.books, clock=self.shop.clock))
        self.shop.provider = self.provider  # type: ignore[assignment]
        self.models: dict[OrderId, Model] = {}

    @rule(target=orders, wanted=units, token=tokens, capture=st.booleans())
    def place(self, wanted: Mapping[str, int], token: Token, capture: bool) -> Any:
        items = [(getattr(self.shop, name)[1].id, number) for name, number in wanted.items()]
        payment = PaymentInstruction(method="sandbox", token=token)
        command = self.shop.order_of(*items, payment=payment)
        till = Till(self.shop, command=command)
        try:
            self._place(till, capture=capture)
        except Conflict:
            return multiple()
        self.models[till.id] = Model(till, till.payment.id)
        return till

    @rule(till=orders, capture=st.booleans())
    def repeat(self, till: Till, capture: bool) -> None:
        """With the same Idempotency-Key, as one does who got no answer."""
        with suppress(EffectInFlight):
            self._place(till, capture=capture)

    def _place(self, till: Till, *, capture: bool) -> None:
        effect = self.shop.effect_of(till.command, key=str(till.id))
        with suppress(PaymentDeclined, Unavailable):
            assert self.shop.place(till.command, effect=effect, capture=capture) == till.id

    @rule(lost=st.sampled_from(["request", "reply"]))
    def lose(self, lost: str) -> None:
        self.provider.broken = lost

    @precondition(lambda self: self.books.notices)
    @rule(data=st.data())
    def hear(self, data: st.DataObject) -> None:
        told = self.books.told
        event = told[data.draw(st.integers(0, len(told) - 1), label="event")]
        next(iter(self.models.values())).till.hear(event)

    @rule(seconds=st.sampled_from([1, 5, 20, 90]))
    def wait(self, seconds: int) -> None:
        self.shop.clock.advance(seconds=seconds)
        self.provider.settle_due(100)

    @rule(till=orders, approve=st.booleans())
    def answer(self, till: Till, approve: bool) -> None:
        with suppress(NotFound):
            self.provider.answer(till.payment.reference or "", approve=approve)

    @precondition(lambda self: self.models)
    @rule()
    def sweep(self) -> None:
        next(iter(self.models.values())).till.sweep()

    @rule(till=orders, wanted=units)
    def cancel_units(self, till: Till, wanted: Mapping[str, int]) -> None:
        known = {line.name for line in till.order.lines}
        some: dict[str, Any] = {name: number for name, number in wanted.items() if name in known}
        if some:  # nothing named would mean everything
            with self._refused():
                till.cancel(**some)
                self.models[till.id].cancelled.update(till.lines(**some))

    @rule(till=orders)
    def cancel(self, till: Till) -> None:
        open_ = {line.id: line.open for line in till.order.lines}
        with self._refused():
            till.cancel()
            self.models[till.id].cancelled.update(open_)

    @rule(till=orders, which=st.booleans())
    def cancel_part(self, till: Till, which: bool) -> None:
        parts = till.order.seller_orders
        part = parts[-1] if which else parts[0]
        seller = self.shop.member if part.seller_id == self.shop.seller.id else None
        open_ = {line.id: line.open for line in part.lines}
        with self._refused():
            till.cancel_part(part, seller or self.shop.rivals_member)
            self.models[till.id].cancelled.update(open_)

    @rule(till=orders, amount=st.none() | st.integers(1, 9000), by_seller=st.booleans())
    def capture(self, till: Till, amount: int | None, by_seller: bool) -> None:
        with self._refused():
            till.capture(self.shop.member if by_seller else None, amount=amount)

    @rule(till=orders, amount=st.none() | st.integers(1, 9000), by_seller=st.booleans())
    def refund(self, till: Till, amount: int | None, by_seller: bool) -> None:
        with self._refused():
            till.refund(self.shop.member if by_seller else None, amount=amount)

    @rule(till=orders, number=st.integers(1, 2))
    def refund_units(self, till: Till, number: int) -> None:
        some: dict[str, Any] = {next(till.order.lines).name: number}
        with self._refused():
            till.refund(**some)

    @rule(till=orders)
    def void(self, till: Till) -> None:
        with self._refused():
            till.void()

    @rule(till=consumes(orders))
    def ship(self, till: Till) -> None:
        """One of everything that is open; who has it seldom does anything else with the order."""
        with self.shop.database.unit_of_work() as uow:
            order, payment = uow.orders.get_for_update(till.id), uow.payments.of_order(till.id)
            paid = payment.status in (PaymentState.AUTHORIZED, PaymentState.CAPTURED)
            lines = [line for line in order.lines if line.open]
            if order.finalised_at is None or not paid or not lines or payment.unanswered:
                return
            for line in lines:
                line.shipped += 1
            order.derive(money_of(payment), uow.now)
            uow.orders.save(order)
            uow.stock.ship(order.id, {line.offer_id: 1 for line in lines})
            uow.commit()
        self.models[till.id].shipped.update(line.id for line in lines)

    @contextmanager
    def _refused(self) -> Iterator[None]:
        with suppress(Conflict, NotFound, Unavailable):
            yield

    @invariant()
    def units_are_those_of_the_model(self) -> None:
        for model in self.models.values():
            order, payment = model.stored
            by_system = order.status is OrderStatus.CANCELLED and not payment.captured_amount.amount
            for line in order.lines:
                assert line.shipped == model.shipped[line.id]
                assert line.cancelled == model.cancelled[line.id] or by_system

    @invariant()
    def stock_is_what_open_orders_hold(self) -> None:
        held: Counter[Any] = Counter()
        gone: Counter[Any] = Counter()
        for model in self.models.values():
            order, payment = model.stored
            if order.abandoned_at is None or payment.is_open:
                held.update(order.quantities)
            gone.update({line.offer_id: line.shipped for line in order.lines})
        for item in self.shop.database.state.stock.values():
            assert item.on_hand == ON_HAND - gone[item.offer_id]
            assert item.allocated == held[item.offer_id]
            assert item.available >= 0

    @invariant()
    def ledgers_believe_in_no_money_that_is_not_there(self) -> None:
        for model in self.models.values():
            order, payment = model.stored
            captured, refunded = payment.captured, payment.refunded
            for part in order.seller_orders:
                assert (part.captured, part.refunded) == (captured[part.id], refunded[part.id])
                held = payment.capturable[part.id].amount
                assert 0 <= refunded[part.id].amount <= captured[part.id].amount
                assert 0 <= held <= part.total.amount - captured[part.id].amount
                assert payment.refundable[part.id].amount >= 0
            charge = self.books.charges.get(payment.provider_key)
            taken, returned = (charge.captured, charge.refunded) if charge else (0, 0)
            assert payment.captured_amount.amount <= taken
            assert payment.refunded_amount.amount <= returned

    @invariant()
    def orders_say_how_their_payments_are(self) -> None:
        for model in self.models.values():
            order, payment = model.stored
            if order.finalised_at is None:
                assert not model.till.timeline
                continue
            assert order.payment_status is _expected(payment)
            whole = all(line.cancelled == line.quantity for line in order.lines)
            assert order.status is (OrderStatus.CANCELLED if whole else OrderStatus.PLACED)

    def teardown(self) -> None:
        """Whatever was done: once all is told and swept, the books agree to the cent."""
        if not self.models:
            return
        self.provider.broken = None
        till = next(iter(self.models.values())).till
        for _ in range(4):
            self.shop.clock.advance(minutes=2)
            self.provider.settle_due(100)
            till.sweep()
            till.hear(*self.books.told)
        assert till.sweep() == (0, 0, 0)
        for invariant_ in (
            self.units_are_those_of_the_model,
            self.stock_is_what_open_orders_hold,
            self.ledgers_believe_in_no_money_that_is_not_there,
            self.orders_say_how_their_payments_are,
        ):
            invariant_()
        for model in self.models.values():
            order, payment = model.stored
            _at_rest(order, payment, self.books.charges.get(payment.provider_key))


def _expected(payment: Payment) -> PaymentStatus:
    if payment.status is not PaymentState.CAPTURED:
        return PaymentStatus(payment.status)
    captured, refunded = payment.captured_amount.amount, payment.refunded_amount.amount
    if not refunded:
        return PaymentStatus.PAID
    return PaymentStatus.REFUNDED if captured == refunded else PaymentStatus.PARTIALLY_REFUNDED


def _at_rest(order: Order, payment: Payment, charge: SandboxCharge | None) -> None:
    assert payment.unanswered == []
    assert not payment.is_open
    assert (order.finalised_at is None) == (order.abandoned_at is not None)
    assert charge is not None
    if payment.status in (PaymentState.VOIDED, PaymentState.FAILED):
        assert charge.status in (ChargeStatus.VOIDED, ChargeStatus.DECLINED)
        assert charge.captured == charge.refunded
    else:
        assert order.finalised_at is not None
        assert payment.captured_amount.amount == charge.captured
        assert payment.refunded_amount.amount == charge.refunded
    if order.status is OrderStatus.CANCELLED and charge.token != Token.REFUND_FAILS:
        assert payment.captured_amount == payment.refunded_amount
        assert payment.ledger.sum(payment.capturable).amount == 0
    if order.abandoned_at is not None:
        assert payment.status in (PaymentState.VOIDED, PaymentState.FAILED)


def test_whatever_happens_money_and_stock_are_right() -> None:
    run_state_machine_as_test(
        Buying,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
