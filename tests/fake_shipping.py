"""Shipping methods in memory."""

from collections.abc import Collection, Mapping, Sequence

from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shipping.method import ShippingMethod
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
