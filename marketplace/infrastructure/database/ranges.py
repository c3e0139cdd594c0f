"""Ranges of numbers, as the keys under which the index of listings has what may lie in them.

A key is the beginning of a number, written out as a double in hexadecimal: among those of one sign
what is farther from zero comes later. So a range is one stretch of numbers of `NUMBER_DIGITS`
digits, or two where it reaches across zero, and a stretch is few beginnings. They may be a little
too wide at its ends.
"""

import struct
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from marketplace.application.catalogue.search import NumberRange
from marketplace.infrastructure.database.tables import NUMBER_DIGITS

_BASE: Final = 16
_GREATEST: Final = 1e308
_SIGN: Final = _BASE**NUMBER_DIGITS // 2
"""Negative numbers begin with it."""


def number_keys(name: str, wanted: NumberRange) -> Iterator[str]:
    """Whatever lies within has at least one of them as a value of `name`. At most thirty for each
    digit."""
    least = ~(_SIGN - 1) if wanted.least is None else _place(wanted.least)
    most = _SIGN - 1 if wanted.most is None else _place(wanted.most)
    stretches: list[tuple[int, int]] = []
    if most >= 0:
        stretches.append((max(least, 0), most))
    if least < 0:
        stretches.append((_SIGN + ~min(most, -1), _SIGN + ~least))
    for first, last in stretches:
        for digits in _beginnings(first, last):
            yield f"{name}:{digits}"


def _place(number: Decimal | float) -> int:
    """Its place among all numbers, as far as its digits tell; -1 is next to zero."""
    # Zero has no sign.
    double = min(max(float(number), -_GREATEST), _GREATEST) + 0.0
    digits = struct.pack(">d", double).hex()[:NUMBER_DIGITS]
    place = int(digits, _BASE)
    return place if place < _SIGN else ~(place - _SIGN)


def _beginnings(first: int, last: int) -> Iterator[str]:
    """The fewest that make up the stretch, the longest first."""
    for length in range(NUMBER_DIGITS, 0, -1):
        while first <= last and (first % _BASE or length == 1):
            yield f"{first:0{length}x}"
            first += 1
        while first <= last and last % _BASE < _BASE - 1:
            yield f"{last:0{length}x}"
            last -= 1
        if first > last:
            return
        first, last = first // _BASE, last // _BASE
