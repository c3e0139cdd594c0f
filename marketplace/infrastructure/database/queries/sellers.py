"""What is read of sellers."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, or_, select, true

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.application.sellers.queries import SellerMemberView, SellerView
from marketplace.domain.errors import Forbidden, NotFound, Unauthenticated
from marketplace.domain.sellers.seller import MemberRole, SellerStatus
from marketplace.domain.shared.ids import SellerId
from marketplace.infrastructure.database.queries.connection import AnyRow, AnySelect, ReadConnection
from marketplace.infrastructure.database.queries.paging import Listing, Sort, fetch_page
from marketplace.infrastructure.database.tables import seller_members, sellers, users

_NAME = Sort((sellers.c.name, sellers.c.id))
_NEWEST = Sort((sellers.c.created_at, sellers.c.id), descending=True)
_LISTING = Listing(
    "sellers",
    {"name": _NAME, "-name": _NAME.reverse, "newest": _NEWEST, "-newest": _NEWEST.reverse},
)
_ITEMS = select(sellers).where(sellers.c.status == bindparam("wanted_status"))

_OLDEST = Sort((seller_members.c.created_at, seller_members.c.user_id))
_MEMBER_LISTING = Listing("members", {"oldest": _OLDEST})
_MEMBERS = (
    select(
        users.c.id,
        users.c.email,
        users.c.name,
        seller_members.c.role,
        seller_members.c.created_at,
    )
    .join(users, users.c.id == seller_members.c.user_id)
    .where(seller_members.c.seller_id == bindparam("seller_id"))
)
_MEMBER = _MEMBERS.where(func.lower(users.c.email) == func.lower(bindparam("email")))


def key_parameters(key: UUID | str) -> dict[str, Any]:
    """The parameter that `key_is` compares with."""
    return {"wanted_key": key}


def key_is(table_id: ColumnElement[Any], slug: ColumnElement[Any], *, by_id: bool) -> Any:
    """Whether a row is the one named, by id or by slug."""
    column = table_id if by_id else slug
    return column == bindparam("wanted_key", type_=column.type)


def viewer_parameters(viewer: Actor | None) -> dict[str, Any]:
    """The parameters that `viewer_reads` needs; none for somebody anonymous or administrators."""
    if viewer is None or viewer.is_admin or not viewer.sellers:
        return {}
    return {"viewer_sellers": list(viewer.sellers)}


def viewer_kind(viewer: Actor | None) -> str:
    if viewer is None or not (viewer.is_admin or viewer.sellers):
        return "public"
    return "admin" if viewer.is_admin else "member"


def viewer_reads(
    kind: str, seller_id: ColumnElement[SellerId], public: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether a viewer of `kind` may read what belongs to a seller, and is public or not."""
    if kind == "admin":
        return true()
    if kind == "member":
        return or_(
            public,
            seller_id.in_(bindparam("viewer_sellers", expanding=True, type_=sellers.c.id.type)),
        )
    return public


@cache
def _get(kind: str, *, by_id: bool) -> AnySelect:
    approved = sellers.c.status == SellerStatus.APPROVED
    return select(sellers).where(
        key_is(sellers.c.id, sellers.c.slug, by_id=by_id),
        viewer_reads(kind, sellers.c.id, approved),
    )


def readable_seller(read: ReadConnection, key: SellerId | str, viewer: Actor | None) -> AnyRow:
    """The row of a seller that `viewer` may read. Raises `NotFound`."""
    statement = _get(viewer_kind(viewer), by_id=isinstance(key, UUID))
    row = read.execute(statement, key_parameters(key) | viewer_parameters(viewer)).first()
    if row is None:
        raise NotFound("seller", key)
    return row


def own_seller(read: ReadConnection, key: SellerId | str, viewer: Actor) -> SellerId:
    """The id of a seller that `viewer` belongs to or administers.

    Raises:
        NotFound: the viewer may not even read it.
        Forbidden: it is public.
    """
    if isinstance(key, UUID) and key in viewer.sellers:
        return SellerId(key)
    seller_id: SellerId = readable_seller(read, key, viewer).id
    if not viewer.reads(seller_id):
        raise Forbidden("This needs a member of the seller.")
    return seller_id


class SqlSellerQueries:
    """Implements `application.sellers.queries.SellerQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, seller: SellerId | str, viewer: Actor | None) -> SellerView:
        """By id or slug. Raises `NotFound`."""
        return _view(readable_seller(self._read, seller, viewer), viewer)

    def list(
        self, page: PageRequest, viewer: Actor | None, status: SellerStatus | None
    ) -> Page[SellerView]:
        """Sorted by name, or `newest`. Approved ones, unless an administrator asks for another
        status. Raises `InvalidCursor`, and for anybody else who asks `Unauthenticated` or
        `Forbidden`."""
        wanted = status or SellerStatus.APPROVED
        if wanted is not SellerStatus.APPROVED:
            if viewer is None:
                raise Unauthenticated("unauthenticated", "Only approved sellers are public.")
            if not viewer.is_admin:
                raise Forbidden("Sellers that are not approved are for administrators.")
        return fetch_page(
            self._read,
            _LISTING,
            page,
            _ITEMS,
            {"wanted_status": wanted},
            lambda rows: _view(rows[0], viewer),
        )

    def members(
        self, seller: SellerId | str, page: PageRequest, viewer: Actor
    ) -> Page[SellerMemberView]:
        """Oldest first. Raises `NotFound` for a seller that the viewer may not read, `Forbidden`
        for one whose owner or administrator the viewer is not."""
        managed = {"seller_id": self._managed(seller, viewer)}
        return fetch_page(self._read, _MEMBER_LISTING, page, _MEMBERS, managed, _member_view)

    def member(self, seller: SellerId | str, email: str, viewer: Actor) -> SellerMemberView:
        """By e-mail address. Raises as `members`, and `NotFound` for no member."""
        wanted = {"seller_id": self._managed(seller, viewer), "email": email}
        row = self._read.execute(_MEMBER, wanted).first()
        if row is None:
            raise NotFound("member", email)
        return _member_view([row])

    def _managed(self, seller: SellerId | str, viewer: Actor) -> SellerId:
        if isinstance(seller, UUID) and seller in viewer.sellers:
            seller_id = SellerId(seller)
        else:
            seller_id = readable_seller(self._read, seller, viewer).id
        if not viewer.is_admin and viewer.sellers.get(seller_id) is not MemberRole.OWNER:
            raise Forbidden("This needs an owner of the seller.")
        return seller_id


def _view(row: AnyRow, viewer: Actor | None) -> SellerView:
    return SellerView(
        id=row.id,
        name=row.name,
        slug=row.slug,
        description=row.description,
        status=row.status,
        reason=row.reason if viewer is not None and viewer.reads(row.id) else None,
        version=row.version,
        created_at=row.created_at,
    )


def _member_view(rows: Sequence[AnyRow]) -> SellerMemberView:
    row = rows[0]
    return SellerMemberView(
        id=row.id, email=row.email, name=row.name, role=row.role, created_at=row.created_at
    )
