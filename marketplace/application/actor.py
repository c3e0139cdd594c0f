"""Who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from marketplace.domain.errors import Forbidden, NotFound
from marketplace.domain.identity.user import Role
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import OrderId, RefreshFamilyId, SellerId, UserId

_WRITERS = frozenset({MemberRole.OWNER, MemberRole.MANAGER})


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A signed-in account, with the sellers that it is a member of."""

    user_id: UserId
    email: str
    name: str
    roles: frozenset[Role]
    sellers: Mapping[SellerId, MemberRole]
    family_id: RefreshFamilyId

    @property
    def is_admin(self) -> bool:
        return Role.ADMIN in self.roles

    def as_owner(self, seller_id: SellerId) -> "Actor":
        """The actor with what the account has become since it was loaded."""
        return replace(self, sellers={**self.sellers, seller_id: MemberRole.OWNER})

    def require_admin(self) -> None:
        """Raises `Forbidden`."""
        if not self.is_admin:
            raise Forbidden("This needs an administrator.")

    def reads(self, seller_id: SellerId) -> bool:
        """Whether everything of this seller is open to the actor."""
        return self.is_admin or seller_id in self.sellers

    def manages(self, seller_id: SellerId) -> bool:
        """Whether the actor may change things of this seller."""
        return self.sellers.get(seller_id) in _WRITERS

    def require_manager(
        self, seller_id: SellerId, *, what: str, key: object, visible: bool
    ) -> None:
        """Ask for an owner or manager of the seller that the object `what` belongs to.

        `visible` tells whether anybody may read the object.

        Raises:
            NotFound: the actor may not even read it.
            Forbidden: the actor may read it.
        """
        if self.manages(seller_id):
            return
        if not visible and not self.reads(seller_id):
            raise NotFound(what, key)
        raise Forbidden("This needs an owner or manager of the seller.")

    def require_owner(self, seller_id: SellerId, *, key: object, visible: bool) -> None:
        """Ask for an owner of the seller. Raises as `require_manager`."""
        if self.sellers.get(seller_id) is MemberRole.OWNER:
            return
        if not visible and not self.reads(seller_id):
            raise NotFound("seller", key)
        raise Forbidden("This needs an owner of the seller.")


@dataclass(frozen=True, kw_only=True)
class OrderAccess:
    """Whoever holds the token of one order that was placed without an account."""

    order_id: OrderId


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Whoever buys without an account. `email` is in lower case."""

    email: str


Caller: TypeAlias = Actor | OrderAccess
"""Whoever shows a token."""
