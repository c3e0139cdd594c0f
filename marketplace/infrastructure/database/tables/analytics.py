"""What analytics keep: derived from orders and shipments, and made anew whenever one is looked at.

No foreign keys: nothing here is told by anybody.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Named, Numeric, Table, TypedColumns

from marketplace.domain.shared.ids import OrderId, ProductId, SellerId
from marketplace.infrastructure.database.tables.base import (
    count,
    flag,
    id_of,
    instant,
    metadata,
    minor_units,
    text,
)

ALL: Final = UUID(int=0)
"""In place of a product or seller: all of them."""


def _large() -> Column[Any]:
    return Column(BigInteger)


class SalesFactColumns(TypedColumns):
    """What one seller sold of one product with one order.

    `order_cancelled` tells whether nothing is left of the order, `cancelled` whether nothing is
    left of all that this seller sold with it; `is_current`, whether a unit of the product is on its
    way or to be sent. The last six are shipments that hold the product, by their status.
    """

    order_id: Named[OrderId] = id_of(primary_key=True)
    seller_id: Named[SellerId] = id_of(primary_key=True)
    product_id: Named[ProductId] = id_of(primary_key=True)
    placed_at: Named[datetime] = instant()
    currency: Named[str] = text()
    order_cancelled: Named[bool] = flag()
    cancelled: Named[bool] = flag()
    is_current: Named[bool] = flag()
    units: Named[int] = count()
    cancelled_units: Named[int] = count()
    amount: Named[int] = minor_units()
    created: Named[int] = count()
    in_transit: Named[int] = count()
    out_for_delivery: Named[int] = count()
    delivered: Named[int] = count()
    failed: Named[int] = count()
    returned: Named[int] = count()


sales_facts = Table(
    "sales_facts",
    metadata,
    SalesFactColumns,
    Index("ix_sales_facts_placed", "placed_at"),
    Index("ix_sales_facts_product", "product_id", "placed_at"),
    Index("ix_sales_facts_seller", "seller_id", "placed_at"),
)


class DeliveryFactColumns(TypedColumns):
    """How many seconds it took from the order until the first parcel of a seller left, and until
    all had arrived; NULL: not all have."""

    order_id: Named[OrderId] = id_of(primary_key=True)
    seller_id: Named[SellerId] = id_of(primary_key=True)
    placed_at: Named[datetime] = instant()
    to_ship: Named[int] = _large()
    to_deliver: Named[int | None] = _large()


delivery_facts = Table(
    "delivery_facts",
    metadata,
    DeliveryFactColumns,
    Index("ix_delivery_facts_placed", "placed_at"),
    Index("ix_delivery_facts_seller", "seller_id", "placed_at"),
)


class SalesTotalColumns(TypedColumns):
    """Facts added up: of a product by the UTC day, of all products by the hour; of one seller, by
    its seller orders, or of all, by orders.

    All products together have no shipments: one that holds several would count for each.
    """

    product_id: Named[ProductId] = id_of(primary_key=True)
    seller_id: Named[SellerId] = id_of(primary_key=True)
    starts_at: Named[datetime] = instant(primary_key=True)
    currency: Named[str] = text(primary_key=True)
    orders: Named[int] = _large()
    cancelled_orders: Named[int] = _large()
    current_orders: Named[int] = _large()
    units: Named[int] = _large()
    cancelled_units: Named[int] = _large()
    amount: Named[Decimal] = Column(Numeric)
    created: Named[int] = _large()
    in_transit: Named[int] = _large()
    out_for_delivery: Named[int] = _large()
    delivered: Named[int] = _large()
    failed: Named[int] = _large()
    returned: Named[int] = _large()


sales_totals = Table(
    "sales_totals",
    metadata,
    SalesTotalColumns,
    Index("ix_sales_totals_seller", "seller_id", "starts_at"),
    # Every order updates a few rows in place; the room lets their new versions stay on their page.
    postgresql_with={"fillfactor": "70"},
)
