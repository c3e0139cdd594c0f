"""What can be asked for about shipping methods."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.application.precondition import Precondition
from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.zones import Zone


@dataclass(frozen=True, kw_only=True)
class CreateShippingMethod:
    """No `countries`: it goes anywhere. `free_from` None: it is never free. No `zones`: it costs
    its `price` everywhere."""

    actor: Actor
    seller: SellerId | str
    method_id: ShippingMethodId
    name: str
    price: Money
    carrier: str | None = None
    countries: Collection[str] = ()
    free_from: Money | None = None
    zones: Sequence[Zone] = ()
    handling_days: int = 0


@dataclass(frozen=True, kw_only=True)
class ChangeShippingMethod:
    """None leaves a field as it is."""

    actor: Actor
    seller: SellerId | str
    method_id: ShippingMethodId
    precondition: Precondition
    name: str | None = None
    carrier: str | None = None
    clear_carrier: bool = False
    price: Money | None = None
    countries: Collection[str] | None = None
    free_from: Money | None = None
    clear_free_from: bool = False
    zones: Sequence[Zone] | None = None
    handling_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class DeleteShippingMethod:
    actor: Actor
    seller: SellerId | str
    method_id: ShippingMethodId
    precondition: Precondition
