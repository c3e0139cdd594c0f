"""How the demo's sellers ship."""

from collections.abc import Iterator, Mapping

from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.zones import Band, Basis, PostalCodes, Zone
from marketplace.infrastructure.demo.catalogue import OPENED, known_id

_HOME = ("DE",)
_NEAR = ("AT", "BE", "CH", "DE", "FR", "LU", "NL")
_ANYWHERE = ()

METHODS: Mapping[str, tuple[tuple[str, str | None, int, tuple[str, ...], int | None], ...]] = {
    "Home": (
        ("Parcel", "Hermes", 690, _NEAR, 15000),
        ("Freight", "Dachser", 3990, _HOME, None),
    ),
    "Outdoor": (("Parcel", "DHL", 590, _ANYWHERE, 10000),),
    "Electronics": (
        ("Parcel", "UPS", 490, _NEAR, None),
        ("Express", "UPS", 1290, _HOME, None),
    ),
    "Fashion": (("Parcel", "GLS", 390, _NEAR, 4000),),
    "Books": (
        ("Book post", "Deutsche Post", 290, _NEAR, 2500),
        ("Express", "DHL", 890, _HOME, None),
        ("Bicycle courier", None, 450, _HOME, None),
    ),
    "Toys": (("Parcel", "DHL", 490, _NEAR, None),),
}
"""Of the seller of each room: name, carrier, price in cents, countries, and the cents from which it
is free."""


def _by_weight(countries: tuple[str, ...], *bands: tuple[int, int | None, int]) -> Zone:
    return Zone(
        countries=countries,
        basis=Basis.WEIGHT,
        bands=tuple(
            Band(start=start, end=end, price=Money(cents, "EUR")) for start, end, cents in bands
        ),
    )


ZONES: Mapping[tuple[str, str], tuple[Zone, ...]] = {
    ("Outdoor", "Parcel"): (
        Zone(
            countries=("DE",),
            postal_codes=(
                PostalCodes(first="25845", last="25869"),
                PostalCodes(first="25929", last="25999"),
                PostalCodes(first="27498", last="27498"),
            ),
            price=Money(1290, "EUR"),
        ),
        _by_weight(("DE",), (0, 5000, 590), (5000, 10000, 890), (10000, None, 1690)),
        Zone(countries=_NEAR, price=Money(1290, "EUR")),
        _by_weight(_ANYWHERE, (0, 2000, 1990), (2000, 20000, 3990)),
    )
}
"""By the seller's room and the method: islands, the country by weight, its neighbours, and the
world up to 20 kg. Others cost the same everywhere."""
HANDLING_DAYS: Mapping[tuple[str, str], int] = {("Outdoor", "Parcel"): 2, ("Home", "Freight"): 5}


def shipping_methods(sellers: Mapping[str, SellerId]) -> Iterator[ShippingMethod]:
    """Those of `sellers`, which are named by their rooms."""
    described = [(room, *method) for room, methods in METHODS.items() for method in methods]
    for number, (room, name, carrier, cents, countries, free_from) in enumerate(described, 1):
        yield ShippingMethod.create(
            id=ShippingMethodId(known_id("shipping method", number)),
            seller_id=sellers[room],
            name=name,
            carrier=carrier,
            price=Money(cents, "EUR"),
            countries=countries,
            free_from=None if free_from is None else Money(free_from, "EUR"),
            zones=ZONES.get((room, name), ()),
            handling_days=HANDLING_DAYS.get((room, name), 0),
            now=OPENED,
        )
