"""Placing an order: the three steps, and what becomes of it when one of them does not happen."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.application.idempotency import EffectInFlight
from marketplace.application.orders.commands import OrderItem, PaymentInstruction
from marketplace.application.orders.sweeping import sweep_unfinalised_orders
from marketplace.application.ports import ProviderStatus
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import (
    Conflict,
    MarketplaceError,
    PaymentDeclined,
    RuleViolated,
    Unavailable,
)
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.orders.events import OrderAbandoned, OrderPlaced
from marketplace.domain.orders.statuses import PaymentStatus
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import OfferId, ProductId
from marketplace.domain.shared.money import MAX_AMOUNT, Money
from tests.factories import a_seller, an_offer, eur, new_id
from tests.unit.application.shop import Shop

MINUTE = timedelta(minutes=1)


def payment_of(shop: Shop, order_id: Any) -> Any:
    with shop.database.unit_of_work() as uow:
        return uow.payments.of_order(order_id)


def sweep(shop: Shop) -> int:
    return sweep_unfinalised_orders(
        shop.database.unit_of_work(), providers={"sandbox": shop.provider}, after=MINUTE
    )


def lose_the_reply(shop: Shop) -> Any:
    """An order whose process died after the provider had charged."""
    (_, lamp), _ = shop.lamp, shop.desk
    command = shop.order_of((lamp.id, 2))
    effect = shop.effect_of(command)

    def die() -> None:
        shop.provider.during = None
        shop.provider.authorize(
            key=shop.provider.asked[-1][0], amount=eur(6000), token="tok_ok", capture=True
        )
        raise KeyboardInterrupt

    shop.provider.during = die
    with pytest.raises(KeyboardInterrupt):
        shop.place(command, effect=effect)
    return command, effect


def test_an_order_is_reserved_paid_and_told_of(shop: Shop) -> None:
    (_, lamp), (_, desk) = shop.lamp, shop.desk
    order_id = shop.place(shop.order_of((lamp.id, 2), (desk.id, 1), (lamp.id, 1)))
    order = shop.order(order_id)
    assert order.total == eur(3 * 3000 + 5000)
    assert order.payment_status is PaymentStatus.PAID
    assert [line.quantity for part in order.seller_orders for line in part.lines] == [3, 1]
    assert shop.available(lamp.id) == 7
    assert shop.available(desk.id) == 9
    payment = payment_of(shop, order_id)
    assert payment.status is PaymentState.CAPTURED
    assert shop.provider.asked == [(payment.provider_key, eur(14000), "tok_ok", True)]
    assert [type(event) for event in shop.database.events][-1] is OrderPlaced


def test_without_capture_the_money_is_authorised_only(shop: Shop) -> None:
    order_id = shop.place(shop.order_of((shop.lamp[1].id, 1)), capture=False)
    assert shop.order(order_id).payment_status is PaymentStatus.AUTHORIZED
    payment = payment_of(shop, order_id)
    assert payment.status is PaymentState.AUTHORIZED
    assert payment.captured_amount == eur(0)


def test_a_product_stands_for_its_cheapest_offer(shop: Shop) -> None:
    product, offer = shop.lamp
    items = [OrderItem(product_id=product.id, quantity=1)]
    order = shop.order(shop.place(shop.order_of(items=items)))
    assert order.seller_orders[0].lines[0].offer_id == offer.id


def test_a_product_is_bought_in_its_home_currency_while_it_can_be(shop: Shop) -> None:
    product, offer = shop.lamp
    rival = a_seller()
    foreign = an_offer(product, seller_id=rival.id, price=Money(1, "JPY"))
    with shop.database.unit_of_work() as uow:
        uow.sellers.add(rival)
        uow.offers.add(foreign)
        uow.stock.add(StockItem(offer_id=foreign.id, on_hand=10))
        uow.commit()

    def bought() -> OfferId:
        items = [OrderItem(product_id=product.id, quantity=10)]
        order = shop.order(shop.place(shop.order_of(items=items)))
        return order.seller_orders[0].lines[0].offer_id

    assert bought() == offer.id
    assert shop.available(offer.id) == 0
    assert bought() == foreign.id


def refused(shop: Shop, command: Any) -> MarketplaceError:
    with pytest.raises(MarketplaceError) as error:
        shop.place(command)
    assert shop.database.state.orders == {}
    assert shop.provider.asked == []
    assert shop.available(shop.lamp[1].id) == 10
    return error.value


def test_what_is_not_there_cannot_be_bought(shop: Shop) -> None:
    error = refused(shop, shop.order_of((shop.lamp[1].id, 11)))
    assert isinstance(error, Conflict)
    assert error.code == "out_of_stock"
    assert error.params["offers"] == [str(shop.lamp[1].id)]


def test_one_offer_on_two_lines_is_counted_once(shop: Shop) -> None:
    lamp = shop.lamp[1].id
    assert refused(shop, shop.order_of((lamp, 6), (lamp, 5))).code == "out_of_stock"


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (OrderItem(offer_id=OfferId(new_id()), quantity=1), "/items/0/offerId"),
        (OrderItem(product_id=ProductId(new_id()), quantity=1), "/items/0/productId"),
        (OrderItem(quantity=1), "/items/0"),
    ],
)
def test_unknown_ids_are_pointed_at(shop: Shop, item: OrderItem, field: str) -> None:
    error = refused(shop, shop.order_of(items=[item]))
    assert isinstance(error, RuleViolated)
    assert error.params["field"] == field


def test_a_total_beyond_all_measure_points_at_the_items(shop: Shop) -> None:
    (_, lamp) = shop.lamp
    shop.database.state.offers[lamp.id].price = eur(MAX_AMOUNT)
    error = refused(shop, shop.order_of((lamp.id, 2)))
    assert (error.code, error.params["field"]) == ("amount_out_of_range", "/items")


def test_what_is_off_the_market_cannot_be_bought(shop: Shop) -> None:
    command = shop.order_of((shop.lamp[1].id, 1))
    shop.database.state.sellers[shop.seller.id].status = SellerStatus.SUSPENDED
    assert refused(shop, command).code == "offer_unavailable"
    shop.database.state.sellers[shop.seller.id].status = SellerStatus.APPROVED
    shop.database.state.products[shop.lamp[0].id].status = ProductStatus.ARCHIVED
    assert refused(shop, command).code == "offer_unavailable"


def test_another_total_than_the_buyer_saw_is_refused(shop: Shop) -> None:
    lamp = shop.lamp[1].id
    for wrong in (eur(2999), Money(3000, "USD")):
        error = refused(shop, shop.order_of((lamp, 1), expected_total=wrong))
        assert error.code == "cart_changed"
        assert error.params["total"] == {"amount": 3000, "currency": "EUR"}
    shop.place(shop.order_of((lamp, 1), expected_total=eur(3000)))


def test_an_unknown_payment_method_is_refused_before_anything_else(shop: Shop) -> None:
    payment = PaymentInstruction(method="cash", token="x")
    error = refused(shop, shop.order_of((shop.lamp[1].id, 1), payment=payment))
    assert error.code == "unknown_payment_method"


def test_a_declined_payment_leaves_no_order_and_gives_the_stock_back(shop: Shop) -> None:
    shop.provider.status = ProviderStatus.DECLINED
    command = shop.order_of((shop.lamp[1].id, 2))
    with pytest.raises(PaymentDeclined):
        shop.place(command)
    order = shop.order(command.order_id)
    assert order.finalised_at is None
    assert order.abandoned_at is not None
    assert payment_of(shop, command.order_id).status is PaymentState.FAILED
    assert shop.available(shop.lamp[1].id) == 10
    assert [type(event) for event in shop.database.events][-1] is OrderAbandoned


def test_a_repeat_resumes_after_the_lease_with_the_same_charge(shop: Shop) -> None:
    command, effect = lose_the_reply(shop)
    assert shop.order(command.order_id).finalised_at is None
    with pytest.raises(EffectInFlight):
        shop.place(command, effect=effect)
    shop.clock.advance(seconds=10)
    repeat = shop.order_of((shop.lamp[1].id, 2))
    assert shop.place(repeat, effect=shop.effect_of(repeat)) == command.order_id
    assert shop.order(command.order_id).finalised_at is not None
    assert len(shop.provider.outcomes) == 1
    assert shop.available(shop.lamp[1].id) == 8
    assert len(shop.database.state.orders) == 1
    placed = [event for event in shop.database.events if isinstance(event, OrderPlaced)]
    assert len(placed) == 1


def test_a_repeat_after_the_end_finds_the_order(shop: Shop) -> None:
    command = shop.order_of((shop.lamp[1].id, 2))
    effect = shop.effect_of(command)
    shop.place(command, effect=effect)
    shop.clock.advance(seconds=10)
    assert shop.place(command, effect=effect) == command.order_id
    assert len(shop.provider.asked) == 1


def test_who_never_repeats_gets_neither_charge_nor_order(shop: Shop) -> None:
    command, effect = lose_the_reply(shop)
    shop.clock.advance(seconds=59)
    assert sweep(shop) == 0
    shop.clock.advance(seconds=2)
    assert sweep(shop) == 1
    payment = payment_of(shop, command.order_id)
    assert payment.status is PaymentState.VOIDED
    assert shop.provider.voided == [payment.provider_key]
    assert shop.available(shop.lamp[1].id) == 10
    assert sweep(shop) == 0
    with pytest.raises(PaymentDeclined):
        shop.place(command, effect=effect)
    assert shop.available(shop.lamp[1].id) == 10


def test_the_sweeper_leaves_an_order_whose_lease_is_held(shop: Shop) -> None:
    command, effect = lose_the_reply(shop)
    shop.clock.advance(minutes=2)
    shop.provider.during = lambda: assert_nothing_swept(shop)
    shop.place(command, effect=effect)
    assert shop.order(command.order_id).finalised_at is not None
    assert shop.available(shop.lamp[1].id) == 8


def assert_nothing_swept(shop: Shop) -> None:
    assert sweep(shop) == 0


def test_a_sweep_that_dies_at_the_provider_is_taken_up_by_the_next(shop: Shop) -> None:
    command, _ = lose_the_reply(shop)
    shop.clock.advance(minutes=2)
    void = shop.provider.void
    shop.provider.void = lambda *, key: (_ for _ in ()).throw(KeyboardInterrupt)  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        sweep(shop)
    assert shop.available(shop.lamp[1].id) == 8
    shop.provider.void = void  # type: ignore[method-assign]
    assert sweep(shop) == 1
    assert shop.available(shop.lamp[1].id) == 10
    assert payment_of(shop, command.order_id).status is PaymentState.VOIDED


def test_a_request_that_outlives_its_lease_finds_the_order_given_up(shop: Shop) -> None:
    command = shop.order_of((shop.lamp[1].id, 2))

    def slow() -> None:
        shop.provider.during = None
        shop.clock.advance(minutes=2)
        assert sweep(shop) == 1

    shop.provider.during = slow
    with pytest.raises(PaymentDeclined):
        shop.place(command, effect=shop.effect_of(command))
    assert shop.available(shop.lamp[1].id) == 10
    assert shop.order(command.order_id).finalised_at is None


def test_a_request_that_outlives_its_lease_finds_the_order_finished_by_a_repeat(
    shop: Shop,
) -> None:
    command = shop.order_of((shop.lamp[1].id, 2))
    effect = shop.effect_of(command)

    def slow() -> None:
        shop.provider.during = None
        shop.clock.advance(seconds=11)
        assert shop.place(command, effect=effect) == command.order_id

    shop.provider.during = slow
    assert shop.place(command, effect=effect) == command.order_id
    assert shop.available(shop.lamp[1].id) == 8
    assert len(shop.provider.outcomes) == 1


def test_a_provider_that_does_not_answer_leaves_the_order_open(shop: Shop) -> None:
    shop.provider.error = Unavailable("payment_unknown", "No answer.")
    command = shop.order_of((shop.lamp[1].id, 2))
    with pytest.raises(Unavailable):
        shop.place(command)
    order = shop.order(command.order_id)
    assert order.finalised_at is None
    assert order.abandoned_at is None
    assert shop.available(shop.lamp[1].id) == 8
