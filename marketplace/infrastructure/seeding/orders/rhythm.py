"""When people order: more as time goes by, at the beginning of the week, in the evening, and before
Christmas."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

GROWTH: Final = 0.8
"""By how much more is ordered at the end than at the beginning."""

_WEEK: Final = (1.15, 1.1, 1.0, 1.0, 0.95, 0.85, 1.1)
_DAY: Final = (
    *(0.3, 0.2, 0.1, 0.1, 0.1, 0.2, 0.4, 0.7),
    *(1.0, 1.1, 1.2, 1.2, 1.3, 1.2, 1.1, 1.1),
    *(1.2, 1.3, 1.5, 1.8, 2.0, 1.8, 1.2, 0.6),
)
_RUSH: Final = 35
"""Days before the last one on which a present still arrives."""


class Hour(NamedTuple):
    """A clock hour, or what is left of one, with the orders in it; these are counted from
    `first` on."""

    start: datetime
    end: datetime
    first: int
    orders: int


def hours(orders: int, since: datetime, until: datetime) -> list[Hour]:
    """All hours in which something is ordered, `orders` in all."""
    clock = list(_clock(since, until))
    sums = list(accumulate(_weight(start, end, since, until) for start, end in clock))
    made, before = [], 0
    for (start, end), weight in zip(clock, sums, strict=True):
        upto = round(orders * weight / sums[-1])
        if upto > before:
            made.append(Hour(start, end, before, upto - before))
        before = upto
    return made


def _clock(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    while since < until:
        following = since.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        yield since, min(following, until)
        since = following


def _weight(start: datetime, end: datetime, since: datetime, until: datetime) -> float:
    grown = 1 + GROWTH * ((start - since) / (until - since))
    usual = _WEEK[start.weekday()] * _DAY[start.hour] * season(start)
    return grown * usual * ((end - start) / timedelta(hours=1))


def season(at: datetime) -> float:
    """How much more is ordered than in the rest of the year."""
    left = (datetime(at.year, 12, 20, tzinfo=at.tzinfo) - at).days
    if 0 <= left <= _RUSH:
        return 1 + 1.5 * (1 - left / _RUSH)
    return 0.85 if at.month in (7, 8) else 1.0
