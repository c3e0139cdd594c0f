"""The first page: how sales went in a period, and how things stand now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from werkzeug.wrappers import Response

from marketplace.application.actor import Actor
from marketplace.application.analytics.queries import (
    Interval,
    OverviewView,
    RankedView,
    SalesBucketView,
    SalesView,
    SituationView,
)
from marketplace.domain.orders.statuses import FulfilmentStatus
from marketplace.domain.shipping.statuses import IN_PROGRESS, ShipmentStatus
from marketplace.presentation.ops import forms, periods, scope
from marketplace.presentation.ops.bars import Bar, bars
from marketplace.presentation.ops.charts import NARROW, WIDE, Chart, Point, columns
from marketplace.presentation.ops.formatting import day, money, number
from marketplace.presentation.ops.render import show
from marketplace.presentation.rest import context
from marketplace.presentation.rest.money_fields import decimals_of

MOST_CURRENCIES = 3
"""So many have a chart of their own; the table holds all."""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """One chart, for wide screens and for narrow ones. `legend` names its series from below."""

    title: str
    wide: Chart
    narrow: Chart
    legend: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """A top list. `page` is the endpoint that shows one of it, if there is one."""

    title: str
    page: str | None
    rows: Sequence[tuple[RankedView, Bar]]


def overview(actor: Actor) -> Response:
    form = forms.read_query(forms.OverviewQuerySchema())
    today = context.now().date()
    period = periods.choose(form, today)
    with context.reader() as read:
        chosen = scope.find(read, actor, form)
        asked = {
            "form": form,
            "period": period,
            "preset": periods.preset(period, today),
            "presets": forms.Days,
            "scope": chosen,
        }
        if form.errors:
            return show("overview.html", 422, **asked, figures=None)
        figures = read.analytics.overview(period.placed, chosen.seller_id, actor)
        sales = read.analytics.sales(period.interval, period.placed, chosen.seller_id, actor)
        situation = read.analytics.situation(chosen.seller_id, actor)
    return show(
        "overview.html",
        **asked,
        figures=figures,
        sales=sales,
        bucket_name=bucket_name,
        drawings=[_orders_drawing(sales), *_revenue_drawings(sales)],
        rankings=list(_rankings(figures)),
        situation=situation,
        orders=_orders_by_state(situation),
        shipments=_shipments_by_state(situation),
        in_progress=sum(situation.shipments_by_status.get(status, 0) for status in IN_PROGRESS),
    )


def bucket_name(interval: Interval, start: datetime) -> str:
    """What a bucket of the series is called where there is room."""
    if interval is Interval.HOUR:
        return f"{day(start)}, {start:%H:%M}\N{EN DASH}{start + timedelta(hours=1):%H:%M}"
    if interval is Interval.WEEK:
        return f"Week of {day(start)}"
    if interval is Interval.MONTH:
        return f"{start:%B} {start.year}"
    return f"{start:%a} {day(start)}"


def _short_name(interval: Interval, start: datetime) -> str:
    if interval is Interval.HOUR:
        return f"{start:%H:%M}" if start.hour else f"{start.day} {start:%b}"
    if interval is Interval.MONTH:
        return f"{start:%b} {start.year}"
    return f"{start.day} {start:%b}"


def _orders_drawing(sales: SalesView) -> Drawing:
    def told(bucket: SalesBucketView) -> str:
        cancelled = f", {number(bucket.cancelled_orders)} of them cancelled"
        return f"{number(bucket.orders)} orders" + (cancelled if bucket.cancelled_orders else "")

    points = [
        Point(
            label=_short_name(sales.interval, bucket.start),
            title=f"{bucket_name(sales.interval, bucket.start)}: {told(bucket)}",
            values=[bucket.orders - bucket.cancelled_orders, bucket.cancelled_orders],
        )
        for bucket in sales.buckets
    ]
    return _drawing("Orders", points, ["not cancelled", "cancelled"])


def _revenue_drawings(sales: SalesView) -> Iterator[Drawing]:
    amounts = [{each.currency: each for each in bucket.revenue} for bucket in sales.buckets]
    currencies = sorted({currency for bucket in amounts for currency in bucket})
    for currency in currencies[:MOST_CURRENCIES]:
        points = []
        for bucket, revenue in zip(sales.buckets, amounts, strict=True):
            amount = revenue.get(currency)
            told = money(amount) if amount else f"nothing in {currency}"
            points.append(
                Point(
                    label=_short_name(sales.interval, bucket.start),
                    title=f"{bucket_name(sales.interval, bucket.start)}: {told}",
                    values=[amount.amount if amount else 0],
                )
            )
        yield _drawing(f"Revenue in {currency}", points, [], decimals=decimals_of(currency))


def _drawing(
    title: str, points: Sequence[Point], legend: Sequence[str], *, decimals: int = 0
) -> Drawing:
    return Drawing(
        title=title,
        wide=columns(points, WIDE, decimals=decimals),
        narrow=columns(points, NARROW, decimals=decimals),
        legend=legend,
    )


def _rankings(figures: OverviewView) -> Iterator[Ranking]:
    rankings: list[tuple[str, str | None, Sequence[RankedView]]]
    rankings = [("Top products", "ops.product", figures.top_products)]
    # One seller is no order of sellers.
    if len(figures.top_sellers) > 1:
        rankings.append(("Top sellers", None, figures.top_sellers))
    for title, page, ranked in [*rankings, ("Top categories", None, figures.top_categories)]:
        drawn = bars([(each.name, each.units) for each in ranked])
        yield Ranking(title=title, page=page, rows=list(zip(ranked, drawn, strict=True)))


def _orders_by_state(situation: SituationView) -> Sequence[Bar]:
    counts = situation.orders_by_fulfilment
    return bars([(status, counts.get(status, 0)) for status in FulfilmentStatus])


def _shipments_by_state(situation: SituationView) -> Sequence[Bar]:
    counts = situation.shipments_by_status
    return bars([(status, counts.get(status, 0)) for status in ShipmentStatus])
