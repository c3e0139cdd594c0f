"""What is read of sellers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.sellers.seller import MemberRole, SellerStatus
from marketplace.domain.shared.ids import SellerId, UserId


@dataclass(frozen=True, kw_only=True)
class SellerView:
    """`reason` is why it was rejected or suspended: None for those outside the seller."""

    id: SellerId
    name: str
    slug: str
    description: str
    status: SellerStatus
    reason: str | None
    version: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class SellerMemberView:
    id: UserId
    email: str
    name: str
    role: MemberRole
    created_at: datetime


class SellerQueries(Protocol):
    """Approved sellers are public; members see their own, administrators all."""

    def get(self, seller: SellerId | str, viewer: Actor | None) -> SellerView:
        """By id or slug. Raises `NotFound`."""

    def list(
        self, page: PageRequest, viewer: Actor | None, status: SellerStatus | None
    ) -> Page[SellerView]:
        """Sorted by name, or `newest`. Approved ones, unless an administrator asks for another
        status. Raises `InvalidCursor`, and for anybody else who asks `Unauthenticated` or
        `Forbidden`."""

    def members(
        self, seller: SellerId | str, page: PageRequest, viewer: Actor
    ) -> Page[SellerMemberView]:
        """Oldest first. Raises `NotFound` for a seller that the viewer may not read, `Forbidden`
        for one whose owner or administrator the viewer is not."""

    def member(self, seller: SellerId | str, email: str, viewer: Actor) -> SellerMemberView:
        """By e-mail address. Raises as `members`, and `NotFound` for no member."""
