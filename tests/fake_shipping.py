"""Shipping methods and shipments in memory."""

from collections.abc import Collection, Mapping, Sequence

from marketplace.domain.shared.ids import OrderId, SellerId, ShipmentId, ShippingMethodId
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.domain.shipping.shipment import Shipment
from tests.fake_repositories import Keeper


class FakeShippingMethods(Keeper[ShippingMethod]):
    """Implements `domain.shipping.repositories.ShippingMethodRepository`."""

    what = "shipping method"

    def get(self, method_id: ShippingMethodId) -> ShippingMethod:
        return self._found(method_id, self._kept.get(method_id))

    def remove(self, method: ShippingMethod) -> None:
        del self._kept[method.id]

    def of_sellers(
        self, seller_ids: Collection[SellerId]
    ) -> Mapping[SellerId, Sequence[ShippingMethod]]:
        found: dict[SellerId, list[ShippingMethod]] = {}
        for method in sorted(self._kept.values(), key=lambda each: each.id):
            if method.seller_id in seller_ids:
                self._see(method)
                found.setdefault(method.seller_id, []).append(method)
        return found


class FakeShipments(Keeper[Shipment]):
    """Implements `domain.shipping.repositories.ShipmentRepository`."""

    what = "shipment"

    def get_for_update(self, shipment_id: ShipmentId) -> Shipment:
        return self._found(shipment_id, self._kept.get(shipment_id))

    def order_of(self, shipment_id: ShipmentId) -> OrderId:
        return self.get_for_update(shipment_id).order_id

    def tracked(
        self, carrier: str, tracking_number: str, limit: int
    ) -> Sequence[tuple[ShipmentId, OrderId]]:
        found = [
            each
            for each in self._kept.values()
            if each.carrier == carrier and each.tracking_number == tracking_number
        ]
        oldest = sorted(found, key=lambda each: (each.created_at, each.id))
        return [(each.id, each.order_id) for each in oldest[:limit]]
