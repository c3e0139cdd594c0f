"""Where shipping methods are kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shipping.method import ShippingMethod


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
