"""By which shipping method an order goes, and what it costs then."""

import pytest

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.zones import Band, Basis, Zone
from tests.factories import a_shipping_method, an_address, eur, new_id
from tests.unit.application.checking_out import check_out, fill, offer_methods, refusal, weigh
from tests.unit.application.shop import Shop


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
