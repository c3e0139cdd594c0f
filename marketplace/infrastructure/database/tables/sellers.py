"""Sellers and their members."""

from datetime import datetime

from sqlalchemy import Index, Named, Table, TypedColumns

from marketplace.domain.sellers.seller import MemberRole, SellerStatus
from marketplace.domain.shared.ids import SellerId, UserId
from marketplace.infrastructure.database.tables.base import (
    count,
    id_of,
    instant,
    instants,
    metadata,
    one_of,
    primary_key,
    text,
    words,
)


class SellerColumns(TypedColumns):
    id: Named[SellerId] = primary_key()
    version: Named[int] = count()
    name: Named[str] = text()
    slug: Named[str] = text(unique=True)
    description: Named[str] = text()
    status: Named[SellerStatus] = words(SellerStatus)
    reason: Named[str | None] = text()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()


sellers = Table(
    "sellers",
    metadata,
    SellerColumns,
    one_of("status", SellerStatus),
    *instants("created_at", "updated_at"),
    Index("ix_sellers_status_name", "status", "name", "id"),
    Index("ix_sellers_status_newest", "status", "created_at", "id"),
)


class SellerMemberColumns(TypedColumns):
    seller_id: Named[SellerId] = id_of("sellers.id", primary_key=True)
    user_id: Named[UserId] = id_of("users.id", primary_key=True, index=True)
    role: Named[MemberRole] = words(MemberRole)
    created_at: Named[datetime] = instant()


seller_members = Table(
    "seller_members",
    metadata,
    SellerMemberColumns,
    one_of("role", MemberRole),
    *instants("created_at"),
)
