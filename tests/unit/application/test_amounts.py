"""Whatever is captured, refunded, shipped and cancelled, in whatever order: every amount adds up to
the cent, from lines to seller orders to the order to the entries of the ledger."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.application.actor import Actor
from marketplace.application.orders.cancelling import cancel_order
from marketplace.application.orders.commands import CancelOrder
from marketplace.application.orders.steps import accept
from marketplace.application.payments.commands import CapturePayment, RefundPayment
from marketplace.application.payments.services import capture_payment, refund_payment
from marketplace.domain.errors import Conflict, InvalidTransition
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.parts import OrderLine, SellerOrder
from marketplace.domain.orders.statuses import OrderStatus
from marketplace.domain.payments.ledger import OperationKind, OperationState, Stage
from marketplace.domain.payments.payment import Payment
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import OperationId, OrderLineId
from tests.factories import (
    a_line,
    a_payment,
    a_seller,
    a_seller_order,
    a_user,
    an_actor,
    an_admin,
    an_order,
    eur,
    new_id,
)
from tests.fake_provider import FakeProvider
from tests.fakes import FakeDatabase

# Price and units of lines; shipping and lines of parts.
lines = st.lists(st.tuples(st.integers(0, 99), st.integers(2, 6)), min_size=1, max_size=2)
baskets = st.lists(st.tuples(st.integers(0, 30), lines), min_size=1, max_size=2)
TAKING = ("capture", "cancel", "capture", "cancel", "refund", "refund lines", "cancel all")
GIVING = ("cancel", "refund lines", "cancel", "ship", "refund", "cancel all")


def steps_of(actions: Sequence[str]) -> st.SearchStrategy[Any]:
    """What, of which line or by which seller, how many units, which share of all in thousandths."""
    step = st.tuples(
        st.sampled_from(actions),
        st.integers(0, 3),
        st.integers(1, 2),
        st.sampled_from([300, 1000, 500, 999, 1]),
        st.sampled_from([False, False, True]),
    )
    return st.lists(step, min_size=4, max_size=9)


class Books:
    """One order in memory, whose provider has authorised or captured it."""

    def __init__(self, basket: Sequence[Any], *, captured: bool) -> None:
        self.database = FakeDatabase()
        self.provider = FakeProvider()
        buyer, sellers = a_user(), [a_seller() for _ in basket]
        self.admin = an_actor(an_admin())
        self.buyer = an_actor(buyer)
        self.members = [an_actor(a_user(), {s.id: MemberRole.OWNER}) for s in sellers]
        order = an_order(
            buyer,
            *(
                a_seller_order(
                    seller,
                    *(a_line(unit_price=eur(price), quantity=units) for price, units in lines),
                    position=position,
                    shipping_price=eur(shipping),
                )
                for position, (seller, (shipping, lines)) in enumerate(
                    zip(sellers, basket, strict=True), 1
                )
            ),
        )
        # Units that the buyer has the money back for, or is not asked for it.
        self.settled = {line.id: 0 for line in order.lines}
        self.id, payment = order.id, a_payment(order)
        self.payment_id = payment.id
        outcome = self.provider.authorize(
            key=payment.provider_key, amount=order.total, token="tok_ok", capture=captured
        )
        with self.database.unit_of_work() as uow:
            uow.stock.add(*(StockItem(offer_id=offer, on_hand=9) for offer in order.quantities))
            uow.orders.add(order)
            uow.payments.add(payment)
            assert not uow.stock.allocate(order.id, order.quantities)
            accept(uow, order, payment, outcome.reference, captured=captured)
            uow.commit()

    @property
    def order(self) -> Order:
        return self.database.state.orders[self.id]

    @property
    def payment(self) -> Payment:
        return self.database.state.payments[self.payment_id]

    def act(self, action: str, which: int, units: int, share: int, *, by_seller: bool) -> None:
        """Try it; what there is too little of is refused."""
        every = list(self.order.lines)
        line = every[which % len(every)]
        by = self.members[which % len(self.members)] if by_seller else self.admin
        taking: dict[str, Callable[[], object]] = {
            "capture": lambda: self.take(CapturePayment, capture_payment, by, share),
            "refund": lambda: self.take(RefundPayment, refund_payment, by, share),
            "refund lines": lambda: self.refund({line.id: units}),
            "cancel": lambda: self.cancel({line.id: units}),
            "cancel all": lambda: self.cancel(None),
            "ship": lambda: self.ship(line, units),
        }
        try:
            taking[action]()
        except (Conflict, InvalidTransition):
            self.database.state.check_constraints()

    def take(self, command: Any, use_case: Any, by: Actor, share: int) -> None:
        payment = self.payment
        most = payment.capturable if command is CapturePayment else payment.refundable
        amount = sum(each.amount for each in most.values()) * share // 1000
        asked = command(
            actor=by, payment_id=payment.id, operation_id=OperationId(new_id()), amount=amount
        )
        use_case(self.database.unit_of_work(), asked, providers={"sandbox": self.provider})

    def refund(self, lines: dict[OrderLineId, int]) -> None:
        refund_payment(
            self.database.unit_of_work(),
            RefundPayment(
                actor=self.admin,
                payment_id=self.payment_id,
                operation_id=OperationId(new_id()),
                lines=lines,
            ),
            providers={"sandbox": self.provider},
        )
        for line_id, units in lines.items():
            self.settled[line_id] += units

    def cancel(self, lines: dict[OrderLineId, int] | None) -> None:
        cancel_order(
            self.database.unit_of_work(),
            CancelOrder(
                caller=self.buyer, order=self.id, operation_id=OperationId(new_id()), lines=lines
            ),
            providers={"sandbox": self.provider},
        )
        for line in self.order.lines:
            # Those that were settled are the first that are cancelled.
            self.settled[line.id] = max(self.settled[line.id], line.cancelled)

    def ship(self, line: OrderLine, units: int) -> None:
        units = min(units, line.open)
        with self.database.unit_of_work() as uow:
            order = uow.orders.get_for_update(self.id)
            next(each for each in order.lines if each.id == line.id).shipped += units
            uow.orders.save(order)
            if units:
                uow.stock.ship(self.id, {line.offer_id: units})
            uow.commit()

    def check(self, *, exact: bool) -> None:
        order, payment = self.order, self.payment
        self._check_ledger(payment)
        captured, refunded = payment.captured, payment.refunded
        for part in order.seller_orders:
            assert (part.captured, part.refunded) == (captured[part.id], refunded[part.id])
            assert 0 <= part.refunded.amount <= part.captured.amount <= part.total.amount
            left = part.captured - part.refunded + payment.capturable[part.id]
            worth = sum(self._unsettled(part, line) for line in part.lines)
            worth += 0 if part.is_cancelled else part.shipping_price.amount
            if payment.authorized_amount != payment.voided_amount:
                assert left.amount == worth if exact else left.amount <= worth
        for item in self.database.state.stock.values():
            line = next(each for each in order.lines if each.offer_id == item.offer_id)
            assert (item.on_hand, item.allocated) == (9 - line.shipped, line.open)
        if order.status is OrderStatus.CANCELLED:
            assert payment.captured_amount == payment.refunded_amount
            assert payment.ledger.sum(payment.capturable) == eur(0)

    def _check_ledger(self, payment: Payment) -> None:
        key = payment.provider_key
        assert payment.unanswered == []
        assert payment.captured_amount.amount == self.provider.captured[key]
        assert payment.authorized_amount == payment.amount
        if key in self.provider.authorized:
            assert payment.refunded_amount.amount == self.provider.refunded[key]
        assert (
            payment.captured_amount.amount
            <= (payment.authorized_amount - payment.voided_amount).amount
        )
        assert [each.position for each in payment.ledger.events] == list(
            range(1, len(payment.ledger.events) + 1)
        )
        for event in payment.ledger.events:
            assert event.amount == payment.ledger.sum(event.shares)
            assert all(share.amount >= 0 for share in event.shares.values())
        done = [e for e in payment.ledger.operations if e.state is OperationState.SUCCEEDED]
        for kind, total in (
            (OperationKind.CHARGE, payment.captured_amount),
            (OperationKind.REFUND, payment.refunded_amount),
            (OperationKind.VOID, payment.voided_amount),
        ):
            assert sum(each.amount.amount for each in done if each.kind is kind) == total.amount
        assert not payment.ledger.has(OperationKind.AUTHORIZATION, Stage.FAILURE)

    def _unsettled(self, part: SellerOrder, line: OrderLine) -> int:
        """What the line costs the buyer yet."""
        left = line.quantity - self.settled[line.id]
        return 0 if part.is_cancelled else line.unit_price.amount * left


@settings(max_examples=120, deadline=None)
@given(basket=baskets, captured=st.booleans(), data=st.data())
def test_everything_adds_up(basket: Sequence[Any], captured: bool, data: st.DataObject) -> None:
    books = Books(basket, captured=captured)
    steps = data.draw(steps_of(GIVING if captured else TAKING))
    assert books.order.total.amount == sum(part.total.amount for part in books.order.seller_orders)
    exact = True
    books.check(exact=exact)
    for action, which, units, share, by_seller in steps:
        books.act(action, which, units, share, by_seller=by_seller)
        exact = exact and action != "refund"
        books.check(exact=exact)


@settings(max_examples=30, deadline=None)
@given(basket=baskets, amounts=st.lists(st.integers(1, 1000), max_size=6))
def test_refunds_of_amounts_never_take_more_of_a_part_than_it_has(
    basket: Sequence[Any], amounts: Sequence[int]
) -> None:
    books = Books(basket, captured=True)
    for share in amounts:
        before = books.payment.refundable
        left = sum(each.amount for each in before.values())
        books.act("refund", 0, 1, share, by_seller=False)
        after = books.payment.refundable
        taken = {part: before[part].amount - after[part].amount for part in before}
        assert sum(taken.values()) == left * share // 1000
        for part, amount in taken.items():
            # By largest remainder: no share is a whole unit away from its proportion.
            assert 0 <= amount <= before[part].amount
            assert abs(amount * left - before[part].amount * sum(taken.values())) < max(left, 1)
