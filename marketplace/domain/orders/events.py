"""What happens to orders."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import OrderId, SellerId, SellerOrderId


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """An order became visible: reserved, priced and accepted by the payment provider."""

    order_id: OrderId
    number: str
    email: str
    seller_ids: tuple[SellerId, ...]


@dataclass(frozen=True, kw_only=True)
class OrderAbandoned(Event):
    """An order that never became visible gave its stock back."""

    order_id: OrderId


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(Event):
    """Units of some seller orders will not be delivered; `whole` where nothing is left."""

    order_id: OrderId
    number: str
    email: str
    seller_order_ids: tuple[SellerOrderId, ...]
    whole: bool
