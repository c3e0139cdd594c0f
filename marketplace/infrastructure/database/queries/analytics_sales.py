"""Sales over time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Final

from marketplace.application.analytics.queries import (
    Interval,
    Range,
    SalesBucketView,
    SalesView,
)
from marketplace.domain.errors import RuleViolated
from marketplace.infrastructure.database.queries.analytics_scope import (
    BESIDE,
    LENGTHS,
    TOTALS,
    WHOLE,
    Scope,
    Span,
    floor,
    moment,
    revenue,
    span_of,
    statement,
)
from marketplace.infrastructure.database.queries.connection import AnyRow, ReadConnection
from marketplace.infrastructure.database.tables import ALL

MOST_BUCKETS: Final = 1000
USUAL_BUCKETS: Final = 30

SOLD = f"""
    SELECT starts_at AS at, currency, orders, cancelled_orders, units, cancelled_units, amount
    FROM sales_totals
    WHERE product_id = '{ALL}' AND {TOTALS} AND {WHOLE}
    UNION ALL
    SELECT placed_at, currency, 1, CAST(bool_and(gone) AS integer), sum(units),
        sum(cancelled_units), sum(amount)
    FROM ({BESIDE}) AS beside
    GROUP BY order_id, counted_for, placed_at, currency
"""  # noqa: S608  names of ours
"""What was sold in a span of hours: of an hour, or an order."""

_SERIES = statement(
    f"""
    SELECT date_trunc(:interval, at, 'UTC') AS start, currency, sum(orders) AS orders,
        sum(cancelled_orders) AS cancelled_orders, sum(units) AS units, sum(amount) AS amount
    FROM ({SOLD}) AS sold
    GROUP BY 1, 2 ORDER BY 1, 2
    """,  # noqa: S608  names of ours
    "start",
    "currency",
    "orders",
    "cancelled_orders",
    "units",
    "amount",
)


def sales(read: ReadConnection, interval: Interval, placed: Range, scope: Scope) -> SalesView:
    now, as_of = moment(read)
    span = series(interval, placed, now)
    buckets = list(islice(_starts(interval, span), MOST_BUCKETS + 1))
    if len(buckets) > MOST_BUCKETS:
        raise RuleViolated(
            "too_many_buckets",
            f"A series has at most {MOST_BUCKETS} buckets: ask for a shorter range or longer ones.",
            parameter="interval",
        )
    asked = {"interval": str(interval), **span.parameters(Interval.HOUR, scope)}
    found: defaultdict[datetime, list[AnyRow]] = defaultdict(list)
    for row in read.fetch(_SERIES, asked):
        found[row.start].append(row)
    return SalesView(
        interval=interval,
        start=span.start,
        end=span.end,
        as_of=as_of,
        buckets=[_bucket(at, found[at]) for at in buckets],
    )


def _bucket(start: datetime, rows: Sequence[AnyRow]) -> SalesBucketView:
    """Of the rows of each currency."""
    return SalesBucketView(
        start=start,
        orders=sum(int(row.orders) for row in rows),
        cancelled_orders=sum(int(row.cancelled_orders) for row in rows),
        units=sum(int(row.units) for row in rows),
        revenue=revenue(rows),
    )


def series(interval: Interval, placed: Range, now: datetime) -> Span:
    """The range itself; where an end of it is open, up to now, and so many buckets back. Raises
    `RuleViolated` (`invalid_range`)."""
    end = placed.end or now
    start = placed.start
    if start is None:
        start = end
        for _ in range(USUAL_BUCKETS):
            start = floor(interval, start - timedelta(microseconds=1))
    return span_of(start, end)


def _starts(interval: Interval, span: Span) -> Iterator[datetime]:
    """The beginnings of all buckets of it."""
    return takewhile(lambda at: at < span.end, _from(interval, floor(interval, span.start)))


def _from(interval: Interval, at: datetime) -> Iterator[datetime]:
    while True:
        yield at
        if interval is Interval.MONTH:
            at = (at + timedelta(days=31)).replace(day=1)
        else:
            at += LENGTHS[interval]
