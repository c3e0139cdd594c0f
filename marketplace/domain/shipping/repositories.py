"""Where shipping methods and shipments are kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from marketplace.domain.shared.ids import OrderId, SellerId, ShipmentId, ShippingMethodId
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.shipment import Shipment


class ShippingMethodRepository(Protocol):
    def add(self, method: ShippingMethod) -> None: ...

    def get(self, method_id: ShippingMethodId) -> ShippingMethod:
        """Raises `NotFound`."""

    def remove(self, method: ShippingMethod) -> None: ...

    def of_sellers(
        self, seller_ids: Collection[SellerId]
    ) -> Mapping[SellerId, Sequence[ShippingMethod]]:
        """The methods of these sellers, in the order of their ids; none for whom there is none.
        One statement."""


class ShipmentRepository(Protocol):
    def add(self, shipment: Shipment) -> None: ...

    def get_for_update(self, shipment_id: ShipmentId) -> Shipment:
        """Others that want it for update wait until this transaction ends. Raises `NotFound`."""

    def order_of(self, shipment_id: ShipmentId) -> OrderId:
        """Raises `NotFound`."""

    def tracked(
        self, carrier: str, tracking_number: str, limit: int
    ) -> Sequence[tuple[ShipmentId, OrderId]]:
        """The shipments that a carrier knows by this number, with their orders, the oldest first.
        Nobody sees to it that a number is given once only."""
