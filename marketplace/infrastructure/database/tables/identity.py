"""Accounts, sessions and failed sign-ins."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Index, Named, Table, TypedColumns, func

from marketplace.domain.identity.user import Role
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import AddressId, RefreshFamilyId, UserId
from marketplace.infrastructure.database.tables.base import (
    count,
    id_of,
    instant,
    instants,
    metadata,
    primary_key,
    text,
)
from marketplace.infrastructure.database.types import AddressDocument, Roles


class UserColumns(TypedColumns):
    id: Named[UserId] = primary_key()
    version: Named[int] = count()
    email: Named[str] = text()
    name: Named[str] = text()
    password_hash: Named[str] = text()
    roles: Named[frozenset[Role]] = Column(Roles)
    session_version: Named[int] = count()
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()


users = Table(
    "users",
    metadata,
    UserColumns,
    CheckConstraint(
        "roles <@ ARRAY[{}]".format(", ".join(f"'{role}'" for role in Role)), "roles_known"
    ),
    *instants("created_at", "updated_at"),
)
Index("uq_users_email", func.lower(users.c.email), unique=True)
Index("ix_users_newest", users.c.created_at.desc(), users.c.id.desc())


class RefreshFamilyColumns(TypedColumns):
    id: Named[RefreshFamilyId] = primary_key()
    version: Named[int] = count()
    user_id: Named[UserId] = id_of("users.id", index=True)
    current_hash: Named[str] = text()
    previous_hash: Named[str | None] = text()
    rotated_at: Named[datetime] = instant()
    created_at: Named[datetime] = instant()
    expires_at: Named[datetime] = instant()
    ended_at: Named[datetime | None] = instant()


refresh_families = Table(
    "refresh_families",
    metadata,
    RefreshFamilyColumns,
    *instants("rotated_at", "created_at", "expires_at", "ended_at"),
    Index("ix_refresh_families_expires_at", "expires_at"),
)


class AddressColumns(TypedColumns):
    id: Named[AddressId] = primary_key()
    version: Named[int] = count()
    user_id: Named[UserId] = id_of("users.id")
    address: Named[Address] = Column(AddressDocument)
    created_at: Named[datetime] = instant()
    updated_at: Named[datetime] = instant()


addresses = Table(
    "addresses",
    metadata,
    AddressColumns,
    *instants("created_at", "updated_at"),
    Index("ix_addresses_user", "user_id", "created_at", "id"),
)


class LoginThrottleColumns(TypedColumns):
    """`failures` since the window was opened by the first of them, until `resets_at`."""

    key: Named[str] = text(primary_key=True)
    failures: Named[int] = count()
    resets_at: Named[datetime] = instant()


login_throttle = Table(
    "login_throttle",
    metadata,
    LoginThrottleColumns,
    CheckConstraint("failures >= 0", "failures_range"),
    *instants("resets_at"),
    Index("ix_login_throttle_resets_at", "resets_at"),
)
