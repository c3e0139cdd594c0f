"""Checking a cart out: what is ordered of it, by which shipping, and what becomes of the cart."""

from typing import Any

import pytest

from marketplace.application.actor import Guest
from marketplace.application.idempotency import Effect
from marketplace.application.orders.commands import OrderItem, PlaceOrder
from marketplace.application.orders.provider_events import receive_provider_event
from marketplace.application.payments.commands import ReceiveProviderEvent
from marketplace.application.ports import ProviderEvent, ProviderEventKind, ProviderStatus
from marketplace.domain.carts.cart import Cart
from marketplace.domain.errors import Conflict, MarketplaceError, PaymentDeclined, RuleViolated
from marketplace.domain.shared.ids import (
    AddressId,
    CartId,
    OfferId,
    OrderId,
    SellerId,
    ShippingMethodId,
)
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.zones import Band, Basis, Zone
from tests.factories import (
    a_saved_address,
    a_shipping_method,
    an_address,
    eur,
    new_id,
)
from tests.unit.application.shop import Shop

HOUR = 3600


def fill(shop: Shop, *items: tuple[OfferId, int]) -> None:
    """Put `items` into the customer's cart, at the prices that they have."""
    with shop.database.unit_of_work() as uow:
        cart = uow.carts.open(Cart.open(id=CartId(new_id()), user_id=shop.customer.id, now=uow.now))
        prices = uow.price_list.look_up([offer_id for offer_id, _ in items], []).by_offer
        for offer_id, quantity in items:
            cart.put(offer_id, quantity, prices[offer_id].price, uow.now)
        uow.commit()


def cart_of(shop: Shop) -> tuple[CartId, dict[OfferId, int]]:
    with shop.database.unit_of_work() as uow:
        cart = uow.carts.find(shop.customer.id)
    assert cart is not None
    return cart.id, {item.offer_id: item.quantity for item in cart.items}


def check_out(shop: Shop, **fields: Any) -> PlaceOrder:
    return shop.order_of(**{"items": None} | fields)


def offer_methods(shop: Shop, *methods: ShippingMethod) -> None:
    with shop.database.unit_of_work() as uow:
        for method in methods:
            uow.shipping_methods.add(method)
        uow.commit()


def weigh(shop: Shop, **grams: int) -> None:
    """Say how much products of the shop weigh."""
    with shop.database.unit_of_work() as uow:
        for name, weight in grams.items():
            product, _ = getattr(shop, name)
            variant = uow.products.get(product.id).variants[0]
            variant.weight = weight
        uow.commit()


def refusal(shop: Shop, command: PlaceOrder) -> MarketplaceError:
    with pytest.raises(MarketplaceError) as refused:
        shop.place(command)
    return refused.value


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


class TestShipping:
    @pytest.fixture
    def parcel(self, shop: Shop) -> ShippingMethod:
        """490, free from 9000; beside it 890 express, home only, and one in dollars."""
        parcel = a_shipping_method(shop.seller, free_from=eur(9000))
        offer_methods(
            shop,
            parcel,
            a_shipping_method(shop.seller, name="Express", price=eur(890), countries=("DE",)),
        )
        return parcel

    def test_the_cheapest_that_fits_is_taken(self, shop: Shop, parcel: ShippingMethod) -> None:
        order = shop.order(shop.place(shop.order_of((shop.lamp[1].id, 1), (shop.chair[1].id, 1))))

        mine, rivals = order.seller_orders
        assert (mine.shipping_method_id, mine.shipping_name) == (parcel.id, "Parcel")
        assert (mine.shipping_price, mine.total) == (eur(490), eur(3490))
        # The rival has no method.
        assert (rivals.shipping_method_id, rivals.shipping_price) == (None, eur(0))
        assert (order.subtotal, order.shipping_total) == (eur(5000), eur(490))
        assert order.total == eur(5490)
        assert shop.provider.asked[0][1] == eur(5490)

    def test_it_is_free_from_what_the_seller_says(self, shop: Shop, parcel: ShippingMethod) -> None:
        order = shop.order(shop.place(shop.order_of((shop.lamp[1].id, 3))))

        assert order.seller_orders[0].shipping_method_id == parcel.id
        assert order.total == order.subtotal == eur(9000)

    def test_the_chosen_one_is_taken(self, shop: Shop, parcel: ShippingMethod) -> None:
        command = shop.order_of((shop.lamp[1].id, 1), shipping=self.choice(shop, "Express"))

        order = shop.order(shop.place(command))

        assert order.seller_orders[0].shipping_name == "Express"
        assert order.total == eur(3890)

    def test_a_snapshot_outlives_the_method(self, shop: Shop, parcel: ShippingMethod) -> None:
        order_id = shop.place(shop.order_of((shop.lamp[1].id, 1)))
        with shop.database.unit_of_work() as uow:
            uow.shipping_methods.remove(uow.shipping_methods.get(parcel.id))
            uow.commit()

        assert shop.order(order_id).seller_orders[0].shipping_name == "Parcel"

    def test_one_that_does_not_fit_is_refused(self, shop: Shop, parcel: ShippingMethod) -> None:
        command = shop.order_of(
            (shop.lamp[1].id, 1),
            shipping=self.choice(shop, "Express"),
            shipping_address=an_address(country="FR"),
        )

        refused = refusal(shop, command)

        assert isinstance(refused, Conflict)
        assert refused.code == "no_shipping_method"
        assert refused.params["seller"] == str(shop.seller.id)

    @pytest.mark.parametrize(
        ("basis", "value"),
        [(Basis.WEIGHT, 2900), (Basis.ITEM_TOTAL, 11000), (Basis.ITEM_COUNT, 3)],
    )
    def test_a_table_measures_the_part_of_its_seller(
        self, shop: Shop, basis: Basis, value: int
    ) -> None:
        """Of two lamps and a desk, whatever there is of others."""
        exactly = Band(start=value, end=value + 1, price=eur(2))
        zone = Zone(basis=basis, bands=(exactly,))
        offer_methods(shop, a_shipping_method(shop.seller, zones=(zone,)))
        weigh(shop, lamp=1200, desk=500, chair=9000)
        items = [(shop.lamp[1].id, 2), (shop.desk[1].id, 1), (shop.chair[1].id, 4)]

        order = shop.order(shop.place(shop.order_of(*items)))

        assert [part.shipping_price for part in order.seller_orders] == [eur(2), eur(0)]
        assert refusal(shop, shop.order_of(items[0])).code == "no_shipping_method"

    def test_what_is_too_heavy_goes_by_another_method(self, shop: Shop) -> None:
        light = Zone(basis=Basis.WEIGHT, bands=(Band(start=0, end=1000, price=eur(1)),))
        freight = a_shipping_method(shop.seller, name="Freight", price=eur(3990), handling_days=4)
        offer_methods(shop, a_shipping_method(shop.seller, zones=(light,)), freight)
        weigh(shop, lamp=500)

        one = shop.order(shop.place(shop.order_of((shop.lamp[1].id, 1)))).seller_orders[0]
        two = shop.order(shop.place(shop.order_of((shop.lamp[1].id, 2)))).seller_orders[0]

        assert (one.shipping_name, one.shipping_price, one.handling_days) == ("Parcel", eur(1), 0)
        assert (two.shipping_name, two.shipping_price) == ("Freight", eur(3990))
        assert two.handling_days == 4

    def test_where_none_fits_there_is_no_order(self, shop: Shop) -> None:
        offer_methods(shop, a_shipping_method(shop.seller, countries=("DE",)))

        abroad = shop.order_of((shop.lamp[1].id, 1), shipping_address=an_address(country="FR"))

        assert refusal(shop, abroad).code == "no_shipping_method"
        assert shop.available(shop.lamp[1].id) == 10

    def test_what_is_chosen_has_to_be_known(self, shop: Shop, parcel: ShippingMethod) -> None:
        rivals = a_shipping_method(shop.rival)
        offer_methods(shop, rivals)
        unknown = ShippingMethodId(new_id())
        for seller_id, method_id in [
            (shop.seller.id, unknown),
            (shop.seller.id, rivals.id),
            (SellerId(new_id()), parcel.id),
            (shop.rival.id, rivals.id),
        ]:
            command = shop.order_of((shop.lamp[1].id, 1), shipping={seller_id: method_id})
            refused = refusal(shop, command)
            assert isinstance(refused, RuleViolated)
            assert (refused.code, refused.params["field"]) == (
                "unknown_id",
                f"/shipping/{seller_id}",
            )

    def test_a_choice_for_what_is_gone_from_the_cart_is_no_fault(
        self, shop: Shop, parcel: ShippingMethod
    ) -> None:
        rivals = a_shipping_method(shop.rival)
        offer_methods(shop, rivals)
        fill(shop, (shop.lamp[1].id, 1), (shop.chair[1].id, 1))
        with shop.database.unit_of_work() as uow:
            uow.offers.get(shop.chair[1].id).withdraw(uow.now)
            uow.commit()

        command = check_out(shop, shipping={shop.seller.id: parcel.id, shop.rival.id: rivals.id})

        assert shop.order(shop.place(command)).total == eur(3490)

    def choice(self, shop: Shop, name: str) -> dict[SellerId, ShippingMethodId]:
        methods = shop.database.state.shipping_methods.values()
        return {each.seller_id: each.id for each in methods if each.name == name}


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
