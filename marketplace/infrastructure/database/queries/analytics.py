"""How the marketplace does: what was sold, and what became of it."""

from collections.abc import Collection

from marketplace.application.actor import Actor
from marketplace.application.analytics.queries import (
    Interval,
    OverviewView,
    ProductOrdersView,
    ProductShippingView,
    Range,
    SalesView,
    SituationView,
)
from marketplace.domain.shared.ids import ProductId, SellerId
from marketplace.domain.shipping.statuses import ShipmentStatus
from marketplace.infrastructure.database.queries.analytics_overview import overview
from marketplace.infrastructure.database.queries.analytics_products import (
    product_orders,
    product_shipping,
)
from marketplace.infrastructure.database.queries.analytics_sales import sales
from marketplace.infrastructure.database.queries.analytics_scope import narrowed, scope_of
from marketplace.infrastructure.database.queries.analytics_situation import situation
from marketplace.infrastructure.database.queries.connection import ReadConnection


class SqlAnalyticsQueries:
    """Implements `application.analytics.queries.AnalyticsQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def product_orders(
        self, product: ProductId | str, placed: Range, viewer: Actor
    ) -> ProductOrdersView:
        """Orders that hold the product, by id or slug. Raises `RuleViolated` `invalid_range`."""
        return product_orders(self._read, product, placed, scope_of(viewer))

    def product_shipping(
        self, product: ProductId | str, statuses: Collection[ShipmentStatus], viewer: Actor
    ) -> ProductShippingView:
        """Shipments that hold the product, of these statuses; of all where none is given."""
        return product_shipping(self._read, product, statuses, scope_of(viewer))

    def sales(
        self, interval: Interval, placed: Range, seller_id: SellerId | None, viewer: Actor
    ) -> SalesView:
        """A series: by default 30 buckets up to now. Raises `RuleViolated` `too_many_buckets`
        above 1,000, `invalid_range` where `end` is not after `start`."""
        return sales(self._read, interval, placed, narrowed(self._read, seller_id, viewer))

    def overview(self, placed: Range, seller_id: SellerId | None, viewer: Actor) -> OverviewView:
        """By default the last 30 days. Raises `RuleViolated` `invalid_range`."""
        return overview(self._read, placed, narrowed(self._read, seller_id, viewer))

    def situation(self, seller_id: SellerId | None, viewer: Actor) -> SituationView:
        """Counts of now, and the 20 offers whose stock is lowest."""
        scope = narrowed(self._read, seller_id, viewer)
        return situation(self._read, scope, with_outbox=viewer.is_admin)
