"""The ways in which sellers ship."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Index, Named, Table, TypedColumns

from marketplace.domain.shared.ids import SellerId, ShippingMethodId
from marketplace.domain.shipping.method import MOST_HANDLING_DAYS
from marketplace.domain.shipping.zones import Zone
from marketplace.infrastructure.database.tables.base import (
    amounts,
    count,
    currencies,
    id_of,
    instant,
    instants,
    metadata,
    minor_units,
    primary_key,
    text,
)
from marketplace.infrastructure.database.types import Texts
from marketplace.infrastructure.database.zones import Zones


class ShippingMethodColumns(TypedColumns):
    id: Named[ShippingMethodId] = primary_key()
    version: Named[int] = count()
    seller_id: Named[SellerId] = id_of("sellers.id")
    name: Named[str] = text()
    carrier: Named[str | None] = text()
    price_amount: Named[int] = minor_units()
    price_currency: Named[str] = text()
    countries: Named[tuple[str, ...]] = Column(Texts)
    free_from_amount: Named[int | None] = minor_units()
    free_from_currency: Named[str | None] = text()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()
    zones: Named[tuple[Zone, ...]] = Column(Zones)
    handling_days: Named[int] = count()


shipping_methods = Table(
    "shipping_methods",
    metadata,
    ShippingMethodColumns,
    CheckConstraint("(free_from_amount IS NULL) = (free_from_currency IS NULL)", "free_from_whole"),
    CheckConstraint("free_from_currency = price_currency", "free_from_currency_same"),
    CheckConstraint("jsonb_typeof(zones) = 'array'", "zones_listed"),
    CheckConstraint(f"handling_days BETWEEN 0 AND {MOST_HANDLING_DAYS}", "handling_days_range"),
    *amounts("price_amount", "free_from_amount"),
    *currencies("price_currency"),
    *instants("created_at", "updated_at"),
    Index("ix_shipping_methods_seller", "seller_id", "name", "id"),
)
