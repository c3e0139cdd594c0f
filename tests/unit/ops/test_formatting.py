from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.application.analytics.queries import Interval
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus, PaymentStatus
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.presentation.ops import formatting
from marketplace.presentation.ops.overview import bucket_name


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN DASH}", "-")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Money(123456, "EUR"), "1,234.56 EUR"),
        (Money(0, "EUR"), "0.00 EUR"),
        (Money(-5, "EUR"), "-0.05 EUR"),
        (Money(123456, "JPY"), "123,456 JPY"),
        (Money(1234, "KWD"), "1.234 KWD"),
        (Money(2**53 - 1, "EUR"), "90,071,992,547,409.91 EUR"),
    ],
)
def test_money_has_the_decimals_of_its_currency(amount: Money, shown: str) -> None:
    assert plain(formatting.money(amount)) == shown


def test_instants_tell_that_they_are_utc() -> None:
    at = datetime(2026, 11, 3, 4, 5, 9, 999999, tzinfo=UTC)

    assert plain(formatting.instant(at)) == "3 Nov 2026, 04:05:09 UTC"
    assert plain(formatting.minute(at)) == "3 Nov 2026, 04:05 UTC"
    assert plain(formatting.day(date(2026, 3, 1))) == "1 Mar 2026"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (-1, "0 s"),
        (0.9, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (310, "5 min 10 s"),
        (3600 * 2 + 59, "2 h"),
        (86400 * 2 + 3600 * 3, "2 d 3 h"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float, shown: str) -> None:
    assert plain(formatting.duration(timedelta(seconds=seconds))) == shown


def test_what_there_is_none_of() -> None:
    assert plain(formatting.percent(1, 0)) == "-"
    assert plain(formatting.days(None)) == "-"
    assert plain(formatting.percent(1, 3)) == "33.3 %"
    assert formatting.days(0.04) == "0.0"


@pytest.mark.parametrize(
    "states", [ProductStatus, OrderStatus, FulfilmentStatus, PaymentStatus, ShipmentStatus]
)
def test_states_are_words_and_have_a_colour(states: type[ProductStatus]) -> None:
    for state in states:
        written = formatting.words(state)
        assert written.lower().replace(" ", "") == state.value.lower()
        assert written[0].isupper()
        assert written[1:] == written[1:].lower()
    assert formatting.words("outForDelivery") == "Out for delivery"
    # What nobody waits for has none.
    assert {formatting.tone(state) for state in states if state not in ("draft", "archived")} <= {
        "good",
        "bad",
        "busy",
        "waiting",
    }


@pytest.mark.parametrize(
    ("interval", "name"),
    [
        (Interval.HOUR, "2 Nov 2026, 23:00-00:00"),
        (Interval.DAY, "Mon 2 Nov 2026"),
        (Interval.WEEK, "Week of 2 Nov 2026"),
        (Interval.MONTH, "November 2026"),
    ],
)
def test_buckets_have_names(interval: Interval, name: str) -> None:
    assert plain(bucket_name(interval, datetime(2026, 11, 2, 23, tzinfo=UTC))) == name
