"""What many at once may not break."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread

import pytest

from marketplace.application.idempotency import Effect, EffectInFlight
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import Conflict, Unavailable
from marketplace.domain.identity.repositories import AttemptLimit, Exceeded
from marketplace.domain.shared.ids import OfferId, OrderId
from marketplace.infrastructure.database.engine import (
    DatabaseSettings,
    Engines,
    create_engines,
)
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import (
    a_line,
    a_payment,
    a_seller,
    a_seller_order,
    an_order,
    new_id,
    word,
)
from tests.fakes import FakeClock
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import more_offers, stored_goods
from tests.integration.database.threads import together

HOUR = timedelta(hours=1)


def test_sixty_buyers_of_ten_units(new_uow: NewUow) -> None:
    goods = stored_goods(new_uow, on_hand=10)

    def buy(_: int) -> bool:
        with new_uow() as uow:
            order = an_order(goods.user, a_seller_order(goods.seller, a_line(goods.offer)))
            uow.orders.add(order)
            uow.payments.add(a_payment(order))
            if uow.stock.allocate(order.id, order.quantities):
                raise Conflict("out_of_stock", "Sold out.")
            uow.commit()
        return True

    results = together(buy, 60)

    assert results.count(True) == 10
    assert {each.code for each in results if each is not True} == {"out_of_stock"}
    with new_uow() as uow:
        assert uow.stock.get(goods.offer.id).available == 0


def test_several_units_each(new_uow: NewUow) -> None:
    goods = stored_goods(new_uow, on_hand=10)

    def buy(_: int) -> int:
        with new_uow() as uow:
            if uow.stock.allocate(OrderId(new_id()), {goods.offer.id: 3}):
                return 0
            uow.commit()
        return 3

    assert sum(together(buy, 20)) == 9
    with new_uow() as uow:
        assert uow.stock.get(goods.offer.id).allocated == 9


def test_crossing_baskets_do_not_deadlock(new_uow: NewUow) -> None:
    offers = more_offers(new_uow, stored_goods(new_uow), 5)
    ids = [offer.id for offer in offers]

    def buy(index: int) -> bool:
        basket = ids if index % 2 else ids[::-1]
        for _ in range(10):
            order_id = OrderId(new_id())
            with new_uow() as uow:
                assert not uow.stock.allocate(order_id, dict.fromkeys(basket, 1))
                uow.commit()
            with new_uow() as uow:
                uow.stock.release(order_id, dict.fromkeys(basket[::-1], 1))
                uow.commit()
        return True

    assert together(buy, 20) == [True] * 20
    with new_uow() as uow:
        assert [uow.stock.get(OfferId(each)).allocated for each in ids] == [0] * 5


def test_what_is_read_to_be_changed_is_waited_for(
    new_uow: NewUow, module_database_url: str
) -> None:
    """Each by itself, though whoever moves money has locked the order before."""
    goods = stored_goods(new_uow)
    order = an_order(goods.user, a_seller_order(goods.seller, a_line(goods.offer)))
    payment = a_payment(order)
    with new_uow() as uow:
        uow.orders.add(order)
        uow.payments.add(payment)
        uow.commit()
    hasty = create_engines(DatabaseSettings(url=module_database_url, lock_timeout=0.1))
    takes: list[Callable[[UnitOfWork], object]] = [
        lambda uow: uow.orders.get_for_update(order.id),
        lambda uow: uow.payments.get_for_update(payment.id),
        lambda uow: uow.stock.get_for_update(goods.offer.id),
    ]

    for take in takes:
        with new_uow() as first:
            take(first)
            second = SqlUnitOfWork(hasty.write, clock=FakeClock(), new_id=new_id)
            with pytest.raises(Unavailable), second:
                take(second)
    hasty.dispose()


def test_twenty_requests_with_one_key(new_uow: NewUow) -> None:
    key = word()

    def request(_: int) -> bool:
        effect = Effect(actor="ann", key=key, fingerprint="same", makes=new_id())
        with new_uow(effect) as uow:
            uow.commit()
        return True

    results = together(request, 20)

    assert results.count(True) == 1
    assert {type(each) for each in results} == {bool, EffectInFlight}


def test_a_request_does_not_wait_for_the_first_for_ever(module_database_url: str) -> None:
    engines = create_engines(DatabaseSettings(url=module_database_url, lock_timeout=0.1))
    effect = Effect(actor="ann", key=word(), fingerprint="same", makes=new_id())

    def unit_of_work() -> SqlUnitOfWork:
        return SqlUnitOfWork(engines.write, clock=FakeClock(), new_id=new_id, effect=effect)

    with unit_of_work() as first:
        with pytest.raises(EffectInFlight), unit_of_work():
            pytest.fail("it was entered")
        first.commit()
    engines.dispose()


def test_a_request_that_waited_for_one_that_failed_takes_its_place(new_uow: NewUow) -> None:
    effect = Effect(actor="ann", key=word(), fingerprint="same", makes=new_id())
    entered = Event()

    def second() -> None:
        with new_uow(effect) as uow:
            entered.set()
            uow.commit()

    waiting = Thread(target=second)
    with new_uow(effect):
        waiting.start()
        assert not entered.wait(timeout=0.2)
    waiting.join(timeout=5)

    assert entered.is_set()


def test_attempts_at_once_do_not_slip_through(new_uow: NewUow) -> None:
    account, address = word(), word()

    def attempt(index: int) -> Exceeded | None:
        # Given in either order; the rows are locked in that of their keys.
        limits = [AttemptLimit(account, 5, HOUR), AttemptLimit(address, 50, HOUR)]
        with new_uow() as uow:
            exceeded = uow.login_throttle.attempt(limits[:: 1 if index % 2 else -1], uow.now)
            uow.commit()
        return exceeded

    results = together(attempt, 30)

    assert results.count(None) == 5
    assert results.count(Exceeded(5, 3600)) == 25


def test_equal_names_get_slugs_of_their_own(new_uow: NewUow) -> None:
    name = word()

    def apply(_: int) -> str:
        with new_uow() as uow:
            seller = a_seller(slug=uow.sellers.free_slug(name))
            uow.sellers.add(seller)
            uow.commit()
        return seller.slug

    slugs = together(apply, 12)

    assert sorted(slugs, key=str) == sorted([name, *(f"{name}-{n}" for n in range(2, 13))])


def test_orders_at_once_get_numbers_of_their_own(engines: Engines, new_uow: NewUow) -> None:
    goods = stored_goods(new_uow)

    def place(_: int) -> str:
        with new_uow() as uow:
            order = an_order(goods.user, a_seller_order(goods.seller, a_line(goods.offer)))
            uow.orders.add(order)
            uow.commit()
        return order.number

    assert len(set(together(place, 20))) == 20
