"""The same figures, counted by hand: all rows are fetched, and Python looks at each."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.application.analytics.queries import Interval
from marketplace.domain.orders.statuses import OrderStatus
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.tables import (
    order_lines,
    orders,
    products,
    seller_orders,
    shipment_events,
    shipment_lines,
    shipments,
)

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
Sellers = Collection[UUID] | None
Counted = tuple[UUID, UUID | None]
EARLIEST, LATEST = (datetime.fromisoformat(f"{year}-01-01T00:00:00+00:00") for year in (1900, 2200))


@dataclass(frozen=True)
class Sold:
    """A line, with the part and the order that it is of."""

    order: Any
    part: Any
    line: Any

    @property
    def units(self) -> int:
        return int(self.line.quantity - self.line.cancelled)

    @property
    def is_current(self) -> bool:
        return self.units > int(self.line.delivered + self.line.returned)

    @property
    def amount(self) -> int:
        return int(self.units * self.line.unit_price)


def counted(sold: Sold, sellers: Sellers) -> Counted:
    """What counts as one: an order, or, to sellers, a seller order."""
    return (sold.order.id, None if sellers is None else sold.part.id)


class Books:
    """All that is stored, at one moment. `sellers` narrows a question to what they sold."""

    def __init__(self, engines: Engines) -> None:
        with engines.write.connect() as connection:
            every = {
                table.name: connection.execute(select(table)).all()
                for table in (
                    orders,
                    seller_orders,
                    order_lines,
                    shipments,
                    shipment_lines,
                    shipment_events,
                    products,
                )
            }
        by_id = {row.id: row for name in ("orders", "seller_orders") for row in every[name]}
        self.lines = [
            Sold(by_id[by_id[line.seller_order_id].order_id], by_id[line.seller_order_id], line)
            for line in every["order_lines"]
            if by_id[by_id[line.seller_order_id].order_id].finalised_at is not None
        ]
        self.orders = [row for row in every["orders"] if row.finalised_at is not None]
        self.shipments = every["shipments"]
        self.contents = every["shipment_lines"]
        self.events = every["shipment_events"]
        self.category = {row.id: row.category_id for row in every["products"]}

    def sold(
        self, sellers: Sellers, start: datetime = EARLIEST, end: datetime = LATEST
    ) -> list[Sold]:
        return [
            each
            for each in self.lines
            if (sellers is None or each.part.seller_id in sellers)
            and start <= each.order.placed_at < end
        ]

    def cancelled(self, sellers: Sellers) -> set[Counted]:
        """Of which nothing is left."""
        units: Counter[Counted] = Counter()
        for each in self.sold(sellers):
            units[counted(each, sellers)] += each.units
        return {key for key, left in units.items() if not left}

    def product_orders(
        self, product_id: UUID, sellers: Sellers, start: datetime, end: datetime
    ) -> dict[str, Any]:
        ever = [each for each in self.sold(sellers) if each.line.product_id == product_id]
        meant = [each for each in ever if start <= each.order.placed_at < end]
        held, gone = {counted(each, sellers) for each in meant}, self.cancelled(sellers)
        return {
            "current_orders": len({counted(each, sellers) for each in ever if each.is_current}),
            "orders": len(held),
            "units": sum(each.units for each in meant),
            "revenue": revenue(meant),
            "by_status": {
                OrderStatus.PLACED: len(held - gone),
                OrderStatus.CANCELLED: len(held & gone),
            },
        }

    def product_shipping(self, product_id: UUID, sellers: Sellers) -> Mapping[ShipmentStatus, int]:
        lines = {each.line.id for each in self.sold(None) if each.line.product_id == product_id}
        holding = {row.shipment_id for row in self.contents if row.line_id in lines}
        found = Counter(
            row.status
            for row in self.shipments
            if row.id in holding and (sellers is None or row.seller_id in sellers)
        )
        return {status: found[status] for status in ShipmentStatus}

    def sums(self, sellers: Sellers, start: datetime, end: datetime) -> dict[str, Any]:
        meant = self.sold(sellers, start, end)
        placed = {counted(each, sellers) for each in meant}
        return {
            "orders": len(placed),
            "cancelled_orders": len(placed & self.cancelled(sellers)),
            "units": sum(each.units for each in meant),
            "revenue": revenue(meant),
        }

    def series(
        self, interval: Interval, sellers: Sellers, start: datetime, end: datetime
    ) -> list[dict[str, Any]]:
        buckets = list(buckets_of(interval, start, end))
        return [
            {
                "start": begin,
                **self.sums(sellers, max(begin, start), min(begin_of_next, end)),
            }
            for begin, begin_of_next in buckets
        ]

    def average_order(self, sellers: Sellers, start: datetime, end: datetime) -> list[Money]:
        meant, gone = self.sold(sellers, start, end), self.cancelled(sellers)
        placed: defaultdict[str, set[Counted]] = defaultdict(set)
        for each in meant:
            if counted(each, sellers) not in gone:
                placed[each.order.currency].add(counted(each, sellers))
        amounts = amounts_of(meant)
        return [
            Money(amounts[currency] // len(placed[currency]), currency)
            for currency in sorted(placed)
        ]

    def top(
        self,
        key: Callable[[Sold], UUID],
        sellers: Sellers,
        start: datetime,
        end: datetime,
        held: Callable[[Sold], object] = lambda each: None,
    ) -> list[tuple[Any, ...]]:
        """An order counts for each thing of the key that it has `held`."""
        grouped: defaultdict[UUID, list[Sold]] = defaultdict(list)
        for each in self.sold(sellers, start, end):
            grouped[key(each)].append(each)
        found = [
            (
                id_,
                len({(counted(each, sellers), held(each)) for each in lines}),
                sum(each.units for each in lines),
                revenue(lines),
            )
            for id_, lines in grouped.items()
        ]
        best = sorted(found, key=lambda row: (-row[2], str(row[0])))
        return [row for row in best if row[2]][:10]

    def days(
        self, sellers: Sellers, start: datetime, end: datetime
    ) -> tuple[list[float], list[float]]:
        """To ship and to deliver, of each seller order that came so far; in whole seconds."""
        to_ship, to_deliver = [], []
        for part in {each.part.id: each.part for each in self.sold(sellers, start, end)}.values():
            parcels = [row for row in self.shipments if row.seller_order_id == part.id]
            if parcels:
                first = min(row.created_at for row in parcels)
                to_ship.append(max(0.0, (first - part.placed_at) // SECOND * SECOND / DAY))
            if part.fulfilment_status == "delivered":
                arrived = {row.id for row in parcels if row.status == "delivered"}
                last = max(
                    row.occurred_at
                    for row in self.events
                    if row.shipment_id in arrived and row.status == "delivered"
                )
                to_deliver.append(max(0.0, (last - part.placed_at) // SECOND * SECOND / DAY))
        return sorted(to_ship), sorted(to_deliver)


def amounts_of(lines: Sequence[Sold]) -> Counter[str]:
    amounts: Counter[str] = Counter()
    for each in lines:
        amounts[each.order.currency] += each.amount
    return amounts


def revenue(lines: Sequence[Sold]) -> list[Money]:
    return [
        Money(amount, currency) for currency, amount in sorted(amounts_of(lines).items()) if amount
    ]


def buckets_of(
    interval: Interval, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Where each bucket begins and the next one does, found by going hour by hour."""
    names: dict[Interval, Callable[[datetime], object]] = {
        Interval.HOUR: lambda at: (at.date(), at.hour),
        Interval.DAY: lambda at: at.date(),
        Interval.WEEK: lambda at: at.isocalendar()[:2],
        Interval.MONTH: lambda at: (at.year, at.month),
    }
    name = names[interval]
    at = start.replace(minute=0, second=0, microsecond=0)
    hour = timedelta(hours=1)
    while name(at - hour) == name(start):
        at -= hour
    while at < end:
        after = at
        while name(after) == name(at):
            after += hour
        yield at, after
        at = after


def percentile(values: Sequence[float], of: float) -> float | None:
    """The least value that so many are not above."""
    if not values:
        return None
    return next(
        value for number, value in enumerate(values, start=1) if number >= of * len(values) - 1e-9
    )
