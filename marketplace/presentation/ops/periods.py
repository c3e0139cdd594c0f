"""Which days a page is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from marketplace.application.analytics.queries import Interval, Range
from marketplace.presentation.ops.forms import Days, Form

LONGEST = 3660
"""Days."""

_DEFAULT = Days.MONTH
# Up to so many days are shown by this interval: some two to ninety columns.
_INTERVALS: Sequence[tuple[int, Interval]] = (
    (3, Interval.HOUR),
    (92, Interval.DAY),
    (400, Interval.WEEK),
)


@dataclass(frozen=True, kw_only=True)
class Period:
    """Whole days in UTC, `first` and `last` among them."""

    first: date
    last: date

    @property
    def placed(self) -> Range:
        return Range(start=_midnight(self.first), end=_midnight(self.last + timedelta(days=1)))

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def interval(self) -> Interval:
        fitting = (interval for most, interval in _INTERVALS if self.length <= most)
        return next(fitting, Interval.MONTH)


def choose(form: Form, today: date) -> Period:
    """The period that `from` and `to` name, else the days that `range` counts back from today.

    What does not name one is refused in the form; the default stands for it.
    """
    first, last = form["first"], form["last"]
    if first is None and last is None:
        return _back(form["range"] or _DEFAULT, today)
    if "from" in form.errors or "to" in form.errors:
        return _back(_DEFAULT, today)
    if first is None:
        form.refuse("from", "Give the first day too.")
        return _back(_DEFAULT, today)
    last = last or max(first, today)
    if last < first:
        form.refuse("to", "The last day lies before the first one.")
    elif (last - first).days >= LONGEST:
        form.refuse("from", f"Choose at most {LONGEST:,} days.")
    else:
        return Period(first=first, last=last)
    return _back(_DEFAULT, today)


def preset(period: Period, today: date) -> Days | None:
    """The range that names the same days, if one does."""
    return next((days for days in Days if _back(days, today) == period), None)


def _back(days: Days, today: date) -> Period:
    return Period(first=today - timedelta(days=int(days) - 1), last=today)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
