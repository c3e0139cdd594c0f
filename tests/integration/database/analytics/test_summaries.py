"""Summaries follow what is stored, whatever is heard of it and by whom."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from marketplace.application.analytics.queries import Interval, Range
from marketplace.domain.shared.ids import OrderId
from marketplace.domain.shipping.statuses import CarrierStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import SqlReader
from marketplace.infrastructure.database.tables import ALL, sales_facts, sales_totals
from tests.factories import NOW, new_id
from tests.integration.database.analytics.market import Market
from tests.integration.database.threads import together

EVER = Range()
_COPIED = ", ".join(column.name for column in sales_facts.c if column.name != "order_id")
DAMAGE = f"""
    INSERT INTO sales_facts (order_id, {_COPIED})
    SELECT gen_random_uuid(), {_COPIED} FROM sales_facts ORDER BY order_id, product_id LIMIT 1;
    UPDATE sales_facts SET units = units + 1
    WHERE order_id = (SELECT id FROM orders ORDER BY id LIMIT 1);
    DELETE FROM sales_totals WHERE product_id = '{ALL}';
    UPDATE sales_totals SET amount = amount + 1;
"""  # noqa: S608  names of ours


def rows(engines: Engines, table: Any) -> set[tuple[Any, ...]]:
    with engines.read.connect() as connection:
        return {tuple(row) for row in connection.execute(select(table))}


def deadlocks(engine: Engine) -> int:
    asked = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    with engine.connect() as connection:
        found: int = connection.execute(asked).scalar_one()
    return found


@pytest.fixture
def undisputed(engines: Engines) -> Iterator[None]:
    """Nobody waits for somebody who waits for him."""
    before = deadlocks(engines.read)
    yield
    # Sessions tell their statistics when they end, at the latest.
    engines.dispose()
    assert deadlocks(engines.read) == before


class TestRefreshing:
    def test_an_order_counts_once_however_often_it_is_counted(
        self, market: Market, engines: Engines
    ) -> None:
        order = market.place([(0, 0, 2, 100), (1, 0, 1, 90), (0, 1, 1, 50)])
        market.summarise()
        once = rows(engines, sales_facts), rows(engines, sales_totals)

        for _ in range(3):
            with market.new_uow() as uow:
                uow.sales_summaries.refresh(order)
                uow.commit()

        assert (rows(engines, sales_facts), rows(engines, sales_totals)) == once
        facts, totals = once
        assert len(facts) == 3
        # Of each product and of all, by each seller and by all: by day, and by hour.
        assert len(totals) == 3 + 2 + 2 + 1

    def test_an_event_is_handled_once(self, market: Market, engines: Engines) -> None:
        market.place([(0, 0, 2, 100)])
        [(event_id, event)] = market.waiting()
        market.handle(event_id, event)
        with engines.write.begin() as connection:
            connection.execute(text("DELETE FROM sales_facts"))

        market.handle(event_id, event)

        assert rows(engines, sales_facts) == set()

    def test_an_order_that_is_not_visible_is_not_counted(
        self, market: Market, engines: Engines
    ) -> None:
        order = market.place([(0, 0, 2, 100)], finalised=False)
        for order_id in (order, OrderId(new_id())):
            with market.new_uow() as uow:
                uow.sales_summaries.refresh(order_id)
                uow.commit()

        assert rows(engines, sales_facts) == rows(engines, sales_totals) == set()

    def test_what_was_cancelled_is_taken_away_again(self, market: Market, engines: Engines) -> None:
        order = market.place([(0, 0, 2, 100), (1, 0, 1, 90)])
        market.summarise()
        market.cancel(order, {0: 2})
        market.summarise()

        with engines.read.connect() as connection:
            found = connection.execute(
                select(sales_totals).where(
                    sales_totals.c.product_id == market.products[0].id,
                    sales_totals.c.seller_id.in_([ALL, market.sellers[0].id]),
                )
            ).all()
        counted = {
            row.seller_id: (row.orders, row.cancelled_orders, row.units, row.cancelled_units)
            for row in found
        }
        # To the first seller it is cancelled, to the marketplace it is not.
        assert counted == {ALL: (1, 0, 1, 2), market.sellers[0].id: (1, 1, 0, 2)}

    @pytest.mark.usefixtures("undisputed")
    def test_many_orders_of_the_same_products_at_once(self, market: Market) -> None:
        lines = [(0, 0, 1, 10), (0, 1, 1, 20), (1, 2, 1, 30), (2, 3, 1, 40)]
        orders = [
            market.place([lines[(turn + place) % 4] for place in range(4)]) for turn in range(24)
        ]
        for order in orders[::2]:
            market.cancel(order, {0: 1, 2: 1})
        events = [*market.waiting(), *reversed(market.waiting())]

        def work(share: int) -> None:
            for event_id, event in events[share::8]:
                market.handle(event_id, event)

        assert together(work, 8) == [None] * 8
        for event_id, _ in events:
            market.deliver(event_id)
        assert market.differences() == []

    def test_what_changes_meanwhile_is_seen_by_who_waited(self, market: Market) -> None:
        """Both read after they have the order; else the second would add the first's again."""
        for _ in range(5):
            order = market.place([(0, 0, 3, 100)])
            market.cancel(order, {0: 1})
            events = market.waiting()

            def work(share: int, events: Any = events) -> None:
                market.handle(*events[share])

            assert together(work, len(events)) == [None] * len(events)
            for event_id, _ in events:
                market.deliver(event_id)
        assert market.differences() == []


class TestRebuilding:
    def damage(self, engines: Engines) -> None:
        with engines.write.begin() as connection:
            connection.exec_driver_sql(DAMAGE)

    def test_it_mends_whatever_is_wrong_and_touches_nothing_else(
        self, market: Market, engines: Engines
    ) -> None:
        for _ in range(3):
            order = market.place([(0, 0, 2, 100), (1, 2, 1, 90)])
            market.ship(order)
        market.summarise()
        right = rows(engines, sales_facts), rows(engines, sales_totals)
        assert self.rebuilt(market) == 0
        self.damage(engines)

        told = market.differences()
        wrong = self.rebuilt(market)

        assert any("units is 3 instead of 2" in each for each in told)
        assert any("orders is None instead of 3" in each for each in told)
        assert any("units is 2 instead of None" in each for each in told)
        assert all(each.startswith(("sales_facts ", "sales_totals ")) for each in told)
        assert wrong == len(right[1]) + 3
        assert market.differences() == []
        assert (rows(engines, sales_facts), rows(engines, sales_totals)) == right

    def rebuilt(self, market: Market) -> int:
        with market.new_uow() as uow:
            wrong = uow.sales_summaries.rebuild()
            uow.commit()
        return wrong

    def test_it_counts_what_nobody_has_heard_of(self, market: Market) -> None:
        order = market.place([(0, 0, 2, 100)])
        assert market.differences() == []

        assert self.rebuilt(market) > 0
        market.cancel(order)
        market.summarise()

        assert market.differences() == []

    @pytest.mark.usefixtures("undisputed")
    def test_it_may_run_while_events_are_handled(self, market: Market) -> None:
        for _ in range(20):
            order = market.place([(0, 0, 2, 100), (1, 2, 1, 90)])
            market.tell(market.ship(order), CarrierStatus.DELIVERED)
        events = market.waiting()

        def work(share: int) -> None:
            if share == 3:
                self.rebuilt(market)
                return
            for event_id, event in events[share::3]:
                market.handle(event_id, event)

        assert together(work, 4) == [None] * 4
        for event_id, _ in events:
            market.deliver(event_id)
        assert market.differences() == []


class TestFreshness:
    def as_of(self, market: Market, read: SqlReader) -> set[datetime]:
        """Of both answers about a product."""
        product, viewer = market.products[0].id, market.admin
        orders = read.analytics.product_orders(product, EVER, viewer)
        parcels = read.analytics.product_shipping(product, [], viewer)
        return {orders.as_of, parcels.as_of}

    def test_it_is_told_since_when_something_waits(self, market: Market, read: SqlReader) -> None:
        order = market.place([(0, 0, 2, 100)])
        market.clock.advance(hours=1)
        market.ship(order)
        (first, placed), (second, shipped) = market.waiting()

        assert self.as_of(market, read) == {NOW}
        market.handle(second, shipped)
        assert self.as_of(market, read) == {NOW}
        market.handle(first, placed)
        assert min(self.as_of(market, read)) > market.clock.now

    def test_a_mail_that_does_not_go_out_makes_nothing_look_old(
        self, market: Market, read: SqlReader
    ) -> None:
        """The event waits still, and yet all is counted."""
        market.place([(0, 0, 2, 100)])
        [(event_id, event)] = market.waiting()
        market.handle(event_id, event)

        assert [found for found, _ in market.waiting()] == [event_id]
        assert min(self.as_of(market, read)) > NOW

    def test_sales_tell_it_too(self, market: Market, read: SqlReader) -> None:
        market.place([(0, 0, 2, 100)])

        for viewer in (market.admin, market.members[0]):
            assert read.analytics.overview(EVER, None, viewer).as_of == NOW
            for interval in Interval:
                assert read.analytics.sales(interval, EVER, None, viewer).as_of == NOW
