"""Which days a query string means, and what is said of one that means none."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.application.analytics.queries import Interval, Range
from marketplace.presentation.ops import forms, periods
from marketplace.presentation.ops.forms import Days, Form
from marketplace.presentation.ops.periods import Period

TODAY = date(2026, 11, 24)
APP = Flask("periods", static_folder=None)


def read(query: str) -> Form:
    with APP.test_request_context(f"/?{query}"):
        return forms.read_query(forms.OverviewQuerySchema())


def chosen(query: str) -> tuple[Period, dict[str, str]]:
    form = read(query)
    return periods.choose(form, TODAY), form.errors


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2026-10-26", "2026-11-24"),
        ("range=7", "2026-11-18", "2026-11-24"),
        ("range=365", "2025-11-25", "2026-11-24"),
        ("from=&to=&range=7", "2026-11-18", "2026-11-24"),
        ("from=2026-01-01&to=2026-01-01", "2026-01-01", "2026-01-01"),
        ("from=2026-01-01&to=2026-01-31&range=7", "2026-01-01", "2026-01-31"),
        ("from=2026-11-01", "2026-11-01", "2026-11-24"),
        ("from=2027-01-01", "2027-01-01", "2027-01-01"),
        ("from=2020-01-01&to=2030-01-06", "2020-01-01", "2030-01-06"),
    ],
)
def test_a_period(query: str, first: str, last: str) -> None:
    period, errors = chosen(query)

    assert errors == {}
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("query", "field", "message"),
    [
        ("range=14", "range", "one of: 7, 30, 90, 365"),
        ("from=yesterday", "from", "not a day"),
        ("from=2026-02-30&to=2026-03-01", "from", "not a day"),
        ("from=2026-03-01&to=0001-01-01", "to", "between the years"),
        ("from=1899-12-31&to=1900-01-01", "from", "between the years"),
        ("to=2026-03-01", "from", "Give the first day"),
        ("from=2026-03-02&to=2026-03-01", "to", "before the first"),
        ("from=2016-01-01&to=2026-03-01", "from", "at most 3,660 days"),
        ("from=%00", "from", "not a day"),
        ("seller=No%20slug", "seller", "no such seller"),
    ],
)
def test_no_period(query: str, field: str, message: str) -> None:
    period, errors = chosen(query)

    assert list(errors) == [field]
    assert message in errors[field]
    assert period.length == 30


def test_the_last_day_belongs_to_it() -> None:
    period = Period(first=date(2026, 11, 1), last=date(2026, 11, 2))

    assert period.placed == Range(
        start=datetime(2026, 11, 1, tzinfo=UTC), end=datetime(2026, 11, 3, tzinfo=UTC)
    )
    assert period.length == 2


@given(length=st.integers(1, periods.LONGEST))
def test_no_period_has_too_many_columns(length: int) -> None:
    period = Period(first=TODAY, last=TODAY + timedelta(days=length - 1))

    per_day = {Interval.HOUR: 24.0, Interval.DAY: 1.0, Interval.WEEK: 1 / 7, Interval.MONTH: 1 / 28}
    assert length * per_day[period.interval] <= 135


@pytest.mark.parametrize("days", Days)
def test_the_same_days_are_the_preset(days: Days) -> None:
    period, _ = chosen(f"range={days.value}")

    assert periods.preset(period, TODAY) is days
    assert periods.preset(period, TODAY + timedelta(days=1)) is None
