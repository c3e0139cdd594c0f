"""Zones: where a shipping method goes, and what it costs there."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.money import Money
from marketplace.domain.shared.text import require_text

MOST_ZONES = 20
MOST_ENTRIES = 300
"""Of a method: an order reads all of them. Countries, regions, postal codes and bands count."""
MOST_BANDS = 20
MOST_POSTAL_CODES = 50
MOST_REGIONS = 50
"""Of a zone, as the two before."""
REGION_LONGEST = 100
POSTAL_CODE_LONGEST = 20


class Basis(StrEnum):
    """What a table of prices goes by. Its values are the words of the wire."""

    WEIGHT = "weight"
    ITEM_TOTAL = "itemTotal"
    ITEM_COUNT = "itemCount"


@dataclass(frozen=True, kw_only=True)
class Consignment:
    """What a seller ships of an order: what its items cost, how many units there are of them, and
    how many grams these weigh."""

    total: Money
    count: int
    weight: int

    def measured(self, basis: Basis) -> int:
        """In grams, minor units or units."""
        match basis:
            case Basis.WEIGHT:
                return self.weight
            case Basis.ITEM_TOTAL:
                return self.total.amount
            case Basis.ITEM_COUNT:
                return self.count


@dataclass(frozen=True, kw_only=True)
class PostalCodes:
    """The postal codes from `first` to `last`, both of them included.

    Codes are compared in upper case, without blanks and hyphens, character by character. Only codes
    as long as the ends are in a range: 101 and 101170 are not between 10115 and 10119.
    """

    first: str
    last: str

    def holds(self, code: str) -> bool:
        """Whether `code`, written in whatever way, is one of them."""
        first, code, last = _tidied(self.first), _tidied(code), _tidied(self.last)
        return len(code) == len(first) and first <= code <= last

    def check(self, field: str) -> None:
        """Raises `RuleViolated` (`invalid_range`): there are none, or ends of different lengths."""
        first, last = _tidied(self.first), _tidied(self.last)
        if not first or len(first) != len(last) or first > last:
            raise RuleViolated(
                "invalid_range",
                "A range ends with a postal code that is as long as the first, and not below it.",
                field=f"{field}/to",
            )


@dataclass(frozen=True, kw_only=True)
class Band:
    """What it costs from `start` on, and below `end`; None: however much it is."""

    start: int
    end: int | None = None
    price: Money

    def holds(self, value: int) -> bool:
        return self.start <= value and (self.end is None or value < self.end)


@dataclass(frozen=True, kw_only=True)
class Zone:
    """Some addresses, and what it costs to ship there: `price`, or that of the band which holds
    what `basis` measures. Where no band does, it is not shipped.

    An address has to be in one of `countries`, in one of `regions` and in one of `postal_codes`;
    of which there is none, that does not matter. Regions are compared without regard to case and to
    white space around and between words.
    """

    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    postal_codes: tuple[PostalCodes, ...] = ()
    price: Money | None = None
    basis: Basis | None = None
    bands: tuple[Band, ...] = ()

    @property
    def entries(self) -> int:
        """How many there are in all of its lists."""
        return sum(map(len, (self.countries, self.regions, self.postal_codes, self.bands)))

    def reaches(self, address: Address) -> bool:
        if self.countries and address.country not in self.countries:
            return False
        region = _words(address.region or "")
        if self.regions and region not in map(_words, self.regions):
            return False
        codes = self.postal_codes
        return not codes or any(each.holds(address.postal_code) for each in codes)

    def price_of(self, consignment: Consignment) -> Money | None:
        """None where it is not shipped."""
        if self.basis is None:
            return self.price
        value = consignment.measured(self.basis)
        return next((band.price for band in self.bands if band.holds(value)), None)


def check_zones(zones: Sequence[Zone], currency: str) -> None:
    """Hold zones against the rules, of a method that is priced in `currency`.

    Raises:
        RuleViolated: `too_many_entries`; `invalid_text`; `invalid_range`; `price_or_bands`;
            `invalid_price`; `overlapping_bands`. The pointer goes to `/zones`.
    """
    if sum(zone.entries for zone in zones) > MOST_ENTRIES:
        raise RuleViolated(
            "too_many_entries",
            f"The zones of a method have at most {MOST_ENTRIES} countries, regions, ranges of"
            " postal codes and bands in all.",
            field="/zones",
        )
    for index, zone in enumerate(zones):
        at = f"/zones/{index}"
        for number, region in enumerate(zone.regions):
            require_text(region, f"/zones/{index}/regions/{number}", longest=REGION_LONGEST)
        for number, codes in enumerate(zone.postal_codes):
            codes.check(f"{at}/postalCodes/{number}")
        if (zone.price is None) == (not zone.bands) or (zone.basis is None) == bool(zone.bands):
            raise RuleViolated(
                "price_or_bands", "A zone has either a price or a basis with bands.", field=at
            )
        if zone.price is not None:
            _check_price(zone.price, currency, f"{at}/price")
        _check_bands(zone.bands, currency, f"{at}/bands")


def _check_bands(bands: Sequence[Band], currency: str, at: str) -> None:
    for index, band in enumerate(bands):
        _check_price(band.price, currency, f"{at}/{index}/price")
        if band.start < 0 or (band.end is not None and band.end <= band.start):
            raise RuleViolated(
                "invalid_range",
                "A band begins at 0 or above, and ends above where it begins.",
                field=f"{at}/{index}",
            )
    # Sorted, so that whoever overlaps any overlaps its neighbour.
    ascending = sorted(enumerate(bands), key=lambda each: each[1].start)
    for (index, lower), (other, upper) in pairwise(ascending):
        if lower.holds(upper.start):
            raise RuleViolated(
                "overlapping_bands",
                f"{upper.start} is in two bands: those at {min(index, other)}"
                f" and {max(index, other)}.",
                field=f"{at}/{max(index, other)}",
            )


def _check_price(price: Money, currency: str, field: str) -> None:
    if price.amount < 0 or price.currency != currency:
        raise RuleViolated(
            "invalid_price",
            "A price is not negative, and in the currency of the method's price.",
            field=field,
        )


def _tidied(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()


def _words(region: str) -> str:
    return " ".join(region.split()).casefold()
