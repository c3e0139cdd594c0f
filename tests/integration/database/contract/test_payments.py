"""Ledgers, timelines, and what sweepers look for."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import NotFound, Stale
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.statuses import (
    By,
    FulfilmentStatus,
    OrderEntryKind,
    OrderStatus,
    PaymentStatus,
)
from marketplace.domain.payments.ledger import OperationKind, Stage
from marketplace.domain.payments.payment import Payment, RequiredAction
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import OperationId, OrderId, PaymentId, SellerOrderId
from tests.factories import LATER, NOW, a_line, a_payment, a_seller_order, an_order, eur, new_id
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods

EARLY = NOW - timedelta(days=2000)


def reserve(world: World, goods: Goods, **fields: object) -> tuple[Order, Payment]:
    part = a_seller_order(goods.seller, a_line(goods.offer, quantity=3), shipping_price=eur(490))
    order = an_order(goods.user, part, **fields)
    payment = a_payment(order, now=order.placed_at)
    world.store(("orders", order), ("payments", payment))
    return order, payment


def place(
    world: World, goods: Goods, money: PaymentStatus = PaymentStatus.PAID, **fields: object
) -> tuple[Order, Payment]:
    """Visible, with its payment as `money` tells."""
    order, payment = reserve(world, goods, **fields)
    with world.new_uow() as uow:
        now = order.placed_at
        if money is PaymentStatus.PAID:
            payment.charge("ref", now)
            order.take_money(payment.captured, now)
        elif money is PaymentStatus.AUTHORIZED:
            payment.authorize("ref", now)
        order.derive(money, now)
        order.finalise(now)
        uow.orders.finalise(order)
        uow.payments.save(payment)
        uow.commit()
    return order, payment


def operation_id() -> OperationId:
    return OperationId(new_id())


class TestLedgers:
    def test_come_back_as_they_were(self, world: World, goods: Goods) -> None:
        order, payment = place(world, goods)
        asked, part = operation_id(), order.seller_orders[0]
        with world.new_uow() as uow:
            stored = uow.payments.get_for_update(payment.id)
            lines = {part.lines[0].id: 1}
            stored.request_refund(asked, {part.id: eur(1000)}, lines, "scratched", LATER)
            uow.payments.save(stored)
            stored.succeed(asked, "op", LATER)
            uow.payments.save(stored)
            uow.commit()

        with world.new_uow() as uow:
            again = uow.payments.get(payment.id)
        assert again.ledger.events == stored.ledger.events
        assert [(each.position, each.kind, each.stage) for each in again.ledger.events] == [
            (1, OperationKind.AUTHORIZATION, Stage.REQUEST),
            (2, OperationKind.AUTHORIZATION, Stage.SUCCESS),
            (3, OperationKind.CHARGE, Stage.SUCCESS),
            (4, OperationKind.REFUND, Stage.REQUEST),
            (5, OperationKind.REFUND, Stage.SUCCESS),
        ]
        assert (again.refunded_amount, again.captured_amount) == (eur(1000), order.total)
        assert again.ledger.settled_lines == lines
        assert (again.status, again.version) == (PaymentState.CAPTURED, stored.version)

    def test_tell_what_is_asked_of_the_buyer(self, world: World, goods: Goods) -> None:
        _, payment = reserve(world, goods)
        action = RequiredAction(type="redirect", url="/there")
        with world.new_uow() as uow:
            payment.await_action("ref", action, LATER)
            uow.payments.save(payment)
            uow.commit()

        with world.new_uow() as uow:
            stored = uow.payments.get(payment.id)
        assert (stored.next_action, stored.reference) == (action, "ref")

    @pytest.mark.parametrize("first", ["refund", "answer"])
    @pytest.mark.parametrize("second", ["refund", "answer"])
    def test_are_appended_to_by_whoever_has_seen_them_whole(
        self, world: World, goods: Goods, first: str, second: str
    ) -> None:
        order, payment = place(world, goods)
        part, asked = order.seller_orders[0].id, operation_id()
        with world.new_uow() as uow:
            payment.request_refund(asked, {part: eur(5)}, {}, None, LATER)
            uow.payments.save(payment)
            uow.commit()

        def append(uow: UnitOfWork, stored: Payment, what: str) -> None:
            if what == "answer":
                stored.succeed(asked, None, LATER)
            else:
                stored.request_refund(operation_id(), {part: eur(5)}, {}, None, LATER)
            uow.payments.save(stored)

        with world.new_uow() as uow:
            stored, twin = uow.payments.get(payment.id), uow.payments.get(payment.id)
            append(uow, stored, first)
            uow.commit()
        with pytest.raises(Stale), world.new_uow() as uow:
            append(uow, twin, second)

        with world.new_uow() as uow:
            assert uow.payments.get(payment.id).ledger.events == stored.ledger.events

    def test_are_left_alone_by_what_is_rolled_back(self, world: World, goods: Goods) -> None:
        order, payment = place(world, goods)
        part = order.seller_orders[0].id
        payment.request_refund(operation_id(), {part: eur(5)}, {}, None, LATER)
        with pytest.raises(RuntimeError, match="without a commit"), world.new_uow() as uow:
            uow.payments.save(payment)

        with world.new_uow() as uow:
            assert uow.payments.get(payment.id).unanswered == []


class TestPayments:
    def test_are_found_by_whatever_names_them(self, world: World, goods: Goods) -> None:
        order, payment = place(world, goods)
        with world.new_uow() as uow:
            assert uow.payments.get(payment.id).id == payment.id
            assert uow.payments.get_for_update(payment.id).id == payment.id
            assert uow.payments.order_of(payment.id) == order.id
            assert uow.payments.of_order(order.id).id == payment.id
            found = uow.payments.find_by_key(payment.provider_key)
        assert found is not None
        assert found.id == payment.id

    def test_of_no_id(self, world: World) -> None:
        nobody = PaymentId(new_id())
        with world.new_uow() as uow:
            finders: list[Callable[[], object]] = [
                lambda: uow.payments.get(nobody),
                lambda: uow.payments.get_for_update(nobody),
                lambda: uow.payments.order_of(nobody),
            ]
            for find in finders:
                with pytest.raises(NotFound):
                    find()
            for key in (f"payment-{nobody}", f"refund-{nobody}", "payment-x", "payment-", ""):
                assert uow.payments.find_by_key(key) is None

    def test_that_wait_for_the_provider_are_found_oldest_first(
        self, world: World, goods: Goods
    ) -> None:
        asked = []
        for minutes in (3, 1, 2):
            order, payment = place(world, goods, placed_at=EARLY)
            part = order.seller_orders[0].id
            with world.new_uow() as uow:
                for later in (0, 60):
                    at = EARLY + timedelta(minutes=minutes + later)
                    payment.request_refund(operation_id(), {part: eur(1)}, {}, None, at)
                uow.payments.save(payment)
                uow.commit()
            asked.append(payment)
        third, first, second = asked
        place(world, goods, placed_at=EARLY)

        def found(minutes: int, limit: int = 100) -> list[PaymentId]:
            with world.new_uow() as uow:
                waiting = uow.payments.unanswered(EARLY + timedelta(minutes=minutes), limit)
            return [each.id for each in waiting if each.id in {each.id for each in asked}]

        assert found(9) == [first.id, second.id, third.id]
        assert found(2) == [first.id, second.id]
        assert found(9, limit=1) == [first.id]
        with world.new_uow() as uow:
            stored = uow.payments.get_for_update(first.id)
            stored.succeed(stored.unanswered[0].id, None, LATER)
            uow.payments.save(stored)
            uow.commit()
        assert found(9) == [second.id, third.id]
        assert found(61) == [second.id, third.id, first.id]
        with world.new_uow() as uow:
            stored = uow.payments.get_for_update(first.id)
            stored.refuse(stored.unanswered[0].id, None, LATER)
            uow.payments.save(stored)
            uow.commit()
        assert found(99) == [second.id, third.id]


class TestProviderEvents:
    def test_count_once_for_each_provider(self, world: World) -> None:
        event = str(new_id())
        with world.new_uow() as uow:
            assert uow.provider_events.add("one", event)
            assert not uow.provider_events.add("one", event)
            assert uow.provider_events.add("other", event)
            uow.commit()
        with world.new_uow() as uow:
            assert not uow.provider_events.add("one", event)
        with world.new_uow() as uow:
            assert uow.provider_events.add("one", str(new_id()))
            uow.commit()

    def test_count_only_if_what_they_told_is_stored(self, world: World) -> None:
        event = str(new_id())
        with pytest.raises(RuntimeError, match="without a commit"), world.new_uow() as uow:
            uow.provider_events.add("one", event)
        with world.new_uow() as uow:
            assert uow.provider_events.add("one", event)
            uow.commit()


class TestOrders:
    def test_store_whatever_changed(self, world: World, goods: Goods) -> None:
        order, _ = place(world, goods)
        with world.new_uow() as uow:
            stored = uow.orders.get_for_update(order.id)
            line, part = next(stored.lines), stored.seller_orders[0]
            line.shipped = 1
            stored.cancel({line.id: 2}, [part], settled={}, by=By.SELLER, reason="gone", now=LATER)
            stored.give_back({part.id: eur(2000)}, {line.id: 2}, LATER)
            stored.derive(PaymentStatus.PAID, LATER)
            uow.orders.save(stored)
            uow.commit()

        with world.new_uow() as uow:
            again = uow.orders.get(order.number)
        part, line = again.seller_orders[0], next(again.lines)
        assert (line.cancelled, line.shipped, line.refunded) == (2, 1, 2)
        assert (part.captured, part.refunded) == (order.total, eur(2000))
        for each in (again, part):
            assert each.status is OrderStatus.PLACED
            assert each.payment_status is PaymentStatus.PARTIALLY_REFUNDED
            assert each.fulfilment_status is FulfilmentStatus.FULFILLED
        assert (again.updated_at, again.version) == (LATER, stored.version)

    def test_are_found_by_their_parts(self, world: World, goods: Goods) -> None:
        order, _ = place(world, goods)
        with world.new_uow() as uow:
            assert uow.orders.holding(order.seller_orders[0].id) == order.id
            with pytest.raises(NotFound):
                uow.orders.holding(SellerOrderId(new_id()))

    def test_that_wait_for_their_payment_are_found_oldest_first(
        self, world: World, goods: Goods
    ) -> None:
        def at(minutes: int) -> dict[str, object]:
            return {"placed_at": EARLY + timedelta(minutes=minutes)}

        second, _ = place(world, goods, PaymentStatus.PENDING, **at(2))
        first, payment = place(world, goods, PaymentStatus.PENDING, **at(1))
        reserved, _ = reserve(world, goods, **at(1))
        others = [
            place(world, goods, money, **at(1))[0]
            for money in (PaymentStatus.PAID, PaymentStatus.AUTHORIZED)
        ]

        def found(minutes: int, limit: int = 100) -> list[OrderId]:
            with world.new_uow() as uow:
                pending = uow.orders.pending(EARLY + timedelta(minutes=minutes), limit)
            ours = {each.id for each in (first, second, reserved, *others)}
            return [each for each in pending if each in ours]

        assert found(9) == [first.id, second.id]
        assert found(2) == [first.id]
        assert found(9, limit=1) == [first.id]
        with world.new_uow() as uow:
            stored = uow.payments.get_for_update(payment.id)
            stored.fail("no", LATER)
            uow.payments.save(stored)
            uow.commit()
        assert found(9) == [second.id]


class TestTimelines:
    def test_grow_in_the_order_of_what_happened(self, world: World, goods: Goods) -> None:
        order, _ = place(world, goods)
        line, part = next(order.lines), order.seller_orders[0]
        for by in (By.BUYER, By.ADMINISTRATOR):
            with world.new_uow() as uow:
                stored = uow.orders.get_for_update(order.id)
                stored.note(OrderEntryKind.REFUND_REQUESTED, by, LATER, amount=eur(7))
                stored.note(
                    OrderEntryKind.CANCELLED,
                    by,
                    LATER,
                    part=part.id,
                    reason="r",
                    lines={line.id: 1},
                )
                uow.orders.save(stored)
                uow.commit()

        entries = world.timeline(order.id)
        assert [(each.kind, each.by) for each in entries] == [
            (OrderEntryKind.PLACED, By.BUYER),
            (OrderEntryKind.PAYMENT_CAPTURED, By.SYSTEM),
            (OrderEntryKind.REFUND_REQUESTED, By.BUYER),
            (OrderEntryKind.CANCELLED, By.BUYER),
            (OrderEntryKind.REFUND_REQUESTED, By.ADMINISTRATOR),
            (OrderEntryKind.CANCELLED, By.ADMINISTRATOR),
        ]
        assert entries[2].amount == eur(7)
        last = entries[-1]
        assert (last.seller_order_id, last.reason, last.lines) == (part.id, "r", {line.id: 1})
        assert (last.amount, last.occurred_at) == (None, LATER)

    def test_are_not_written_by_what_is_rolled_back(self, world: World, goods: Goods) -> None:
        order, _ = place(world, goods)
        order.note(OrderEntryKind.PAYMENT_VOIDED, By.SYSTEM, LATER)
        with pytest.raises(RuntimeError, match="without a commit"), world.new_uow() as uow:
            uow.orders.save(order)

        assert len(world.timeline(order.id)) == 2
