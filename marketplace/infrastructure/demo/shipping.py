"""How the demo's sellers ship."""

from collections.abc import Iterator, Mapping

from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import ShippingMethod
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
            now=OPENED,
        )
