from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.infrastructure.seeding.orders.rhythm import hours, season

SINCE = datetime(2025, 11, 24, 13, 47, 11, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=365)


@settings(deadline=None)
@given(
    orders=st.integers(0, 30_000),
    days=st.floats(0, 730),
    minutes=st.integers(1, 60 * 24 * 30),
)
def test_every_order_has_its_hour(orders: int, days: float, minutes: int) -> None:
    since = SINCE + timedelta(days=days)
    until = since + timedelta(minutes=minutes)
    plan = hours(orders, since, until)
    assert sum(hour.orders for hour in plan) == orders
    first, at = 0, since
    for hour in plan:
        assert hour.first == first
        assert at <= hour.start < hour.end <= until
        assert hour.end - hour.start <= timedelta(hours=1)
        first, at = first + hour.orders, hour.end


def ordered(since: datetime, days: int) -> int:
    until = since + timedelta(days=days)
    return sum(hour.orders for hour in hours(100_000, SINCE, UNTIL) if since <= hour.start < until)


def test_sales_grow_and_peak_before_christmas() -> None:
    assert ordered(SINCE + timedelta(days=330), 28) > 1.3 * ordered(SINCE + timedelta(days=60), 28)
    rush, february = datetime(2025, 12, 8, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)
    assert ordered(rush, 7) > 1.7 * ordered(february, 7)


def test_weeks_and_days_have_a_rhythm() -> None:
    monday, saturday = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 7, tzinfo=UTC)
    assert ordered(monday, 1) > 1.2 * ordered(saturday, 1)
    plan = [hour for hour in hours(100_000, SINCE, UNTIL) if hour.start.date() == monday.date()]
    by_hour = {hour.start.hour: hour.orders for hour in plan}
    assert by_hour[20] > 5 * by_hour[3]


@pytest.mark.parametrize(
    ("day", "expected"), [("2026-12-21", 1.0), ("2026-12-20", 2.5), ("2026-05-01", 1.0)]
)
def test_presents_are_ordered_as_long_as_they_arrive(day: str, expected: float) -> None:
    assert season(datetime.fromisoformat(f"{day}T00:00:00Z")) == pytest.approx(expected, abs=0.05)
