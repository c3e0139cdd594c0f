"""What is read of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.application.actor import Actor
from marketplace.application.paging import Page, PageRequest
from marketplace.application.ports import AccessClaims
from marketplace.domain.identity.user import Role
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.ids import AddressId, SellerId, UserId


@dataclass(frozen=True, kw_only=True)
class MembershipView:
    id: SellerId
    name: str
    role: MemberRole


@dataclass(frozen=True, kw_only=True)
class UserView:
    id: UserId
    email: str
    name: str
    roles: Sequence[Role]
    sellers: Sequence[MembershipView]
    version: int
    created_at: datetime


class UserQueries(Protocol):
    def actor(self, claims: AccessClaims) -> Actor | None:
        """Whom the claims stand for, or None when the session has ended. One statement."""

    def get(self, user_id: UserId) -> UserView:
        """Raises `NotFound`."""

    def list(self, page: PageRequest) -> Page[UserView]:
        """Newest first. Raises `InvalidCursor`."""


@dataclass(frozen=True, kw_only=True)
class SavedAddressView(Address):
    id: AddressId
    version: int
    created_at: datetime


class AddressQueries(Protocol):
    def get(self, address_id: AddressId, viewer: Actor) -> SavedAddressView:
        """One of the viewer's. Raises `NotFound`."""

    def list(self, page: PageRequest, viewer: Actor) -> Page[SavedAddressView]:
        """The viewer's, newest first. Raises `InvalidCursor`."""
