"""Whatever happens, and however it is heard of: each figure is that of who counts by hand."""

import random
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.application.actor import Actor
from marketplace.application.analytics.queries import DurationView, Interval, Range
from marketplace.domain.errors import Conflict, NotFound, RuleViolated
from marketplace.domain.shared.events import Event
from marketplace.domain.shipping.statuses import CarrierStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import SqlReader
from tests.integration.database.analytics.counting import EARLIEST, LATEST, Books, Sold, percentile
from tests.integration.database.analytics.market import Market
from tests.integration.database.threads import together

# Around the ends of hours, days, weeks and months.
BEGIN = datetime(2026, 2, 27, 22, 30, tzinfo=UTC)
MOMENTS = [
    BEGIN,
    datetime(2026, 2, 27, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 2, 28, tzinfo=UTC),
    datetime(2026, 2, 28, 11, 15, tzinfo=UTC),
    datetime(2026, 3, 1, tzinfo=UTC),
    datetime(2026, 3, 1, 0, 59, 59, 999999, tzinfo=UTC),
    datetime(2026, 3, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 2, 0, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 3, 3, 9, 45, tzinfo=UTC),
]
AFTER = datetime(2026, 3, 4, tzinfo=UTC)
RANGES = [
    (BEGIN, AFTER),
    (datetime(2026, 2, 28, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)),
    (datetime(2026, 2, 27, 23, 0, tzinfo=UTC), datetime(2026, 3, 1, 1, tzinfo=UTC)),
    (datetime(2026, 3, 1, 0, 30, tzinfo=UTC), datetime(2026, 3, 1, 0, 59, 59, tzinfo=UTC)),
]

some = st.integers(0, 7)
units = st.dictionaries(some, st.integers(1, 2), max_size=2)
# Sellers sell products of each other, and the same one several times in an order.
lines = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from([0, 0, 1, 2, 3]), st.integers(1, 3), st.just(100)),
    min_size=1,
    max_size=5,
)
told = st.sampled_from(
    [
        [CarrierStatus.DELIVERED],
        [CarrierStatus.IN_TRANSIT, CarrierStatus.OUT_FOR_DELIVERY],
        [CarrierStatus.FAILED, CarrierStatus.RETURNED],
        *([status] for status in CarrierStatus),
    ]
)
steps = st.one_of(
    st.tuples(
        st.just("place"),
        lines,
        st.sampled_from(["EUR", "EUR", "JPY"]),
        st.sampled_from([True, True, True, False]),
    ),
    st.tuples(st.just("cancel"), some, units),
    st.tuples(st.just("cancel_part"), some, some),
    st.tuples(st.just("ship"), some, some, units),
    st.tuples(st.just("tell"), some, told, st.integers(-600, 0)),
    st.tuples(st.just("hear"), st.integers(0, 2**32)),
    st.tuples(st.just("send"), lines, told),
)


@given(
    history=st.lists(st.tuples(st.sampled_from(MOMENTS), steps), min_size=5, max_size=40), seed=some
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_all_figures_are_right(
    stalls: Market, read: SqlReader, engines: Engines, history: list[Any], seed: int
) -> None:
    market = stalls
    market.forget()
    for moment, (kind, *step) in sorted(history, key=lambda each: each[0]):
        market.clock.now = moment
        # A step that the state refuses, or that is about nothing, is none.
        with suppress(Conflict, RuleViolated, ZeroDivisionError):
            STEPS[kind](market, *step)
    hear(market, seed)

    assert market.waiting() == []
    assert market.differences() == []
    books = Books(engines)
    for viewer in market.viewers:
        check_products(market, read, books, viewer)
        check_sales(read, books, viewer)
        check_overview(read, books, viewer)


def place(market: Market, lines: Any, currency: str, finalised: bool) -> None:
    market.place(lines, currency=currency, finalised=finalised)


def one_of(things: Sequence[Any], place: int) -> Any:
    """Raises ZeroDivisionError where there are none."""
    return things[place % len(things)]


def cancel(market: Market, order: int, units: dict[int, int]) -> None:
    order_id = one_of(market.orders, order)
    number = sum(len(part.lines) for part in market.parts(order_id))
    market.cancel(order_id, {place % number: each for place, each in units.items()})


def cancel_part(market: Market, order: int, part: int) -> None:
    """All that is open of it."""
    order_id, place, wanted = one_of(market.orders, order), 0, {}
    parts = market.parts(order_id)
    for number, each in enumerate(parts):
        for line in each.lines:
            if number == part % len(parts) and line.open:
                wanted[place] = line.open
            place += 1
    if wanted:
        market.cancel(order_id, wanted)


def ship(market: Market, order: int, part: int, units: dict[int, int]) -> None:
    order_id = one_of(market.orders, order)
    parts = market.parts(order_id)
    number = len(one_of(parts, part).lines)
    wanted = {place % number: each for place, each in units.items()}
    market.ship(order_id, part % len(parts), wanted)


def tell(market: Market, shipment: int, statuses: Sequence[CarrierStatus], minutes: int) -> None:
    shipment_id = one_of(market.shipments, shipment)
    for place, status in enumerate(statuses):
        at = market.clock.now + timedelta(minutes=minutes, microseconds=place - len(statuses))
        market.tell(shipment_id, status, at)


def send(market: Market, lines: Any, statuses: Sequence[CarrierStatus]) -> None:
    """An order of which the first part is on its way at once, or already there or back."""
    shipment = market.ship(market.place(lines))
    tell(market, market.shipments.index(shipment), statuses, 0)


def hear(market: Market, seed: int) -> None:
    """Handle what waits in any order, some of it twice, three at a time."""
    chance = random.Random(seed)  # noqa: S311
    events = list(market.waiting())
    events += chance.sample(events, len(events) // 2)
    chance.shuffle(events)

    def work(share: int) -> None:
        for event_id, event in events[share::3]:
            market.handle(event_id, event)

    assert together(work, 3) == [None] * 3
    for event_id, _ in events:
        market.deliver(event_id)


STEPS: dict[str, Callable[..., None]] = {
    "place": place,
    "cancel": cancel,
    "cancel_part": cancel_part,
    "ship": ship,
    "tell": tell,
    "send": send,
    "hear": hear,
}


def sellers_of(viewer: Actor) -> Collection[UUID] | None:
    return None if viewer.is_admin else list(viewer.sellers)


def check_products(market: Market, read: SqlReader, books: Books, viewer: Actor) -> None:
    sellers = sellers_of(viewer)
    for product in market.products:
        asked = [(None, None), *RANGES, (None, MOMENTS[3]), (MOMENTS[3], None)]
        for start, end in asked:
            try:
                shown = read.analytics.product_orders(
                    product.id, Range(start=start, end=end), viewer
                )
            except NotFound:
                assert not visible(market, product, sellers)
                continue
            counted = books.product_orders(product.id, sellers, start or EARLIEST, end or LATEST)
            assert {name: getattr(shown, name) for name in counted} == counted
            assert (shown.start, shown.end) == (start, end)
        if visible(market, product, sellers):
            parcels = read.analytics.product_shipping(product.id, [], viewer)
            assert parcels.by_status == books.product_shipping(product.id, sellers)


def visible(market: Market, product: Any, sellers: Collection[UUID] | None) -> bool:
    described = sellers is None or product.seller_id in sellers
    return described or (product is market.products[0] and market.sellers[1].id in (sellers or ()))


def check_sales(read: SqlReader, books: Books, viewer: Actor) -> None:
    for interval in Interval:
        for start, end in RANGES:
            shown = read.analytics.sales(interval, Range(start=start, end=end), None, viewer)
            counted = books.series(interval, sellers_of(viewer), start, end)
            assert [
                {name: getattr(each, name) for name in counted[0]} for each in shown.buckets
            ] == counted


def check_overview(read: SqlReader, books: Books, viewer: Actor) -> None:
    sellers = sellers_of(viewer)
    for start, end in RANGES:
        shown = read.analytics.overview(Range(start=start, end=end), None, viewer)
        counted = books.sums(sellers, start, end)
        assert {name: getattr(shown, name) for name in counted} == counted
        assert shown.cancelled_units == sum(
            each.line.cancelled for each in books.sold(sellers, start, end)
        )
        assert list(shown.average_order) == books.average_order(sellers, start, end)
        for ranked, *by in (
            (shown.top_products, product_of),
            (shown.top_sellers, lambda each: each.part.seller_id),
            (shown.top_categories, lambda each: books.category[product_of(each)], product_of),
        ):
            assert [
                (each.id, each.orders, each.units, list(each.revenue)) for each in ranked
            ] == books.top(by[0], sellers, start, end, *by[1:])
        to_ship, to_deliver = books.days(sellers, start, end)
        assert shown.days_to_ship == duration(to_ship)
        assert shown.days_to_deliver == duration(to_deliver)


def product_of(sold: Sold) -> Any:
    return sold.line.product_id


def duration(days: Sequence[float]) -> DurationView:
    p50, p90 = percentile(days, 0.5), percentile(days, 0.9)
    return DurationView(
        count=len(days),
        p50=None if p50 is None else round(p50, 2),
        p90=None if p90 is None else round(p90, 2),
    )


def test_the_market_is_known(market: Market) -> None:
    """Else the histories above would be about nothing."""
    market.clock.now = BEGIN
    order = market.place([(0, 0, 2, 100), (1, 0, 1, 90)])
    shipment = market.ship(order, 0, {0: 1})
    market.tell(shipment, CarrierStatus.DELIVERED)
    events: Sequence[tuple[UUID, Event]] = market.waiting()

    assert [type(event).__name__ for _, event in events] == [
        "OrderPlaced",
        "ShipmentCreated",
        "ShipmentMoved",
    ]
    assert market.differences() == []
    for event_id, _ in events:
        market.deliver(event_id)
    # Nobody has counted them.
    assert len(market.differences()) == 3
