"""What is read of accounts."""

from collections.abc import Sequence

from sqlalchemy import Subquery, bindparam, func, select

from marketplace.application.actor import Actor
from marketplace.application.identity.queries import MembershipView, UserView
from marketplace.application.paging import Page, PageRequest
from marketplace.application.ports import AccessClaims
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import UserId
from marketplace.infrastructure.database.queries.connection import AnyRow, AnySelect, ReadConnection
from marketplace.infrastructure.database.queries.paging import Listing, Sort, fetch_page
from marketplace.infrastructure.database.tables import (
    refresh_families,
    seller_members,
    sellers,
    users,
)

_ACTOR = (
    select(
        users.c.email,
        users.c.name,
        users.c.roles,
        seller_members.c.seller_id,
        seller_members.c.role,
    )
    .join(refresh_families, refresh_families.c.user_id == users.c.id)
    .outerjoin(seller_members, seller_members.c.user_id == users.c.id)
    .where(
        users.c.id == bindparam("user_id"),
        users.c.session_version == bindparam("session_version"),
        refresh_families.c.id == bindparam("family_id"),
        refresh_families.c.ended_at.is_(None),
        refresh_families.c.expires_at > func.now(),
    )
)
_ITEMS = select(users)


def _with_memberships(page: Subquery) -> AnySelect:
    return (
        select(
            *(page.c[column.name] for column in users.c),
            seller_members.c.seller_id,
            seller_members.c.role,
            sellers.c.name.label("seller_name"),
        )
        .outerjoin_from(page, seller_members, seller_members.c.user_id == page.c.id)
        .outerjoin(sellers, sellers.c.id == seller_members.c.seller_id)
        .order_by(sellers.c.name, sellers.c.id)
    )


_NEWEST = Sort((users.c.created_at, users.c.id), descending=True)
_LISTING = Listing(
    "users", {"newest": _NEWEST, "-newest": _NEWEST.reverse}, shape=_with_memberships
)
_GET = _with_memberships(_ITEMS.where(users.c.id == bindparam("user_id")).subquery("page"))


class SqlUserQueries:
    """Implements `application.identity.queries.UserQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def actor(self, claims: AccessClaims) -> Actor | None:
        """Whom the claims stand for, or None when the session has ended. One statement."""
        rows = self._read.fetch(
            _ACTOR,
            {
                "user_id": claims.user_id,
                "family_id": claims.family_id,
                "session_version": claims.session_version,
            },
        )
        if not rows:
            return None
        email, name, roles, _, _ = rows[0]
        return Actor(
            user_id=claims.user_id,
            email=email,
            name=name,
            roles=roles,
            sellers={seller_id: role for *_, seller_id, role in rows if seller_id is not None},
            family_id=claims.family_id,
        )

    def get(self, user_id: UserId) -> UserView:
        """Raises `NotFound`."""
        rows = self._read.execute(_GET, {"user_id": user_id}).all()
        if not rows:
            raise NotFound("user", user_id)
        return _view(rows)

    def list(self, page: PageRequest) -> Page[UserView]:
        """Newest first. Raises `InvalidCursor`."""
        return fetch_page(self._read, _LISTING, page, _ITEMS, {}, _view)


def _view(rows: Sequence[AnyRow]) -> UserView:
    user = rows[0]
    return UserView(
        id=user.id,
        email=user.email,
        name=user.name,
        roles=sorted(user.roles),
        sellers=[
            MembershipView(id=row.seller_id, name=row.seller_name, role=row.role)
            for row in rows
            if row.seller_id is not None
        ],
        version=user.version,
        created_at=user.created_at,
    )
