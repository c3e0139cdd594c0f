"""What is read of how the marketplace does. It owns no data: it counts what the areas hold.

Finalised orders only; for whoever is no administrator, seller orders are what is counted as orders.
Instants are UTC; a range takes in `start` and leaves `end` out. Units and revenue are of what was
not cancelled, at the price of the order line, and no more than an amount of money can say. Where
`as_of` is told, all that happened up to then is counted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from marketplace.application.actor import Actor
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus
from marketplace.domain.shared.ids import ProductId, SellerId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.statuses import ShipmentStatus


class Interval(StrEnum):
    """How long a bucket of a series is. Weeks start on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True)
class Range:
    """From `start` on, up to but without `end`; None is open."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ProductOrdersView:
    """`current_orders` hold an undelivered unit that is not cancelled, whenever they were placed;
    all else is of orders placed in the range."""

    product_id: ProductId
    start: datetime | None
    end: datetime | None
    as_of: datetime
    current_orders: int
    orders: int
    units: int
    revenue: Sequence[Money]
    by_status: Mapping[OrderStatus, int]


@dataclass(frozen=True, kw_only=True)
class ProductShippingView:
    """How many shipments hold the product, by what they are; a status without any is 0."""

    product_id: ProductId
    as_of: datetime
    by_status: Mapping[ShipmentStatus, int]


@dataclass(frozen=True, kw_only=True)
class SalesBucketView:
    """What was placed in the bucket that begins at `start`. Cancelled orders are among `orders`."""

    start: datetime
    orders: int
    cancelled_orders: int
    units: int
    revenue: Sequence[Money]


@dataclass(frozen=True, kw_only=True)
class SalesView:
    """Without gaps, the oldest first. The first and the last bucket may be cut by the range."""

    interval: Interval
    start: datetime
    end: datetime
    as_of: datetime
    buckets: Sequence[SalesBucketView]


@dataclass(frozen=True, kw_only=True)
class RankedView:
    """A product, seller or category, and what was sold of it. An order counts for each product of a
    category."""

    id: UUID
    name: str
    slug: str
    orders: int
    units: int
    revenue: Sequence[Money]


@dataclass(frozen=True, kw_only=True)
class DurationView:
    """Days, of `count` seller orders: half of them took at most `p50`. None without any."""

    count: int
    p50: float | None
    p90: float | None


@dataclass(frozen=True, kw_only=True)
class CartConversionView:
    """Carts last touched in the range. A cart is converted by the order that came out of it;
    `rate` is None without carts."""

    carts: int
    converted: int
    rate: float | None


@dataclass(frozen=True, kw_only=True)
class OverviewView:
    """Of orders placed in the range. For one seller, of its parts of them.

    `average_order` is revenue by orders that are not cancelled, per currency, rounded down to
    minor units. `cart_conversion` is None for a single seller: a cart belongs to none. The top
    lists hold the ten with most units.
    """

    start: datetime
    end: datetime
    as_of: datetime
    orders: int
    cancelled_orders: int
    units: int
    cancelled_units: int
    revenue: Sequence[Money]
    average_order: Sequence[Money]
    cart_conversion: CartConversionView | None
    days_to_ship: DurationView
    days_to_deliver: DurationView
    top_products: Sequence[RankedView]
    top_sellers: Sequence[RankedView]
    top_categories: Sequence[RankedView]


@dataclass(frozen=True, kw_only=True)
class LowStockView:
    """An offer of which no more is available than its threshold."""

    product_id: ProductId
    product_name: str
    seller_name: str
    sku: str
    available: int
    low_stock_threshold: int


@dataclass(frozen=True, kw_only=True)
class OutboxView:
    """Events that wait to be handled. `oldest_at` is None without any."""

    waiting: int
    oldest_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SituationView:
    """How things stand now. `outbox` is None for those who are no administrators."""

    as_of: datetime
    orders_by_fulfilment: Mapping[FulfilmentStatus, int]
    shipments_by_status: Mapping[ShipmentStatus, int]
    low_stock: Sequence[LowStockView]
    outbox: OutboxView | None


class AnalyticsQueries(Protocol):
    """A viewer who is no administrator sees what its own sellers sold; with `seller_id` only that
    seller's. All raise `NotFound` for a seller or product the viewer may not read, and `Forbidden`
    for a viewer who is neither an administrator nor a member of a seller."""

    def product_orders(
        self, product: ProductId | str, placed: Range, viewer: Actor
    ) -> ProductOrdersView:
        """Orders that hold the product, by id or slug. Raises `RuleViolated` `invalid_range`."""

    def product_shipping(
        self, product: ProductId | str, statuses: Collection[ShipmentStatus], viewer: Actor
    ) -> ProductShippingView:
        """Shipments that hold the product, of these statuses; of all where none is given."""

    def sales(
        self, interval: Interval, placed: Range, seller_id: SellerId | None, viewer: Actor
    ) -> SalesView:
        """A series: by default 30 buckets up to now. Raises `RuleViolated` `too_many_buckets`
        above 1,000, `invalid_range` where `end` is not after `start`."""

    def overview(self, placed: Range, seller_id: SellerId | None, viewer: Actor) -> OverviewView:
        """By default the last 30 days. Raises `RuleViolated` `invalid_range`."""

    def situation(self, seller_id: SellerId | None, viewer: Actor) -> SituationView:
        """Counts of now, and the 20 offers whose stock is lowest."""
