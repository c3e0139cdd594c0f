"""What happens to shipping methods."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import SellerId, ShippingMethodId


@dataclass(frozen=True, kw_only=True)
class ShippingMethodCreated(Event):
    method_id: ShippingMethodId
    seller_id: SellerId


@dataclass(frozen=True, kw_only=True)
class ShippingMethodChanged(Event):
    method_id: ShippingMethodId
    seller_id: SellerId


@dataclass(frozen=True, kw_only=True)
class ShippingMethodDeleted(Event):
    method_id: ShippingMethodId
    seller_id: SellerId
