"""What analytics answer to whom: ranges, defaults, limits, and what a viewer may not see."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from marketplace.application.actor import Actor
from marketplace.application.analytics.queries import DurationView, Interval, Range
from marketplace.domain.carts.cart import Cart
from marketplace.domain.errors import Forbidden, NotFound, RuleViolated
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus
from marketplace.domain.shared.ids import ProductId, SellerId
from marketplace.domain.shared.money import MAX_AMOUNT, Money
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from marketplace.infrastructure.database.reader import SqlReader
from tests.factories import NOW, a_cart, a_cart_item, a_user, an_actor, eur, new_id
from tests.integration.database.analytics.market import Market

EVER = Range()


def at(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


class TestProducts:
    def test_orders_and_parcels_of_a_product(self, market: Market, read: SqlReader) -> None:
        product = market.products[0]
        kept = market.place([(0, 0, 2, 100), (0, 1, 1, 50)])
        market.place([(1, 0, 3, 90)])
        gone = market.place([(0, 0, 1, 100)])
        market.place([(0, 1, 1, 50)])
        market.cancel(gone)
        first = market.ship(kept, units={0: 1})
        market.ship(kept)
        market.tell(first, CarrierStatus.DELIVERED)
        market.summarise()

        orders = read.analytics.product_orders(product.slug, EVER, market.admin)
        parcels = read.analytics.product_shipping(product.slug, [], market.admin)

        assert orders.product_id == parcels.product_id == product.id
        assert (orders.current_orders, orders.orders, orders.units) == (2, 3, 5)
        assert orders.revenue == [eur(470)]
        assert orders.by_status == {OrderStatus.PLACED: 2, OrderStatus.CANCELLED: 1}
        assert parcels.by_status[ShipmentStatus.CREATED] == 1
        assert parcels.by_status[ShipmentStatus.DELIVERED] == 1
        assert sum(parcels.by_status.values()) == 2

    def test_what_came_back_is_not_current(self, market: Market, read: SqlReader) -> None:
        order = market.place([(0, 0, 2, 100)])
        market.tell(market.ship(order, units={0: 1}), CarrierStatus.DELIVERED)
        shipment = market.ship(order)
        market.tell(shipment, CarrierStatus.FAILED)
        market.summarise()
        assert self.current(market, read) == 1

        market.tell(shipment, CarrierStatus.RETURNED)
        market.summarise()

        assert self.current(market, read) == 0

    def current(self, market: Market, read: SqlReader) -> int:
        product = market.products[0].id
        return read.analytics.product_orders(product, EVER, market.admin).current_orders

    def test_a_parcel_counts_once_for_a_product(self, market: Market, read: SqlReader) -> None:
        """Though it holds two variants of it, beside another."""
        market.ship(market.place([(0, 0, 2, 100), (0, 0, 1, 110), (0, 1, 1, 50)]))
        market.summarise()

        for product in market.products[:2]:
            shown = read.analytics.product_shipping(product.id, [], market.admin)
            assert shown.by_status[ShipmentStatus.CREATED] == 1

    def test_only_what_is_asked_for(self, market: Market, read: SqlReader) -> None:
        order = market.place([(0, 0, 2, 100)])
        market.ship(order, units={0: 1})
        market.tell(market.ship(order), CarrierStatus.FAILED)
        market.summarise()
        wanted = [ShipmentStatus.FAILED, ShipmentStatus.RETURNED]

        shown = read.analytics.product_shipping(market.products[0].id, wanted, market.admin)

        assert shown.by_status == {ShipmentStatus.FAILED: 1, ShipmentStatus.RETURNED: 0}

    def test_a_range_takes_its_beginning_in_and_leaves_its_end_out(
        self, market: Market, read: SqlReader
    ) -> None:
        for moment in (at(1), at(1, 12), at(2), at(3) - timedelta(microseconds=1), at(3)):
            market.clock.now = moment
            market.place([(0, 0, 1, 100)])
        market.summarise()

        def orders(start: datetime | None, end: datetime | None) -> int:
            placed = Range(start=start, end=end)
            return read.analytics.product_orders(market.products[0].id, placed, market.admin).orders

        tick = timedelta(microseconds=1)
        assert orders(None, None) == 5
        assert orders(at(1), at(3)) == 4
        assert orders(at(1) + tick, at(3) + tick) == 4
        assert orders(at(1, 12), at(1, 12) + tick) == 1
        assert orders(at(1, 12), None) == 4
        assert orders(None, at(1, 12)) == 1
        # The same instants, as others write them.
        east = timezone(timedelta(hours=5, minutes=30))
        assert orders(at(1).astimezone(east), at(3).astimezone(east)) == 4

    def test_nothing_was_sold_of_it(self, market: Market, read: SqlReader) -> None:
        shown = read.analytics.product_orders(market.products[3].id, EVER, market.admin)

        assert (shown.orders, shown.current_orders, shown.units) == (0, 0, 0)
        assert shown.revenue == []
        assert shown.by_status == {OrderStatus.PLACED: 0, OrderStatus.CANCELLED: 0}

    def test_more_than_an_amount_can_say(self, market: Market, read: SqlReader) -> None:
        for _ in range(2):
            market.place([(0, 0, 1, MAX_AMOUNT)])
        market.summarise()

        shown = read.analytics.product_orders(market.products[0].id, EVER, market.admin)
        series = read.analytics.sales(
            Interval.DAY, Range(start=at(1), end=at(2)), None, market.admin
        )

        assert shown.revenue == series.buckets[0].revenue == [Money(MAX_AMOUNT, "EUR")]

    def test_an_empty_range_is_refused(self, market: Market, read: SqlReader) -> None:
        with pytest.raises(RuleViolated, match="ends after"):
            read.analytics.product_orders(
                market.products[0].id, Range(start=at(2), end=at(2)), market.admin
            )

    @pytest.mark.parametrize("count", ["product_orders", "product_shipping"])
    def test_who_neither_describes_nor_sells_it_does_not_find_it(
        self, market: Market, read: SqlReader, count: str
    ) -> None:
        def ask(product: ProductId | str, viewer: Actor) -> Any:
            asked: Any = EVER if count == "product_orders" else []
            return getattr(read.analytics, count)(product, asked, viewer)

        shared, of_third = market.products[0], market.products[3]
        first, second, third, both = market.members
        for viewer in (first, second, both, market.admin):
            assert ask(shared.id, viewer).product_id == shared.id
        for product, viewer in ((shared, third), (of_third, first), (of_third, both)):
            with pytest.raises(NotFound):
                ask(product.id, viewer)
            with pytest.raises(NotFound):
                ask(product.slug, viewer)
        for unknown in (ProductId(new_id()), "no-such-product"):
            with pytest.raises(NotFound):
                ask(unknown, market.admin)
        with pytest.raises(Forbidden):
            ask(shared.id, an_actor(a_user()))

    def test_a_member_sees_what_its_seller_sold(self, market: Market, read: SqlReader) -> None:
        order = market.place([(0, 0, 2, 100), (1, 0, 1, 90)])
        market.ship(order, 1)
        market.cancel(order, {0: 2})
        market.summarise()
        first, second, _, both = market.members
        product = market.products[0].id

        def shown(viewer: Actor) -> tuple[Any, ...]:
            orders = read.analytics.product_orders(product, EVER, viewer)
            parcels = read.analytics.product_shipping(product, [], viewer)
            return (
                orders.orders,
                orders.by_status[OrderStatus.CANCELLED],
                orders.units,
                orders.current_orders,
                sum(parcels.by_status.values()),
            )

        assert shown(first) == (1, 1, 0, 0, 0)
        assert shown(second) == (1, 0, 1, 1, 1)
        # Two seller orders, which are one order.
        assert shown(both) == (2, 1, 1, 1, 1)
        assert shown(market.admin) == (1, 0, 1, 1, 1)


class TestSales:
    def test_buckets_without_gaps(self, market: Market, read: SqlReader) -> None:
        for moment in (at(27, month=2), at(2, 10)):
            market.clock.now = moment
            market.place([(0, 0, 1, 100)])
        market.summarise()

        shown = read.analytics.sales(
            Interval.DAY, Range(start=at(27, 12, month=2), end=at(2, 12)), None, market.admin
        )

        assert [each.start for each in shown.buckets] == [
            at(27, month=2),
            at(28, month=2),
            at(1),
            at(2),
        ]
        assert [each.orders for each in shown.buckets] == [0, 0, 0, 1]

    def test_weeks_begin_on_monday(self, market: Market, read: SqlReader) -> None:
        market.clock.now = at(1, 23, 59)
        market.place([(0, 0, 1, 100)])
        market.summarise()

        shown = read.analytics.sales(
            Interval.WEEK, Range(start=at(25, month=2), end=at(3)), None, market.admin
        )

        # The first of March was a Sunday.
        assert [(each.start, each.orders) for each in shown.buckets] == [
            (at(23, month=2), 1),
            (at(2), 0),
        ]

    @pytest.mark.parametrize("interval", Interval)
    def test_the_last_30_buckets_by_default(
        self, market: Market, read: SqlReader, interval: Interval
    ) -> None:
        shown = read.analytics.sales(interval, EVER, None, market.admin)

        assert len(shown.buckets) == 30
        assert shown.start == shown.buckets[0].start
        assert shown.buckets[-1].start < shown.end
        assert abs(shown.end - datetime.now(UTC)) < timedelta(minutes=5)
        upto = read.analytics.sales(interval, Range(end=at(1)), None, market.admin)
        assert len(upto.buckets) == 30
        assert (upto.end, upto.buckets[-1].orders) == (at(1), 0)

    def test_at_most_1000_buckets(self, market: Market, read: SqlReader) -> None:
        start = at(1, month=1)
        most = Range(start=start, end=start + timedelta(hours=1000))
        more = Range(start=start, end=start + timedelta(hours=1000, microseconds=1))
        ever = Range(start=datetime(1900, 1, 1, tzinfo=UTC))

        assert len(read.analytics.sales(Interval.HOUR, most, None, market.admin).buckets) == 1000
        for placed in (more, ever):
            with pytest.raises(RuleViolated, match="at most 1000") as refused:
                read.analytics.sales(Interval.HOUR, placed, None, market.admin)
            assert refused.value.code == "too_many_buckets"

    @pytest.mark.parametrize(
        "placed",
        [
            Range(start=at(1), end=at(1)),
            Range(start=at(2), end=at(1)),
            Range(start=datetime(2199, 1, 1, tzinfo=UTC)),
        ],
    )
    def test_a_range_that_ends_before_it_begins(
        self, market: Market, read: SqlReader, placed: Range
    ) -> None:
        for ask in (
            lambda: read.analytics.sales(Interval.DAY, placed, None, market.admin),
            lambda: read.analytics.overview(placed, None, market.admin),
        ):
            with pytest.raises(RuleViolated) as refused:
                ask()
            assert refused.value.code == "invalid_range"

    def test_of_one_seller(self, market: Market, read: SqlReader) -> None:
        market.place([(0, 0, 2, 100), (1, 0, 1, 90)])
        market.summarise()
        first, second, third = market.sellers
        day = Range(start=at(1), end=at(2))

        def units(seller_id: SellerId | None, viewer: Actor) -> int:
            [bucket] = read.analytics.sales(Interval.DAY, day, seller_id, viewer).buckets
            overview = read.analytics.overview(day, seller_id, viewer)
            assert (overview.orders, overview.units) == (bucket.orders, bucket.units)
            return bucket.units

        member, both = market.members[0], market.members[3]
        assert units(None, market.admin) == units(None, both) == 3
        assert units(first.id, market.admin) == units(first.id, both) == units(None, member) == 2
        assert units(second.id, market.admin) == units(second.id, both) == 1
        assert units(third.id, market.admin) == 0
        # It is public, and its sales are not.
        with pytest.raises(Forbidden):
            units(third.id, both)
        with pytest.raises(NotFound):
            units(SellerId(new_id()), market.admin)
        with pytest.raises(Forbidden):
            units(first.id, an_actor(a_user()))

    def test_an_order_of_which_one_seller_cancelled_all_it_had(
        self, market: Market, read: SqlReader
    ) -> None:
        order = market.place([(0, 0, 2, 100), (1, 0, 1, 90)])
        market.cancel(order, {0: 2})
        market.summarise()
        # In totals, and beside them.
        for placed in (Range(start=at(1), end=at(2)), Range(start=at(1, 12, 1), end=at(1, 12, 59))):

            def cancelled(viewer: Actor, placed: Range = placed) -> tuple[int, int]:
                [bucket] = read.analytics.sales(Interval.DAY, placed, None, viewer).buckets
                product = market.products[0].id
                shown = read.analytics.product_orders(product, placed, viewer)
                return bucket.cancelled_orders, shown.by_status[OrderStatus.CANCELLED]

            assert cancelled(market.admin) == (0, 0)
            assert cancelled(market.members[0]) == (1, 1)
            assert cancelled(market.members[1]) == (0, 0)


class TestOverview:
    def test_carts_that_were_ordered(self, market: Market, read: SqlReader) -> None:
        market.place([(0, 0, 1, 100)], from_cart=True)
        market.place([(0, 0, 1, 100)], from_cart=True, finalised=False)
        market.place([(0, 0, 1, 100)])
        users = [a_user() for _ in range(4)]
        filled: list[Cart] = [
            a_cart(user, a_cart_item(), updated_at=updated_at)
            for user, updated_at in zip(users, (NOW, at(1), at(2)), strict=False)
        ]
        with market.new_uow() as uow:
            for user in users:
                uow.users.add(user)
            for cart in (*filled, a_cart(users[3])):
                opened = uow.carts.open(cart)
                for item in cart.items:
                    opened.put(item.offer_id, 1, eur(100), cart.updated_at)
            uow.commit()
        market.summarise()

        shown = read.analytics.overview(Range(start=at(1), end=at(2)), None, market.admin)
        of_seller = read.analytics.overview(
            Range(start=at(1), end=at(2)), market.sellers[0].id, market.admin
        )
        empty = read.analytics.overview(Range(start=at(5), end=at(6)), None, market.admin)

        assert shown.cart_conversion is not None
        assert (shown.cart_conversion.carts, shown.cart_conversion.converted) == (3, 1)
        assert shown.cart_conversion.rate == pytest.approx(1 / 3)
        assert of_seller.cart_conversion is None
        assert empty.cart_conversion is not None
        assert (empty.cart_conversion.carts, empty.cart_conversion.rate) == (0, None)

    def test_an_order_is_sent_with_its_first_parcel_and_there_with_its_last(
        self, market: Market, read: SqlReader
    ) -> None:
        order = market.place([(0, 0, 2, 100)])
        for _ in range(2):
            market.clock.advance(days=1)
            parcel = market.ship(order, units={0: 1})
            market.clock.advance(days=1)
            market.tell(parcel, CarrierStatus.DELIVERED)
        market.summarise()

        shown = read.analytics.overview(Range(start=at(1), end=at(2)), None, market.admin)

        assert shown.days_to_ship == DurationView(count=1, p50=1, p90=1)
        assert shown.days_to_deliver == DurationView(count=1, p50=4, p90=4)

    def test_the_last_30_days_by_default(self, market: Market, read: SqlReader) -> None:
        shown = read.analytics.overview(EVER, None, market.admin)

        assert shown.end - shown.start == timedelta(days=30)
        assert abs(shown.end - datetime.now(UTC)) < timedelta(minutes=5)


class TestSituation:
    def test_how_things_stand(self, market: Market, read: SqlReader) -> None:
        order = market.place([(0, 0, 1, 100), (1, 0, 1, 90)])
        market.ship(order)
        market.place([(0, 0, 1, 100)])

        shown = read.analytics.situation(None, market.admin)
        of_first = read.analytics.situation(None, market.members[0])

        assert shown.orders_by_fulfilment[FulfilmentStatus.UNFULFILLED] == 1
        assert shown.orders_by_fulfilment[FulfilmentStatus.PARTIALLY_FULFILLED] == 1
        assert shown.shipments_by_status[ShipmentStatus.CREATED] == 1
        assert shown.outbox is not None
        assert shown.outbox.waiting == 3
        assert of_first.orders_by_fulfilment[FulfilmentStatus.FULFILLED] == 1
        assert of_first.outbox is None
        with pytest.raises(Forbidden):
            read.analytics.situation(None, an_actor(a_user()))
