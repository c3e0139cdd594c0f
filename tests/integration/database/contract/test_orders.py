"""Orders and payments."""

from datetime import timedelta

import pytest

from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import Conflict, NotFound, Stale
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.statuses import PaymentStatus
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import CartId, OperationId, OrderId
from tests.factories import (
    LATER,
    NOW,
    a_line,
    a_payment,
    a_seller_order,
    an_order,
    new_id,
)
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods


class TestOrders:
    def place(self, world: World, goods: Goods, **fields: object) -> Order:
        order = an_order(goods.user, a_seller_order(goods.seller, a_line(goods.offer)), **fields)
        world.store(("orders", order), ("payments", a_payment(order)))
        return order

    def test_numbers_count_upwards_within_the_year(self, world: World, goods: Goods) -> None:
        first, second = self.place(world, goods), self.place(world, goods)

        assert first.number.startswith("ORD-2026-")
        assert len(first.number) == len("ORD-2026-000001")
        assert int(second.number[-6:]) == int(first.number[-6:]) + 1
        with world.new_uow() as uow:
            assert uow.orders.get(first.id).number == first.number

    def test_one_that_does_not_exist(self, world: World) -> None:
        with world.new_uow() as uow:
            with pytest.raises(NotFound):
                uow.orders.get(OrderId(new_id()))
            with pytest.raises(NotFound):
                uow.payments.of_order(OrderId(new_id()))

    def test_finalising_stores_what_it_changed(self, world: World, goods: Goods) -> None:
        order = self.place(world, goods)
        with world.new_uow() as uow:
            self.settle(uow, order, "finalise")
            uow.commit()

        with world.new_uow() as uow:
            stored = uow.orders.get(order.id)
        assert stored.finalised_at == stored.updated_at == LATER
        assert stored.payment_status is PaymentStatus.PAID
        assert stored.seller_orders[0].payment_status is PaymentStatus.PAID
        assert stored.version == order.version == 2

    def test_abandoning_stores_what_it_changed(self, world: World, goods: Goods) -> None:
        order = self.place(world, goods)
        with world.new_uow() as uow:
            order.abandon(LATER)
            uow.orders.abandon(order)
            uow.commit()

        with world.new_uow() as uow:
            stored = uow.orders.get(order.id)
        assert stored.abandoned_at == stored.updated_at == LATER
        assert stored.payment_status is PaymentStatus.PENDING

    @pytest.mark.parametrize("first", ["finalise", "abandon"])
    @pytest.mark.parametrize("second", ["finalise", "abandon"])
    def test_an_order_is_settled_once(
        self, world: World, goods: Goods, first: str, second: str
    ) -> None:
        order = self.place(world, goods)
        with world.new_uow() as uow:
            self.settle(uow, uow.orders.get(order.id), first)
            uow.commit()

        with pytest.raises(Stale), world.new_uow() as uow:
            self.settle(uow, order, second)

    def settle(self, uow: UnitOfWork, order: Order, how: str) -> None:
        if how == "finalise":
            order.derive(PaymentStatus.PAID, LATER)
            order.finalise(LATER)
            uow.orders.finalise(order)
        else:
            order.abandon(LATER)
            uow.orders.abandon(order)

    def test_a_cart_is_ordered_once(self, world: World, goods: Goods) -> None:
        cart_id = CartId(new_id())
        order = self.place(world, goods, cart_id=cart_id)

        with world.new_uow() as uow:
            assert uow.orders.get(order.id).cart_id == cart_id
            assert uow.orders.is_ordered(cart_id)
            assert not uow.orders.is_ordered(CartId(new_id()))
        with pytest.raises(Conflict) as refused:
            self.place(world, goods, cart_id=cart_id)
        assert refused.value.code == "checkout_in_progress"

        with world.new_uow() as uow:
            self.settle(uow, order, "abandon")
            uow.commit()
        with world.new_uow() as uow:
            assert not uow.orders.is_ordered(cart_id)
        self.place(world, goods, cart_id=cart_id)

    def test_what_nobody_saves_is_not_stored(self, world: World, goods: Goods) -> None:
        order = self.place(world, goods)
        with world.new_uow() as uow:
            uow.orders.get(order.id).abandon(LATER)
            uow.payments.of_order(order.id).void(OperationId(new_id()), LATER)
            uow.commit()

        with world.new_uow() as uow:
            assert uow.orders.get(order.id).abandoned_at is None
            assert uow.payments.of_order(order.id).is_open

    def test_unfinalised_ones_are_found_until_they_are_settled(
        self, world: World, goods: Goods
    ) -> None:
        early = NOW - timedelta(days=1000)
        finalised, open_, abandoned, settled = (
            self.place(world, goods, placed_at=early + timedelta(seconds=number))
            for number in range(4)
        )
        recent = self.place(world, goods, placed_at=LATER)
        with world.new_uow() as uow:
            self.settle(uow, finalised, "finalise")
            self.settle(uow, abandoned, "abandon")
            self.settle(uow, settled, "abandon")
            payment = uow.payments.of_order(settled.id)
            payment.void(OperationId(new_id()), LATER)
            uow.payments.save(payment)
            uow.commit()

        with world.new_uow() as uow:
            found = uow.orders.unfinalised(early + timedelta(seconds=9), 100)
            limited = uow.orders.unfinalised(early + timedelta(seconds=9), 1)
            on_time = uow.orders.unfinalised(abandoned.placed_at, 100)
        ours = {each.id for each in (finalised, open_, abandoned, settled, recent)}
        assert [each for each in found if each in ours] == [open_.id, abandoned.id]
        assert len(limited) == 1
        assert [each for each in on_time if each in ours] == [open_.id]

    def test_a_payment_is_settled_once(self, world: World, goods: Goods) -> None:
        order = self.place(world, goods)
        with world.new_uow() as uow:
            payment, twin = uow.payments.of_order(order.id), uow.payments.of_order(order.id)
            payment.charge("ref", LATER)
            uow.payments.save(payment)
            uow.commit()

        with world.new_uow() as uow:
            stored = uow.payments.of_order(order.id)
        assert (stored.status, stored.reference) == (PaymentState.CAPTURED, "ref")
        assert stored.captured_amount == stored.amount
        twin.void(OperationId(new_id()), LATER)
        with pytest.raises(Stale), world.new_uow() as uow:
            uow.payments.save(twin)

    def test_an_order_has_one_live_payment(self, world: World, goods: Goods) -> None:
        order = self.place(world, goods)

        with pytest.raises(Conflict) as refused:
            world.store(("payments", a_payment(order)))

        assert refused.value.code == "payment_exists"

    def test_the_live_payment_comes_before_those_that_failed(
        self, world: World, goods: Goods
    ) -> None:
        order = self.place(world, goods)
        failed = a_payment(order, now=LATER)
        failed.fail("no", LATER)
        world.store(("payments", failed))

        with world.new_uow() as uow:
            live = uow.payments.of_order(order.id)
            assert live.id != failed.id
            live.void(OperationId(new_id()), LATER)
            uow.payments.save(live)
            assert uow.payments.of_order(order.id).id == failed.id
            uow.commit()
