"""A shipping method: one way in which a seller ships, where to, and for how much."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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

TEXT_LONGEST = 100
MOST_METHODS = 50
"""Of one seller: an order looks at all of them."""


@dataclass(eq=False, kw_only=True)
class ShippingMethod(AggregateRoot):
    """`countries` are ISO 3166-1 alpha-2 codes, sorted, each once; none of them means anywhere.

    It ships what is priced in the currency of its own `price`, and for nothing once the items of
    the seller's part of an order cost `free_from` or more.
    """

    id: ShippingMethodId
    seller_id: SellerId
    name: str
    carrier: str | None = None
    price: Money
    countries: tuple[str, ...] = ()
    free_from: Money | None = None
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
        now: datetime,
    ) -> "ShippingMethod":
        """Raises `RuleViolated`: `invalid_text`, `invalid_price`."""
        _check(name, carrier, price, free_from)
        method = cls(
            id=id,
            seller_id=seller_id,
            name=name,
            carrier=carrier,
            price=price,
            countries=_distinct(countries),
            free_from=free_from,
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
        now: datetime,
    ) -> None:
        """Raises as `create`. Values that are so already change nothing."""
        wanted = (name, carrier, price, _distinct(countries), free_from)
        if wanted == (self.name, self.carrier, self.price, self.countries, self.free_from):
            return
        _check(name, carrier, price, free_from)
        self.name, self.carrier, self.price, self.countries, self.free_from = wanted
        self.updated_at = now
        self.record(
            ShippingMethodChanged(method_id=self.id, seller_id=self.seller_id, occurred_at=now)
        )

    def delete(self, now: datetime) -> None:
        """Orders keep what they show of it."""
        self.record(
            ShippingMethodDeleted(method_id=self.id, seller_id=self.seller_id, occurred_at=now)
        )

    def fits(self, address: Address, currency: str) -> bool:
        """Whether it ships to `address` what is priced in `currency`."""
        reached = not self.countries or address.country in self.countries
        return reached and self.price.currency == currency

    def cost(self, subtotal: Money) -> Money:
        """The price for items of the seller that cost `subtotal`, which is in its currency."""
        if self.free_from is not None and (subtotal - self.free_from).amount >= 0:
            return Money.zero(self.price.currency)
        return self.price


@dataclass(frozen=True, kw_only=True)
class ShippingOption:
    """A method that fits, with what it costs."""

    method_id: ShippingMethodId
    name: str
    carrier: str | None
    price: Money


def fitting(
    methods: Iterable[ShippingMethod], address: Address, subtotal: Money
) -> Sequence[ShippingOption]:
    """Those of one seller's methods that ship its items to `address`, the cheapest first."""
    options = [
        ShippingOption(
            method_id=method.id,
            name=method.name,
            carrier=method.carrier,
            price=method.cost(subtotal),
        )
        for method in methods
        if method.fits(address, subtotal.currency)
    ]
    return sorted(options, key=lambda option: (option.price.amount, option.name, option.method_id))


def require_room(methods: Collection[ShippingMethod]) -> None:
    """Raises `Conflict` (`too_many_shipping_methods`) where a seller can have no further one."""
    if len(methods) >= MOST_METHODS:
        raise Conflict(
            "too_many_shipping_methods", f"A seller has at most {MOST_METHODS} shipping methods."
        )


def _check(name: str, carrier: str | None, price: Money, free_from: Money | None) -> None:
    require_text(name, "name", longest=TEXT_LONGEST)
    if carrier is not None:
        require_text(carrier, "carrier", longest=TEXT_LONGEST)
    if price.amount < 0:
        raise RuleViolated("invalid_price", "A price is not negative.", field="/price")
    if free_from is not None and (free_from.currency != price.currency or free_from.amount <= 0):
        raise RuleViolated(
            "invalid_price",
            "It becomes free from an amount above zero, in the currency of the price.",
            field="/freeFrom",
        )


def _distinct(countries: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(set(countries)))
