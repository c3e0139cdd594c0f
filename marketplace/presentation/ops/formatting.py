"""How values are written on the pages: in English, in UTC, each currency with its own decimals."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from marketplace.domain.shared.money import Money
from marketplace.presentation.rest.money_fields import decimals_of

NOTHING = "\N{EN DASH}"
_SPACE = "\N{NO-BREAK SPACE}"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_TONES: Mapping[str, str] = {
    "placed": "busy",
    "published": "good",
    "delivered": "good",
    "paid": "good",
    "fulfilled": "good",
    "pending": "waiting",
    "authorized": "waiting",
    "unfulfilled": "waiting",
    "partiallyFulfilled": "busy",
    "created": "busy",
    "inTransit": "busy",
    "outForDelivery": "busy",
    "rejected": "bad",
    "cancelled": "bad",
    "failed": "bad",
    "returned": "bad",
    "refunded": "bad",
    "partiallyRefunded": "bad",
    "voided": "bad",
}


def number(value: int) -> str:
    return f"{value:,}"


def money(amount: Money) -> str:
    """`1,234.50 EUR`."""
    return f"{_major(amount.amount, amount.currency)}{_SPACE}{amount.currency}"


def _major(minor: int, currency: str) -> str:
    decimals = decimals_of(currency)
    return f"{Decimal(minor).scaleb(-decimals):,.{decimals}f}"


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}{_SPACE}%" if whole else NOTHING


def days(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"


def day(value: date) -> str:
    """`3 Nov 2026`."""
    return f"{value.day}{_SPACE}{value:%b}{_SPACE}{value.year}"


def instant(value: datetime) -> str:
    """`3 Nov 2026, 14:05:09 UTC`, of an instant in UTC."""
    return f"{day(value)}, {value:%H:%M:%S}{_SPACE}UTC"


def minute(value: datetime) -> str:
    """`3 Nov 2026, 14:05 UTC`, of an instant in UTC."""
    return f"{day(value)}, {value:%H:%M}{_SPACE}UTC"


def duration(value: timedelta) -> str:
    """In the two largest units: `2 d 3 h`, `5 min 10 s`."""
    seconds = max(int(value.total_seconds()), 0)
    for size, unit, smaller, name in (
        (_DAY, "d", _HOUR, "h"),
        (_HOUR, "h", _MINUTE, "min"),
        (_MINUTE, "min", 1, "s"),
    ):
        if seconds >= size:
            whole, rest = divmod(seconds, size)
            text = f"{whole}{_SPACE}{unit}"
            return f"{text} {rest // smaller}{_SPACE}{name}" if rest // smaller else text
    return f"{seconds}{_SPACE}s"


def words(state: str) -> str:
    """A state as people write it: `outForDelivery` is `Out for delivery`."""
    spaced = re.sub(r"[A-Z]", lambda found: " " + found[0].lower(), state)
    return spaced[:1].upper() + spaced[1:]


def tone(state: str) -> str:
    """How a state is coloured; its name stands beside the colour."""
    return _TONES.get(state, "plain")


HELPERS: Mapping[str, Callable[..., str]] = {
    "number": number,
    "money": money,
    "percent": percent,
    "days": days,
    "day": day,
    "instant": instant,
    "minute": minute,
    "duration": duration,
    "words": words,
    "tone": tone,
}
"""What templates may call."""
