"""What analytics keep: derived from orders and shipments, and made anew whenever one is looked at.

No foreign keys: nothing here is told by anybody.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final
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


class SalesFactColumns(TypedColumns):
    """What one seller sold of one product with one order.

    `cancelled` tells whether nothing is left of all that this seller sold with the order;
    `is_current`, whether a unit of the product is on its way or to be sent. The last six are
    shipments that hold the product, by their status.
    """

    order_id: Named[OrderId] = id_of(primary_key=True)
    seller_id: Named[SellerId] = id_of(primary_key=True)
    product_id: Named[ProductId] = id_of(primary_key=True)
    placed_at: Named[datetime] = instant()
    currency: Named[str] = text()
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


def _sum() -> Column[int]:
    return Column(BigInteger)


class SalesTotalColumns(TypedColumns):
    """Facts added up: of a product by the UTC day, of all products by the hour; of one seller or of
    all. Whether an order is cancelled is asked of what the seller, or all sold with it.

    All products together have no shipments: one that holds several would count for each.
    """

    product_id: Named[ProductId] = id_of(primary_key=True)
    seller_id: Named[SellerId] = id_of(primary_key=True)
    starts_at: Named[datetime] = instant(primary_key=True)
    currency: Named[str] = text(primary_key=True)
    orders: Named[int] = _sum()
    cancelled_orders: Named[int] = _sum()
    current_orders: Named[int] = _sum()
    units: Named[int] = _sum()
    cancelled_units: Named[int] = _sum()
    amount: Named[Decimal] = Column(Numeric)
    created: Named[int] = _sum()
    in_transit: Named[int] = _sum()
    out_for_delivery: Named[int] = _sum()
    delivered: Named[int] = _sum()
    failed: Named[int] = _sum()
    returned: Named[int] = _sum()


sales_totals = Table(
    "sales_totals",
    metadata,
    SalesTotalColumns,
    Index("ix_sales_totals_seller", "seller_id", "starts_at"),
    # Every order updates a few rows in place; the room lets their new versions stay on their page.
    postgresql_with={"fillfactor": "70"},
)
