"""What happens to shipping methods and shipments."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import OrderId, SellerId, ShipmentId, ShippingMethodId


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


@dataclass(frozen=True, kw_only=True)
class ShipmentCreated(Event):
    """Units left the warehouse."""

    shipment_id: ShipmentId
    order_id: OrderId
    seller_id: SellerId


@dataclass(frozen=True, kw_only=True)
class ShipmentMoved(Event):
    """The carrier told where it is; `status` is the one that it has now."""

    shipment_id: ShipmentId
    order_id: OrderId
    seller_id: SellerId
    status: str
