"""Orders, for buyers and for sellers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace.application.actor import Actor
from marketplace.application.orders.queries import OrderFilter
from marketplace.application.paging import PageRequest
from marketplace.domain.errors import Forbidden, NotFound
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.statuses import OrderStatus, PaymentStatus
from marketplace.domain.shared.ids import OperationId, OrderId
from marketplace.infrastructure.database.reader import SqlReader
from tests.factories import (
    LATER,
    NOW,
    a_line,
    a_payment,
    a_seller,
    a_seller_order,
    a_user,
    an_actor,
    an_order,
    eur,
    new_id,
    word,
)
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import Goods
from tests.integration.database.queries.helpers import EVERYTHING, store


class TestOrders:
    def place(
        self, new_uow: NewUow, goods: Goods, *, finalised: bool = True, **fields: Any
    ) -> Order:
        """Two sellers, three lines, 31 and 70 cents."""
        rival = a_seller()
        parts = [
            a_seller_order(
                goods.seller,
                a_line(goods.offer, unit_price=eur(10), quantity=2, options={"size": "S"}),
                a_line(unit_price=eur(11)),
            ),
            a_seller_order(rival, a_line(unit_price=eur(65)), position=2, shipping_price=eur(5)),
        ]
        order = an_order(goods.user, *parts, **fields)
        payment = a_payment(order)
        store(new_uow, ("sellers", rival), ("orders", order), ("payments", payment))
        if finalised:
            with new_uow() as uow:
                payment.charge("ref", uow.now)
                order.take_money(payment.captured, uow.now)
                order.derive(PaymentStatus.PAID, uow.now)
                order.finalise(uow.now)
                uow.orders.finalise(order)
                uow.payments.save(payment)
                uow.commit()
        return order

    def test_are_shown_whole(
        self, read: SqlReader, new_uow: NewUow, goods: Goods, executed: list[str]
    ) -> None:
        order = self.place(new_uow, goods)

        view = read.orders.get(order.id, an_actor(goods.user))

        assert len(executed) == 1
        assert (view.id, view.number, view.email) == (order.id, order.number, goods.user.email)
        assert (view.status, view.payment_status) == (OrderStatus.PLACED, PaymentStatus.PAID)
        assert (view.subtotal, view.shipping_total, view.total) == (eur(96), eur(5), eur(101))
        assert view.shipping_address == order.shipping_address
        assert (view.placed_at, view.prices_include_tax) == (NOW, True)
        (payment,) = view.payments
        assert (payment.amount, payment.captured_amount, payment.refunded_amount) == (
            eur(101),
            eur(101),
            eur(0),
        )
        first, second = view.seller_orders
        assert (first.number, second.number) == (f"{order.number}-1", f"{order.number}-2")
        assert (first.total, second.total) == (eur(31), eur(70))
        assert (first.payment.captured, second.payment.captured) == (eur(31), eur(70))
        assert first.payment.id == payment.id
        assert (first.seller.id, first.seller.name) == (goods.seller.id, goods.seller.name)
        assert [line.total for line in first.lines] == [eur(20), eur(11)]
        assert (first.lines[0].offer_id, first.lines[0].options) == (goods.offer.id, {"size": "S"})
        assert (second.shipping.name, second.shipping.price) == ("Free shipping", eur(5))
        assert first.customer.email == goods.user.email

    def test_are_found_by_number_too(
        self, read: SqlReader, new_uow: NewUow, goods: Goods, admin: Actor
    ) -> None:
        order = self.place(new_uow, goods)

        assert read.orders.get(order.number, admin) == read.orders.get(
            order.id, an_actor(goods.user)
        )

    def test_are_their_buyers_and_only_once_finalised(
        self,
        read: SqlReader,
        new_uow: NewUow,
        goods: Goods,
        admin: Actor,
        member: Actor,
        stranger: Actor,
    ) -> None:
        order = self.place(new_uow, goods)
        hidden = self.place(new_uow, goods, finalised=False)
        buyer = an_actor(goods.user)

        for viewer in (stranger, replace(member, user_id=a_user().id)):
            with pytest.raises(NotFound):
                read.orders.get(order.id, viewer)
            assert read.orders.list(EVERYTHING, OrderFilter(), viewer).items == []
        for viewer in (buyer, admin):
            with pytest.raises(NotFound):
                read.orders.get(hidden.id, viewer)
            listed = read.orders.list(EVERYTHING, OrderFilter(), viewer).items
            assert order.id in {each.id for each in listed}
            assert hidden.id not in {each.id for each in listed}
        with pytest.raises(NotFound):
            read.orders.get(OrderId(new_id()), admin)

    def test_in_a_list_are_the_same(
        self, read: SqlReader, new_uow: NewUow, goods: Goods, executed: list[str]
    ) -> None:
        older = self.place(new_uow, goods, placed_at=NOW - timedelta(days=1))
        newer = self.place(new_uow, goods)
        buyer = an_actor(goods.user)

        listed = read.orders.list(PageRequest(with_total=True), OrderFilter(), buyer)

        assert len(executed) == 2
        assert [each.id for each in listed.items] == [newer.id, older.id]
        assert listed.total == 2
        assert listed.items[1] == read.orders.get(older.id, buyer)

    def test_are_filtered(self, read: SqlReader, new_uow: NewUow, goods: Goods) -> None:
        early = self.place(new_uow, goods, placed_at=NOW - timedelta(days=1))
        late = self.place(new_uow, goods, placed_at=LATER)
        buyer = an_actor(goods.user)

        def found(**wanted: Any) -> list[OrderId]:
            listed = read.orders.list(EVERYTHING, OrderFilter(**wanted), buyer)
            return [each.id for each in listed.items]

        assert found(status=OrderStatus.PLACED) == [late.id, early.id]
        assert found(status=OrderStatus.CANCELLED) == []
        assert found(payment_status=PaymentStatus.PAID) == [late.id, early.id]
        assert found(payment_status=PaymentStatus.PENDING) == []
        assert found(placed_after=early.placed_at) == [late.id]
        assert found(updated_after=NOW - timedelta(seconds=1)) == [late.id, early.id]
        assert found(updated_after=NOW) == []

    def test_of_a_seller_are_its_parts(
        self,
        read: SqlReader,
        new_uow: NewUow,
        goods: Goods,
        member: Actor,
        admin: Actor,
        executed: list[str],
    ) -> None:
        order = self.place(new_uow, goods)
        self.place(new_uow, goods, finalised=False)

        listed = read.orders.list_of_seller(goods.seller.id, EVERYTHING, OrderFilter(), member)

        assert len(executed) == 1
        whole = read.orders.get(order.id, admin)
        assert list(listed.items) == [whole.seller_orders[0]]
        by_slug = read.orders.list_of_seller(
            goods.seller.slug,
            EVERYTHING,
            OrderFilter(status=OrderStatus.PLACED, updated_after=NOW - timedelta(1)),
            admin,
        )
        assert by_slug.items == listed.items

    def test_of_a_seller_are_closed_to_strangers(
        self, read: SqlReader, goods: Goods, stranger: Actor
    ) -> None:
        with pytest.raises(Forbidden):
            read.orders.list_of_seller(goods.seller.id, EVERYTHING, OrderFilter(), stranger)
        with pytest.raises(NotFound):
            read.orders.list_of_seller(word(), EVERYTHING, OrderFilter(), stranger)

    def test_parts_show_their_own_share_of_what_was_refunded(
        self, read: SqlReader, new_uow: NewUow, goods: Goods, admin: Actor
    ) -> None:
        order = self.place(new_uow, goods)
        second = order.seller_orders[1].id
        with new_uow() as uow:
            order, payment = uow.orders.get(order.id), uow.payments.of_order(order.id)
            operation_id, shares = OperationId(new_id()), {second: eur(7)}
            payment.request_refund(operation_id, shares, {}, None, uow.now)
            payment.succeed(operation_id, "ref", uow.now)
            order.give_back(shares, {}, uow.now)
            order.derive(PaymentStatus.PAID, uow.now)
            uow.orders.save(order)
            uow.payments.save(payment)
            uow.commit()

        view = read.orders.get(order.id, admin)

        assert view.payment_status is PaymentStatus.PARTIALLY_REFUNDED
        assert view.payments[0].refunded_amount == eur(7)
        parts = view.seller_orders
        assert [part.payment.captured for part in parts] == [eur(31), eur(70)]
        assert [part.payment.refunded for part in parts] == [eur(0), eur(7)]
        assert [part.payment_status for part in parts] == [
            PaymentStatus.PAID,
            PaymentStatus.PARTIALLY_REFUNDED,
        ]
