"""What happened to an order, for those who want to follow it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.domain.orders.statuses import By, OrderEntryKind
from marketplace.domain.shared.ids import OrderLineId, SellerOrderId
from marketplace.domain.shared.money import Money


@dataclass(frozen=True, kw_only=True)
class OrderEntry:
    """An entry of the timeline. `lines` are units, where some of them are meant."""

    kind: OrderEntryKind
    by: By
    seller_order_id: SellerOrderId | None = None
    amount: Money | None = None
    reason: str | None = None
    lines: Mapping[OrderLineId, int] = field(default_factory=dict)
    occurred_at: datetime
