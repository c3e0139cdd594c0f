"""Checking a cart out: what is ordered of it, for whom, and what becomes of the cart."""

import pytest

from marketplace.application.actor import Guest
from marketplace.application.idempotency import Effect
from marketplace.application.orders.commands import OrderItem, PlaceOrder
from marketplace.application.orders.provider_events import receive_provider_event
from marketplace.application.payments.commands import ReceiveProviderEvent
from marketplace.application.ports import ProviderEvent, ProviderEventKind, ProviderStatus
from marketplace.domain.errors import PaymentDeclined
from marketplace.domain.shared.ids import AddressId, OrderId
from tests.factories import a_saved_address, a_shipping_method, an_address, eur, new_id
from tests.unit.application.checking_out import cart_of, check_out, fill, offer_methods, refusal
from tests.unit.application.shop import Shop

HOUR = 3600


class TestCart:
    def test_what_it_holds_is_ordered_and_gone(self, shop: Shop) -> None:
        (_, lamp), (_, chair) = shop.lamp, shop.chair
        fill(shop, (lamp.id, 2), (chair.id, 1))
        before, _ = cart_of(shop)

        order = shop.order(shop.place(check_out(shop, expected_total=eur(8000))))

        assert order.quantities == {lamp.id: 2, chair.id: 1}
        assert (order.total, order.cart_id) == (eur(8000), before)
        after, items = cart_of(shop)
        assert (items, after != before) == ({}, True)

    def test_it_can_be_filled_and_ordered_again(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        ids = []
        for _ in range(3):
            fill(shop, (lamp.id, 1))
            ids.append(cart_of(shop)[0])
            shop.place(check_out(shop))

        assert len(set(ids)) == 3
        assert shop.available(lamp.id) == 7

    def test_what_changed_is_ordered_as_it_is_shown(self, shop: Shop) -> None:
        (_, lamp), (_, desk) = shop.lamp, shop.desk
        fill(shop, (lamp.id, 8), (desk.id, 1))
        with shop.database.unit_of_work() as uow:
            uow.stock.allocate(OrderId(new_id()), {lamp.id: 5})
            uow.offers.get(desk.id).withdraw(uow.now)
            uow.commit()

        refused = refusal(shop, check_out(shop, expected_total=eur(29000)))
        order = shop.order(shop.place(check_out(shop, expected_total=eur(15000))))

        assert refused.code == "cart_changed"
        assert refused.params["total"] == {"amount": 15000, "currency": "EUR"}
        assert order.quantities == {lamp.id: 5}
        # Nothing was ordered of the desk: its change stays to be seen.
        assert cart_of(shop)[1] == {desk.id: 1}

    def test_of_nothing_there_is_no_order(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        without = refusal(shop, check_out(shop))
        fill(shop, (lamp.id, 1))
        with shop.database.unit_of_work() as uow:
            uow.offers.get(lamp.id).withdraw(uow.now)
            uow.commit()
        unavailable = refusal(shop, check_out(shop))
        guest = refusal(shop, check_out(shop, actor=Guest(email="ann@example.com")))

        assert {each.code for each in (without, unavailable, guest)} == {"cart_empty"}

    def test_declined_it_stays(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        fill(shop, (lamp.id, 2))
        before = cart_of(shop)
        shop.provider.status = ProviderStatus.DECLINED
        with pytest.raises(PaymentDeclined):
            shop.place(check_out(shop))
        assert cart_of(shop) == before

        shop.provider.status = None
        shop.place(check_out(shop))
        assert cart_of(shop)[1] == {}

    def test_while_it_is_being_ordered_nobody_orders_it_again(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        fill(shop, (lamp.id, 2))
        refused = []
        shop.provider.during = lambda: refused.append(refusal(shop, check_out(shop)))
        shop.place(check_out(shop))

        assert [each.code for each in refused] == ["checkout_in_progress"]
        assert shop.available(lamp.id) == 8

    def test_what_is_put_again_meanwhile_stays(self, shop: Shop) -> None:
        (_, lamp), (_, desk) = shop.lamp, shop.desk
        fill(shop, (lamp.id, 2), (desk.id, 1))

        def put_again() -> None:
            shop.clock.advance(seconds=1)
            fill(shop, (lamp.id, 3))

        shop.provider.during = put_again
        shop.place(check_out(shop))

        assert cart_of(shop)[1] == {lamp.id: 3}

    def test_ordering_items_leaves_it_alone(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        fill(shop, (lamp.id, 2))
        before = cart_of(shop)

        shop.place(shop.order_of((lamp.id, 1)))

        assert cart_of(shop) == before

    def test_a_resumed_order_empties_it(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        fill(shop, (lamp.id, 2))
        command = check_out(shop)
        effect = shop.effect_of(command)
        interrupt(shop, command, effect)
        assert cart_of(shop)[1] == {lamp.id: 2}

        shop.clock.advance(seconds=11)
        assert shop.place(check_out(shop), effect=effect) == command.order_id

        assert cart_of(shop)[1] == {}
        assert shop.available(lamp.id) == 8

    def test_an_order_that_the_provider_finishes_empties_it(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        fill(shop, (lamp.id, 2))
        command = check_out(shop)
        interrupt(shop, command, shop.effect_of(command))
        key, amount, _, _ = shop.provider.asked[0]

        event = ProviderEvent(
            id="event",
            kind=ProviderEventKind.CAPTURED,
            payment_key=key,
            operation_key=None,
            amount=amount,
            reference="reference",
            reason=None,
            occurred_at=shop.clock.now,
        )
        receive_provider_event(
            shop.database.unit_of_work(), ReceiveProviderEvent(provider="sandbox", event=event)
        )

        assert shop.order(command.order_id).finalised_at is not None
        assert cart_of(shop)[1] == {}

    def test_another_cart_than_the_ordered_one_stays(self, shop: Shop) -> None:
        _, lamp = shop.lamp
        fill(shop, (lamp.id, 2))

        def replace() -> None:
            del shop.database.state.carts[shop.customer.id]
            fill(shop, (lamp.id, 4))

        shop.provider.during = replace
        shop.place(check_out(shop))

        assert cart_of(shop)[1] == {lamp.id: 4}


def interrupt(shop: Shop, command: PlaceOrder, effect: Effect) -> None:
    """Die while the provider is asked."""

    def die() -> None:
        shop.provider.during = None
        raise KeyboardInterrupt

    shop.provider.during = die
    with pytest.raises(KeyboardInterrupt):
        shop.place(command, effect=effect)


class TestBuyers:
    def test_an_address_that_is_kept(self, shop: Shop) -> None:
        kept = a_saved_address(shop.customer, address=an_address(city="Köln"))
        with shop.database.unit_of_work() as uow:
            uow.addresses.add(kept)
            uow.commit()

        order = shop.order(
            shop.place(shop.order_of((shop.lamp[1].id, 1), shipping_address=kept.id))
        )

        assert order.shipping_address.city == "Köln"

    def test_an_address_that_is_not_the_buyers(self, shop: Shop) -> None:
        foreign = a_saved_address(shop.owner)
        with shop.database.unit_of_work() as uow:
            uow.addresses.add(foreign)
            uow.commit()

        for actor, address_id in [
            (shop.buyer, foreign.id),
            (shop.buyer, AddressId(new_id())),
            (Guest(email="ann@example.com"), foreign.id),
        ]:
            refused = refusal(
                shop, shop.order_of((shop.lamp[1].id, 1), actor=actor, shipping_address=address_id)
            )
            assert (refused.code, refused.params["field"]) == ("unknown_id", "/addressId")

    def test_a_guest_is_called_as_the_address_says(self, shop: Shop) -> None:
        command = shop.order_of((shop.lamp[1].id, 1), actor=Guest(email="ann@example.com"))

        customer = shop.order(shop.place(command)).customer

        assert (customer.user_id, customer.name) == (None, "Ann Archer")
        assert customer.email == "ann@example.com"


def test_a_total_beyond_what_money_can_be_is_no_fault_of_a_field(shop: Shop) -> None:
    offer_methods(shop, a_shipping_method(shop.seller, price=eur(2**53 - 1)))
    items = [OrderItem(offer_id=shop.lamp[1].id, quantity=1)]
    fill(shop, (shop.lamp[1].id, 1))

    refused = [refusal(shop, check_out(shop, items=each)) for each in (items, None)]

    assert [each.code for each in refused] == ["amount_out_of_range"] * 2
    assert [each.params.get("field") for each in refused] == ["/items", None]
