"""Carts, one for each user, and what is in them."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Named,
    Table,
    TypedColumns,
    Uuid,
)

from marketplace.domain.carts.cart import MOST_UNITS
from marketplace.domain.shared.ids import CartId, OfferId, UserId
from marketplace.infrastructure.database.tables.base import (
    amounts,
    count,
    currencies,
    id_of,
    instant,
    instants,
    metadata,
    minor_units,
    text,
)


class CartColumns(TypedColumns):
    user_id: Named[UserId] = id_of("users.id", primary_key=True)
    id: Named[CartId] = id_of(unique=True)
    version: Named[int] = count()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()


carts = Table(
    "carts",
    metadata,
    CartColumns,
    *instants("created_at", "updated_at"),
    Index("ix_carts_updated_at", "updated_at"),
)


class CartItemColumns(TypedColumns):
    """No foreign key ties items to offers: filling a cart need not wait for who changes them."""

    user_id: Named[UserId] = Column(
        Uuid, ForeignKey("carts.user_id", ondelete="CASCADE"), primary_key=True
    )
    offer_id: Named[OfferId] = id_of(primary_key=True)
    quantity: Named[int] = count()
    seen_amount: Named[int] = minor_units()
    seen_currency: Named[str] = text()
    added_at: Named[datetime] = instant()
    put_at: Named[datetime] = instant()


cart_items = Table(
    "cart_items",
    metadata,
    CartItemColumns,
    CheckConstraint(f"quantity BETWEEN 1 AND {MOST_UNITS}", "quantity_range"),
    *amounts("seen_amount"),
    *currencies("seen_currency"),
    *instants("added_at", "put_at"),
)
