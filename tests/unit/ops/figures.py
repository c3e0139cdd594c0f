"""What the pages are given to show: figures that stand still, a product, and sellers."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from marketplace.application.actor import Actor
from marketplace.application.analytics.queries import (
    CartConversionView,
    DurationView,
    Interval,
    LowStockView,
    OutboxView,
    OverviewView,
    ProductOrdersView,
    ProductShippingView,
    Range,
    RankedView,
    SalesBucketView,
    SalesView,
    SituationView,
)
from marketplace.application.catalogue.queries import CategoryRef, ProductSummaryView, ProductView
from marketplace.application.paging import Page, PageRequest
from marketplace.application.sellers.queries import SellerView
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import NotFound
from marketplace.domain.orders.statuses import FulfilmentStatus, OrderStatus
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.domain.shared.ids import CategoryId, ProductId, SellerId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.statuses import ShipmentStatus
from tests.factories import NOW, new_id

PRODUCT = ProductId(UUID("01890000-0000-7000-8000-000000000001"))


def a_summary(**replaced: Any) -> ProductSummaryView:
    values: dict[str, Any] = {
        "id": PRODUCT,
        "slug": "oak-table",
        "name": "Oak table",
        "category": CategoryRef(
            id=CategoryId(new_id()), name="Tables", slug="tables", path="tables"
        ),
        "image": None,
        "price_from": Money(12999, "EUR"),
        "offer_count": 1,
        "in_stock": True,
        "rating": None,
        "status": ProductStatus.PUBLISHED,
        "version": 1,
        "created_at": NOW,
    }
    return ProductSummaryView(**values | replaced)


def a_product(**replaced: Any) -> ProductView:
    values = vars(a_summary()) | {
        "seller_id": SellerId(new_id()),
        "description": "",
        "reason": None,
        "attributes": {},
        "tags": [],
        "pending_changes": None,
        "variants": [],
        "media": [],
    }
    return ProductView(**values | replaced)


@dataclass
class FakeAnalytics:
    """Implements `AnalyticsQueries` over one set of figures, and notes what was asked."""

    name: str = "Oak table"
    most: int = 7
    outbox: OutboxView | None = None
    fault: Exception | None = None
    asked: list[tuple[str, Range | None, SellerId | None]] = field(default_factory=list)

    def _note(self, what: str, placed: Range | None, seller: SellerId | None) -> None:
        self.asked.append((what, placed, seller))
        if self.fault is not None:
            raise self.fault

    def product_orders(
        self, product: ProductId | str, placed: Range, viewer: Actor
    ) -> ProductOrdersView:
        self._note("product_orders", placed, None)
        if product not in (PRODUCT, "oak-table"):
            raise NotFound("product", product)
        return ProductOrdersView(
            product_id=PRODUCT,
            start=placed.start,
            end=placed.end,
            as_of=NOW,
            current_orders=1234,
            orders=40,
            units=55,
            revenue=[Money(987650, "EUR"), Money(5000, "JPY")],
            by_status={OrderStatus.PLACED: 38, OrderStatus.CANCELLED: 2},
        )

    def product_shipping(
        self, product: ProductId | str, statuses: Collection[ShipmentStatus], viewer: Actor
    ) -> ProductShippingView:
        self._note("product_shipping", None, None)
        return ProductShippingView(
            product_id=PRODUCT,
            as_of=NOW - timedelta(seconds=2),
            by_status={
                ShipmentStatus.CREATED: 5,
                ShipmentStatus.IN_TRANSIT: 20,
                ShipmentStatus.OUT_FOR_DELIVERY: 3,
                ShipmentStatus.DELIVERED: 800,
            },
        )

    def sales(
        self, interval: Interval, placed: Range, seller_id: SellerId | None, viewer: Actor
    ) -> SalesView:
        self._note(f"sales by {interval}", placed, seller_id)
        assert placed.start is not None
        assert placed.end is not None
        return SalesView(
            interval=interval,
            start=placed.start,
            end=placed.end,
            as_of=NOW,
            buckets=[
                SalesBucketView(
                    start=placed.start + timedelta(days=number),
                    orders=number,
                    cancelled_orders=number // 3,
                    units=2 * number,
                    revenue=[Money(1999 * number, "EUR")] if number else [],
                )
                for number in range(self.most + 1)
            ],
        )

    def overview(self, placed: Range, seller_id: SellerId | None, viewer: Actor) -> OverviewView:
        self._note("overview", placed, seller_id)
        assert placed.start is not None
        assert placed.end is not None
        ranked = RankedView(
            id=PRODUCT,
            name=self.name,
            slug="oak-table",
            orders=9,
            units=12,
            revenue=[Money(123456, "EUR")],
        )
        return OverviewView(
            start=placed.start,
            end=placed.end,
            as_of=NOW,
            orders=4321,
            cancelled_orders=21,
            units=9876,
            cancelled_units=55,
            revenue=[Money(123456789, "EUR"), Money(5000, "JPY")],
            average_order=[Money(2871, "EUR"), Money(2500, "JPY")],
            cart_conversion=CartConversionView(carts=200, converted=50, rate=0.25),
            days_to_ship=DurationView(count=10, p50=1.25, p90=3.0),
            days_to_deliver=DurationView(count=0, p50=None, p90=None),
            top_products=[ranked],
            top_sellers=[ranked],
            top_categories=[],
        )

    def situation(self, seller_id: SellerId | None, viewer: Actor) -> SituationView:
        self._note("situation", None, seller_id)
        return SituationView(
            as_of=NOW,
            orders_by_fulfilment={FulfilmentStatus.UNFULFILLED: 12},
            shipments_by_status={ShipmentStatus.IN_TRANSIT: 30, ShipmentStatus.CREATED: 4},
            low_stock=[
                LowStockView(
                    product_id=PRODUCT,
                    product_name=self.name,
                    seller_name=self.name,
                    sku=self.name,
                    available=0,
                    low_stock_threshold=5,
                )
            ],
            outbox=self.outbox if viewer.is_admin else None,
        )


class FakeSellerViews:
    """The sellers there are. Approved ones are public."""

    def __init__(self) -> None:
        self.stored: dict[SellerId, SellerView] = {}

    def add(self, name: str) -> SellerView:
        seller = SellerView(
            id=SellerId(new_id()),
            name=name,
            slug=name.lower(),
            description="",
            status=SellerStatus.APPROVED,
            reason=None,
            version=1,
            created_at=NOW,
        )
        self.stored[seller.id] = seller
        return seller

    def get(self, seller: SellerId | str, viewer: Actor | None) -> SellerView:
        for each in self.stored.values():
            if seller in (each.id, each.slug):
                return each
        raise NotFound("seller", seller)

    def list(
        self, page: PageRequest, viewer: Actor | None, status: SellerStatus | None
    ) -> Page[SellerView]:
        return Page(items=list(self.stored.values()), next=None, previous=None, limit=page.limit)
