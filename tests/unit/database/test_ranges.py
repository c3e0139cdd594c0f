"""The keys of a range, against the keys of the numbers in it."""

import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.application.catalogue.search import NumberRange
from marketplace.infrastructure.database.ranges import number_keys
from marketplace.infrastructure.database.tables import NUMBER_DIGITS

MOST_KEYS = 30 * NUMBER_DIGITS
# What has one key: 20 bits of the fraction are known.
NEAR = 2.0**-20

finite = st.floats(allow_nan=False, allow_infinity=False)
decimals = st.decimals(allow_nan=False, allow_infinity=False)
plain = st.decimals(-1000, 1000, places=2) | st.integers(-100, 100).map(Decimal)
numbers = finite | decimals | plain | st.integers().map(Decimal)
ends = st.none() | numbers


def keys_of(number: float | Decimal) -> set[str]:
    double = min(max(float(number), -1e308), 1e308) + 0.0
    digits = struct.pack(">d", double).hex()
    return {f"weight:{digits[:length]}" for length in range(1, NUMBER_DIGITS + 1)}


def keys(least: float | Decimal | None, most: float | Decimal | None) -> list[str]:
    return list(number_keys("weight", NumberRange(least=least, most=most)))


@given(numbers, ends, ends)
def test_what_lies_within_has_one_of_the_keys(
    number: float | Decimal, least: float | Decimal | None, most: float | Decimal | None
) -> None:
    within = (least is None or least <= number) and (most is None or number <= most)

    assert not within or not keys_of(number).isdisjoint(keys(least, most))


@given(numbers, numbers, numbers)
def test_what_lies_between_two_others_has_one_of_the_keys(
    first: float | Decimal, second: float | Decimal, third: float | Decimal
) -> None:
    least, number, most = sorted([first, second, third])

    assert not keys_of(number).isdisjoint(keys(least, most))


@given(finite, finite, finite)
def test_what_lies_farther_off_has_none(number: float, first: float, second: float) -> None:
    least, most = sorted([first, second])
    # Beginning with nothing, the least numbers differ by less.
    margin = max(abs(number), abs(least), abs(most), 2.0**-1022) * 2 * NEAR

    if max(abs(number), margin / NEAR) > 1e308:
        return
    if number < least - margin or number > most + margin:
        assert keys_of(number).isdisjoint(keys(least, most))


@given(ends, ends)
def test_keys_are_few_and_different(
    least: float | Decimal | None, most: float | Decimal | None
) -> None:
    found = keys(least, most)

    assert len(found) == len(set(found)) <= MOST_KEYS
    assert found or (least is not None and most is not None and float(least) > float(most))


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        (10, 10, ["40240000"]),
        (10, 9, []),
        (-10, -20, []),
        (-0.0, Decimal("-0"), ["00000000"]),
        (0.5, 16, ["40300000", "3fe", "3ff", "400", "401", "402"]),
        (-2, -1, ["c0000000", "bff"]),
        (2, None, ["4", "5", "6", "7"]),
        (None, 0, ["00000000", "8", "9", "a", "b", "c", "d", "e", "f"]),
    ],
)
def test_keys_of_a_range(
    least: float | Decimal | None, most: float | Decimal | None, expected: list[str]
) -> None:
    assert sorted(keys(least, most)) == sorted(f"weight:{each}" for each in expected)
