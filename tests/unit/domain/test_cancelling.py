"""Cancelling an order, and the statuses that follow from units and money."""

from collections.abc import Mapping

import pytest

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.orders.events import OrderCancelled
from marketplace.domain.orders.order import Cancellation, Order
from marketplace.domain.orders.statuses import (
    By,
    FulfilmentStatus,
    OrderEntryKind,
    OrderStatus,
    PaymentStatus,
)
from marketplace.domain.shared.ids import OrderLineId, SellerOrderId
from marketplace.domain.shared.money import Money
from tests.factories import (
    LATER,
    NOW,
    a_line,
    a_seller,
    a_seller_order,
    a_user,
    an_order,
    eur,
    new_id,
)


def ordered() -> Order:
    """3 lamps and 2 desks of one seller with shipping, 1 chair of another."""
    first = a_seller_order(
        a_seller(),
        a_line(name="lamp", quantity=3, unit_price=eur(30)),
        a_line(name="desk", quantity=2, unit_price=eur(50)),
        shipping_price=eur(5),
    )
    second = a_seller_order(
        a_seller(), a_line(name="chair", unit_price=eur(20)), position=2, shipping_price=eur(4)
    )
    return an_order(a_user(), first, second, number="ORD-2026-000001")


def line_of(order: Order, name: str) -> OrderLineId:
    return next(line.id for line in order.lines if line.name == name)


def paid(order: Order) -> PaymentStatus:
    return order.payment_status


def cancel(order: Order, settled: dict[str, int] | None = None, **wanted: int) -> Cancellation:
    return order.cancel(
        {line_of(order, name): quantity for name, quantity in wanted.items()} or None,
        order.seller_orders,
        settled={line_of(order, name): units for name, units in (settled or {}).items()},
        by=By.BUYER,
        reason="changed my mind",
        now=LATER,
    )


def shares(order: Order, cancellation: Cancellation) -> list[int]:
    nothing = eur(0)
    return [cancellation.shares.get(part.id, nothing).amount for part in order.seller_orders]


class TestWhole:
    def test_gives_all_units_and_all_money_back(self) -> None:
        order = ordered()
        quantities = dict(order.quantities)
        cancellation = cancel(order)
        assert cancellation.quantities == quantities
        assert shares(order, cancellation) == [90 + 100 + 5, 20 + 4]
        assert sum(shares(order, cancellation)) == order.total.amount
        assert sorted(cancellation.lines.values()) == [1, 2, 3]
        assert order.quantities == {}
        assert all(part.is_cancelled for part in order.seller_orders)

    def test_tells(self) -> None:
        order = ordered()
        cancel(order)
        (event,) = order.drain_events()
        assert event == OrderCancelled(
            order_id=order.id,
            number=order.number,
            email=order.customer.email,
            seller_order_ids=tuple(part.id for part in order.seller_orders),
            whole=True,
            occurred_at=LATER,
        )
        entries = order.drain_entries()
        assert [each.seller_order_id for each in entries] == [p.id for p in order.seller_orders]
        assert {(each.kind, each.by, each.reason) for each in entries} == {
            (OrderEntryKind.CANCELLED, By.BUYER, "changed my mind")
        }
        assert entries[0].lines == {line_of(order, "lamp"): 3, line_of(order, "desk"): 2}

    def test_happens_once(self) -> None:
        order = ordered()
        cancel(order)
        with pytest.raises(Conflict, match="All of it is cancelled") as refused:
            cancel(order)
        assert refused.value.code == "not_cancellable"

    def test_needs_everything_to_be_open(self) -> None:
        order = ordered()
        next(order.lines).shipped = 1
        with pytest.raises(Conflict, match="shipped") as refused:
            cancel(order)
        assert refused.value.code == "not_cancellable"

    def test_of_a_part_leaves_the_others(self) -> None:
        order = ordered()
        second = order.seller_orders[1]
        cancellation = order.cancel(
            None, [second], settled={}, by=By.SELLER, reason=None, now=LATER
        )
        assert shares(order, cancellation) == [0, 24]
        assert second.is_cancelled
        (event,) = order.drain_events()
        assert isinstance(event, OrderCancelled)
        assert (event.seller_order_ids, event.whole) == ((second.id,), False)


class TestUnits:
    def test_are_worth_what_they_cost_and_shipping_goes_with_the_last(self) -> None:
        order = ordered()
        assert shares(order, cancel(order, lamp=2)) == [60, 0]
        assert shares(order, cancel(order, lamp=1, desk=1)) == [80, 0]
        assert shares(order, cancel(order, desk=1, chair=1)) == [55, 24]
        assert order.quantities == {}

    def test_that_are_shipped_stay(self) -> None:
        order = ordered()
        lamp = next(order.lines)
        lamp.shipped = 1
        with pytest.raises(Conflict) as refused:
            cancel(order, lamp=3)
        assert refused.value.params == {"field": "/lines/0/quantity", "open": 2}
        assert lamp.cancelled == 0
        cancellation = cancel(order, lamp=2, desk=2)
        # One lamp arrives, so the shipping was worth its price.
        assert shares(order, cancellation) == [160, 0]
        assert lamp.open == 0

    def test_of_nobody_are_pointed_at(self) -> None:
        order = ordered()
        wanted = {line_of(order, "lamp"): 1, OrderLineId(new_id()): 1}
        with pytest.raises(RuleViolated) as refused:
            order.cancel(
                wanted, order.seller_orders, settled={}, by=By.BUYER, reason=None, now=LATER
            )
        assert (refused.value.code, refused.value.params["field"]) == (
            "unknown_id",
            "/lines/1/lineId",
        )

    def test_of_another_part_are_unknown(self) -> None:
        order = ordered()
        with pytest.raises(RuleViolated):
            order.cancel(
                {line_of(order, "lamp"): 1},
                order.seller_orders[1:],
                settled={},
                by=By.SELLER,
                reason=None,
                now=LATER,
            )

    @pytest.mark.parametrize(
        ("settled", "owed"), [(0, 60), (1, 30), (2, 0), (3, 0)], ids=lambda value: str(value)
    )
    def test_that_were_refunded_are_the_first_that_are_cancelled(
        self, settled: int, owed: int
    ) -> None:
        order = ordered()
        cancellation = cancel(order, settled={"lamp": settled}, lamp=2)
        assert shares(order, cancellation) == [owed, 0]
        assert sum(cancellation.lines.values()) == owed // 30
        assert sum(cancellation.quantities.values()) == 2

    def test_that_were_cancelled_and_paid_back_count_once(self) -> None:
        order = ordered()
        cancel(order, lamp=1)
        assert shares(order, cancel(order, settled={"lamp": 1}, lamp=1)) == [30, 0]
        assert shares(order, cancel(order, settled={"lamp": 3}, lamp=1)) == [0, 0]


class TestValue:
    def value(self, order: Order, settled: int, **wanted: int) -> Mapping[SellerOrderId, Money]:
        units = {line_of(order, name): quantity for name, quantity in wanted.items()}
        gone = {line_of(order, "lamp"): settled}
        return order.value_of(order.seller_orders, units, gone, too_high="too_high")

    def test_is_what_the_units_cost(self) -> None:
        order = ordered()
        first, second = (part.id for part in order.seller_orders)
        assert self.value(order, 0, lamp=2, desk=1) == {first: eur(110)}
        assert self.value(order, 2, lamp=1, chair=1) == {first: eur(30), second: eur(20)}

    def test_of_more_than_is_left(self) -> None:
        with pytest.raises(Conflict) as refused:
            self.value(ordered(), 2, desk=1, lamp=2)
        assert refused.value.code == "too_high"
        assert refused.value.params == {"field": "/lines/1/quantity", "most": 1}


class TestStatuses:
    @pytest.mark.parametrize("money", [m for m in PaymentStatus if "efunded" not in m])
    def test_follow_the_payment(self, money: PaymentStatus) -> None:
        order = ordered()
        order.derive(money, LATER)
        assert order.status is OrderStatus.PLACED
        assert order.payment_status is money
        assert {part.payment_status for part in order.seller_orders} == {money}
        assert order.fulfilment_status is FulfilmentStatus.UNFULFILLED
        assert (order.updated_at, order.version) == (LATER, 1)

    def test_follow_refunds(self) -> None:
        order = ordered()
        first, second = order.seller_orders
        order.take_money(order.shares, NOW)
        order.derive(PaymentStatus.PAID, NOW)
        assert paid(order) is PaymentStatus.PAID
        order.give_back({second.id: second.total}, {line_of(order, "chair"): 1}, LATER)
        order.derive(PaymentStatus.PAID, LATER)
        assert paid(order) is PaymentStatus.PARTIALLY_REFUNDED
        assert first.payment_status is PaymentStatus.PAID
        assert second.payment_status is PaymentStatus.REFUNDED
        assert next(iter(second.lines)).refunded == 1
        order.give_back({first.id: first.total}, {}, LATER)
        order.derive(PaymentStatus.PAID, LATER)
        assert paid(order) is PaymentStatus.REFUNDED
        assert [each.amount for each in order.drain_entries()] == [eur(219), eur(24), eur(195)]

    def test_of_parts_that_were_captured_run_ahead(self) -> None:
        order = ordered()
        first, second = order.seller_orders
        order.take_money({first.id: first.total}, NOW)
        order.derive(PaymentStatus.AUTHORIZED, NOW)
        assert order.payment_status is PaymentStatus.AUTHORIZED
        assert first.payment_status is PaymentStatus.PAID
        assert second.payment_status is PaymentStatus.AUTHORIZED

    @pytest.mark.parametrize("money", [PaymentStatus.AUTHORIZED, PaymentStatus.PAID])
    def test_of_a_part_that_was_let_go_of(self, money: PaymentStatus) -> None:
        order = ordered()
        first, second = order.seller_orders
        cancel(order, chair=1)
        if money is PaymentStatus.PAID:
            order.take_money({first.id: first.total}, NOW)
        order.derive(money, NOW)
        assert second.status is OrderStatus.CANCELLED
        assert second.payment_status is PaymentStatus.VOIDED
        assert (order.status, order.payment_status) == (OrderStatus.PLACED, money)

    def test_of_free_orders_that_are_paid(self) -> None:
        order = an_order(None, a_seller_order(a_seller(), a_line(unit_price=eur(0))))
        order.derive(PaymentStatus.PAID, NOW)
        assert order.payment_status is PaymentStatus.PAID
        assert order.seller_orders[0].payment_status is PaymentStatus.PAID

    @pytest.mark.parametrize(
        ("cancelled", "shipped", "expected"),
        [
            (0, 0, FulfilmentStatus.UNFULFILLED),
            (1, 0, FulfilmentStatus.UNFULFILLED),
            (0, 1, FulfilmentStatus.PARTIALLY_FULFILLED),
            (2, 1, FulfilmentStatus.FULFILLED),
            (0, 3, FulfilmentStatus.FULFILLED),
            (3, 0, FulfilmentStatus.CANCELLED),
        ],
    )
    def test_of_fulfilment_follow_the_units_that_are_left(
        self, cancelled: int, shipped: int, expected: FulfilmentStatus
    ) -> None:
        line = a_line(quantity=3, cancelled=cancelled, shipped=shipped)
        order = an_order(None, a_seller_order(a_seller(), line))
        order.derive(PaymentStatus.PAID, NOW)
        assert order.fulfilment_status is expected
        assert order.seller_orders[0].fulfilment_status is expected
        gone = expected is FulfilmentStatus.CANCELLED
        assert order.status is (OrderStatus.CANCELLED if gone else OrderStatus.PLACED)


def test_the_timeline_begins_with_the_order() -> None:
    order = ordered()
    order.take_money(order.shares, NOW)
    order.finalise(LATER)
    entries = order.drain_entries()
    assert [each.kind for each in entries] == [
        OrderEntryKind.PLACED,
        OrderEntryKind.PAYMENT_CAPTURED,
    ]
    assert entries[0].amount == entries[1].amount == order.total
    assert order.drain_entries() == []
