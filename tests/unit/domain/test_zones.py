"""Which zone an address is in, which band holds a value, and which tables are none."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.zones import (
    MOST_ENTRIES,
    REGION_LONGEST,
    Band,
    Basis,
    Consignment,
    PostalCodes,
    Zone,
    check_zones,
)
from tests.factories import a_consignment, a_seller, a_shipping_method, an_address, eur

SELLER = a_seller()
COUNTRIES, REGIONS = ["AT", "CH", "DE"], ["Bayern", "Tirol"]
# So many that a table can be compared with one that lists every value.
MOST = 12

values = st.integers(0, MOST)
codes = st.integers(10, 30).map(str)


@st.composite
def bands(draw: st.DrawFn) -> Band:
    start = draw(st.integers(0, MOST - 1))
    end = draw(st.none() | st.integers(start + 1, MOST))
    return Band(start=start, end=end, price=eur(draw(values)))


def held_by(band: Band) -> set[int]:
    """What it holds of all values there are here."""
    return {each for each in range(MOST + 1) if band.end is None or each < band.end} - set(
        range(band.start)
    )


def disjoint(table: list[Band]) -> list[Band]:
    """As many of these as do not overlap."""
    kept: list[Band] = []
    for band in table:
        if not any(held_by(band) & held_by(other) for other in kept):
            kept.append(band)
    return kept


tables = st.lists(bands(), max_size=5)


@st.composite
def zones(draw: st.DrawFn) -> Zone:
    table = disjoint(draw(tables))
    ends = draw(st.lists(st.tuples(codes, codes).map(sorted), max_size=2))
    return Zone(
        countries=tuple(draw(st.lists(st.sampled_from(COUNTRIES), max_size=2))),
        regions=tuple(draw(st.lists(st.sampled_from(REGIONS), max_size=1))),
        postal_codes=tuple(PostalCodes(first=first, last=last) for first, last in ends),
        price=None if table else eur(draw(values)),
        basis=draw(st.sampled_from(Basis)) if table else None,
        bands=tuple(table),
    )


addresses = st.builds(
    an_address,
    country=st.sampled_from(COUNTRIES),
    region=st.sampled_from([*REGIONS, None]),
    postal_code=codes,
)
consignments = st.builds(Consignment, total=values.map(eur), count=values, weight=values)


def expected(of_method: list[Zone], consignment: Consignment, address: Address) -> Money | None:
    """The price, found by going through everything there is."""
    for zone in of_method:
        listed = {
            str(code)
            for each in zone.postal_codes
            for code in range(int(each.first), int(each.last) + 1)
        }
        if (
            address.country in (zone.countries or COUNTRIES)
            and (address.region in zone.regions or not zone.regions)
            and address.postal_code in (listed or {address.postal_code})
        ):
            if zone.price is not None:
                return zone.price
            value = {
                Basis.WEIGHT: consignment.weight,
                Basis.ITEM_TOTAL: consignment.total.amount,
                Basis.ITEM_COUNT: consignment.count,
            }[zone.basis or Basis.WEIGHT]
            prices = {each: band.price for band in zone.bands for each in held_by(band)}
            return prices.get(value)
    return None


@given(
    of_method=st.lists(zones(), min_size=1, max_size=4),
    consignment=consignments,
    address=addresses,
    free_from=st.none() | st.integers(1, MOST),
)
def test_the_first_zone_that_reaches_an_address_counts(
    of_method: list[Zone], consignment: Consignment, address: Address, free_from: int | None
) -> None:
    check_zones(of_method, "EUR")
    method = a_shipping_method(
        SELLER, zones=tuple(of_method), free_from=None if free_from is None else eur(free_from)
    )

    price = expected(of_method, consignment, address)

    if price is not None and free_from is not None and consignment.total.amount >= free_from:
        price = eur(0)
    assert method.cost(consignment, address) == price


@given(table=tables.filter(bool))
@example(table=[Band(start=0, end=5, price=eur(1)), Band(start=5, price=eur(2))])
@example(table=[Band(start=4, price=eur(1)), Band(start=0, end=5, price=eur(2))])
@example(table=[Band(start=0, price=eur(1)), Band(start=9, end=10, price=eur(2))])
def test_bands_are_refused_exactly_when_two_hold_the_same(table: list[Band]) -> None:
    zone = Zone(basis=Basis.WEIGHT, bands=tuple(table))
    sets = [held_by(band) for band in table]
    overlap = any(one & other for index, one in enumerate(sets) for other in sets[index + 1 :])

    if not overlap:
        check_zones([zone], "EUR")
        return
    with pytest.raises(RuleViolated) as refused:
        check_zones([Zone(price=eur(1)), zone], "EUR")

    assert refused.value.code == "overlapping_bands"
    *path, number = str(refused.value.params["field"]).split("/")
    assert path == ["", "zones", "1", "bands"]
    # It points at a band that overlaps one before it.
    assert any(sets[int(number)] & other for other in sets[: int(number)])


@pytest.mark.parametrize(
    ("first", "last", "inside", "outside"),
    [
        ("10115", "14199", ["10115", "12 345", "14199"], ["10114", "14200", "1011", "101150"]),
        ("bt1 1aa", "BT9 9ZZ", ["bt11aa", "BT5 6 ab"], ["BT10 1AA", "AB1 1AA", "BT1"]),
        ("00-950", "00-959", ["00950", "00 955"], ["00960", "0950"]),
        ("1000 aa", "1099 ZZ", ["1012AB", "1099zz"], ["1100AA", "1012"]),
        ("25999", "25999", ["25999"], ["25998"]),
    ],
)
def test_postal_codes_are_compared_as_they_are_meant(
    first: str, last: str, inside: list[str], outside: list[str]
) -> None:
    zone = Zone(postal_codes=(PostalCodes(first=first, last=last),), price=eur(1))
    check_zones([zone], "EUR")

    assert all(zone.reaches(an_address(postal_code=code)) for code in inside)
    assert not any(zone.reaches(an_address(postal_code=code)) for code in outside)


@pytest.mark.parametrize("region", ["Bayern", "BAYERN", " bayern  "])
def test_regions_are_compared_by_their_words(region: str) -> None:
    zone = Zone(regions=("New  York", "Bayern"), price=eur(1))

    assert zone.reaches(an_address(region=region))
    assert zone.reaches(an_address(region="new york"))
    assert not zone.reaches(an_address(region="Newyork"))
    assert not zone.reaches(an_address(region=None))


def a_table(*table: Band, basis: Basis | None = Basis.WEIGHT, **fields: Any) -> Zone:
    return Zone(basis=basis, bands=table, **fields)


LOW, HIGH = Band(start=0, end=10, price=eur(1)), Band(start=10, price=eur(2))


@pytest.mark.parametrize(
    ("zone", "code", "field"),
    [
        (Zone(), "price_or_bands", ""),
        (a_table(LOW, price=eur(1)), "price_or_bands", ""),
        (a_table(LOW, basis=None), "price_or_bands", ""),
        (a_table(), "price_or_bands", ""),
        (a_table(price=eur(1)), "price_or_bands", ""),
        (Zone(price=Money(1, "USD")), "invalid_price", "/price"),
        (Zone(price=eur(-1)), "invalid_price", "/price"),
        (a_table(LOW, Band(start=10, price=Money(1, "USD"))), "invalid_price", "/bands/1/price"),
        (a_table(LOW, Band(start=20, end=20, price=eur(1))), "invalid_range", "/bands/1"),
        (a_table(Band(start=-1, price=eur(1))), "invalid_range", "/bands/0"),
        (a_table(HIGH, LOW, HIGH), "overlapping_bands", "/bands/2"),
        (Zone(price=eur(1), regions=("Bayern", " ")), "invalid_text", "/regions/1"),
        (
            Zone(price=eur(1), regions=("x" * (REGION_LONGEST + 1),)),
            "invalid_text",
            "/regions/0",
        ),
        *(
            (
                Zone(price=eur(1), postal_codes=(PostalCodes(first=first, last=last),)),
                "invalid_range",
                "/postalCodes/0/to",
            )
            for first, last in [("10", "9"), ("100", "1000"), (" ", " "), ("B1", "A9")]
        ),
    ],
)
def test_what_is_no_zone(zone: Zone, code: str, field: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        check_zones([Zone(price=eur(1)), zone], "EUR")

    assert (refused.value.code, refused.value.params["field"]) == (code, f"/zones/1{field}")


def test_a_method_has_no_more_entries_than_an_order_can_read() -> None:
    full = Zone(
        price=eur(1),
        countries=("AT",),
        regions=("Tirol",) * (MOST_ENTRIES - 2),
        postal_codes=(PostalCodes(first="6700", last="6999"),),
    )

    check_zones([full, Zone(price=eur(1))], "EUR")
    with pytest.raises(RuleViolated) as refused:
        check_zones([full, a_table(LOW)], "EUR")
    assert (refused.value.code, refused.value.params["field"]) == ("too_many_entries", "/zones")


def test_what_no_band_holds_is_not_shipped_however_dear_it_is() -> None:
    method = a_shipping_method(SELLER, zones=(a_table(LOW),), free_from=eur(1))

    assert method.cost(a_consignment(weight=9), an_address()) == eur(0)
    assert method.cost(a_consignment(weight=10), an_address()) is None


def test_a_zone_reaches_no_further_than_its_method() -> None:
    method = a_shipping_method(SELLER, countries=("AT",), zones=(Zone(price=eur(1)),))

    assert method.cost(a_consignment(), an_address(country="AT")) == eur(1)
    assert method.cost(a_consignment(), an_address(country="DE")) is None
