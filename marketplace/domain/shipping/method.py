"""A shipping method: one way in which a seller ships, where to, and for how much."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shared.money import Money
from marketplace.domain.shared.text import require_text
from marketplace.domain.shipping.events import (
    ShippingMethodChanged,
    ShippingMethodCreated,
    ShippingMethodDeleted,
)
from marketplace.domain.shipping.zones import Consignment, Zone, check_zones

TEXT_LONGEST = 100
MOST_METHODS = 50
"""Of one seller: an order looks at all of them."""
MOST_HANDLING_DAYS = 90


@dataclass(eq=False, kw_only=True)
class ShippingMethod(AggregateRoot):
    """`countries` are ISO 3166-1 alpha-2 codes, sorted, each once; none of them means anywhere.

    It ships what is priced in the currency of its own `price`, and for nothing once the items of
    the seller's part of an order cost `free_from` or more. With `zones` the first one that reaches
    an address says what it costs there instead of `price`, and it goes nowhere else.

    `handling_days` are those that the seller takes to hand over what was ordered.
    """

    id: ShippingMethodId
    seller_id: SellerId
    name: str
    carrier: str | None = None
    price: Money
    countries: tuple[str, ...] = ()
    free_from: Money | None = None
    zones: tuple[Zone, ...] = ()
    handling_days: int = 0
    created_at: datetime
    updated_at: datetime

    @classmethod
    def create(
        cls,
        *,
        id: ShippingMethodId,
        seller_id: SellerId,
        name: str,
        carrier: str | None,
        price: Money,
        countries: Collection[str],
        free_from: Money | None,
        zones: Sequence[Zone],
        handling_days: int,
        now: datetime,
    ) -> "ShippingMethod":
        """Raises `RuleViolated`: `invalid_text`, `invalid_price`, `invalid_value`, or as
        `check_zones`."""
        _check(name, carrier, price, free_from, zones, handling_days)
        method = cls(
            id=id,
            seller_id=seller_id,
            name=name,
            carrier=carrier,
            price=price,
            countries=_distinct(countries),
            free_from=free_from,
            zones=_tidied(zones),
            handling_days=handling_days,
            created_at=now,
            updated_at=now,
        )
        method.record(ShippingMethodCreated(method_id=id, seller_id=seller_id, occurred_at=now))
        return method

    def change(
        self,
        *,
        name: str,
        carrier: str | None,
        price: Money,
        countries: Collection[str],
        free_from: Money | None,
        zones: Sequence[Zone],
        handling_days: int,
        now: datetime,
    ) -> None:
        """Raises as `create`. Values that are so already change nothing."""
        places = _distinct(countries), _tidied(zones)
        wanted = (name, carrier, price, free_from, handling_days, *places)
        if wanted == self._terms:
            return
        _check(name, carrier, price, free_from, zones, handling_days)
        self.name, self.carrier, self.price = name, carrier, price
        self.free_from, self.handling_days = free_from, handling_days
        self.countries, self.zones = places
        self.updated_at = now
        self.record(
            ShippingMethodChanged(method_id=self.id, seller_id=self.seller_id, occurred_at=now)
        )

    def delete(self, now: datetime) -> None:
        """Orders keep what they show of it."""
        self.record(
            ShippingMethodDeleted(method_id=self.id, seller_id=self.seller_id, occurred_at=now)
        )

    def cost(self, consignment: Consignment, address: Address) -> Money | None:
        """What it costs to ship this there; None where the method does not fit."""
        if self.price.currency != consignment.total.currency:
            return None
        if self.countries and address.country not in self.countries:
            return None
        price = self._price(consignment, address)
        if price is None or self.free_from is None:
            return price
        is_free = consignment.total.amount >= self.free_from.amount
        return Money.zero(price.currency) if is_free else price

    @property
    def _terms(self) -> tuple[object, ...]:
        flat = self.name, self.carrier, self.price, self.free_from, self.handling_days
        return *flat, self.countries, self.zones

    def _price(self, consignment: Consignment, address: Address) -> Money | None:
        if not self.zones:
            return self.price
        zone = next((each for each in self.zones if each.reaches(address)), None)
        return None if zone is None else zone.price_of(consignment)


@dataclass(frozen=True, kw_only=True)
class ShippingOption:
    """A method that fits, with what it costs."""

    method_id: ShippingMethodId
    name: str
    carrier: str | None
    price: Money
    handling_days: int


def fitting(
    methods: Iterable[ShippingMethod], consignment: Consignment, address: Address
) -> Sequence[ShippingOption]:
    """Those of one seller's methods that ship this to `address`, the cheapest first."""
    options = [
        ShippingOption(
            method_id=method.id,
            name=method.name,
            carrier=method.carrier,
            price=price,
            handling_days=method.handling_days,
        )
        for method in methods
        if (price := method.cost(consignment, address)) is not None
    ]
    return sorted(options, key=lambda option: (option.price.amount, option.name, option.method_id))


def require_room(methods: Collection[ShippingMethod]) -> None:
    """Raises `Conflict` (`too_many_shipping_methods`) where a seller can have no further one."""
    if len(methods) >= MOST_METHODS:
        raise Conflict(
            "too_many_shipping_methods", f"A seller has at most {MOST_METHODS} shipping methods."
        )


def _check(
    name: str,
    carrier: str | None,
    price: Money,
    free_from: Money | None,
    zones: Sequence[Zone],
    handling_days: int,
) -> None:
    require_text(name, "/name", longest=TEXT_LONGEST)
    if carrier is not None:
        require_text(carrier, "/carrier", longest=TEXT_LONGEST)
    if price.amount < 0:
        raise RuleViolated("invalid_price", "A price is not negative.", field="/price")
    if free_from is not None and (free_from.currency != price.currency or free_from.amount <= 0):
        raise RuleViolated(
            "invalid_price",
            "It becomes free from an amount above zero, in the currency of the price.",
            field="/freeFrom",
        )
    check_zones(zones, price.currency)
    if not 0 <= handling_days <= MOST_HANDLING_DAYS:
        raise RuleViolated(
            "invalid_value",
            f"Handling takes 0 to {MOST_HANDLING_DAYS} days.",
            field="/handlingDays",
        )


def _distinct(countries: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(set(countries)))


def _tidied(zones: Sequence[Zone]) -> tuple[Zone, ...]:
    return tuple(replace(zone, countries=_distinct(zone.countries)) for zone in zones)
