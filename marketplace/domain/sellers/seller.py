"""The seller: a business with a public profile, members and a status."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from marketplace.domain.errors import Conflict, InvalidTransition, NotFound
from marketplace.domain.sellers.events import (
    SellerApplied,
    SellerMemberAdded,
    SellerMemberRemoved,
    SellerProfileChanged,
    SellerStatusChanged,
)
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import SellerId, UserId
from marketplace.domain.shared.state import require_transition
from marketplace.domain.shared.text import require_text

NAME_LONGEST = 120


class SellerStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUSPENDED = "suspended"


TRANSITIONS: Mapping[SellerStatus, Set[SellerStatus]] = {
    SellerStatus.PENDING: {SellerStatus.APPROVED, SellerStatus.REJECTED},
    SellerStatus.APPROVED: {SellerStatus.SUSPENDED},
    SellerStatus.SUSPENDED: {SellerStatus.APPROVED},
    SellerStatus.REJECTED: set(),
}


class MemberRole(StrEnum):
    """Viewers read, managers write, owners also manage the members."""

    OWNER = "owner"
    MANAGER = "manager"
    VIEWER = "viewer"


@dataclass(eq=False, kw_only=True)
class SellerMember:
    user_id: UserId
    role: MemberRole
    created_at: datetime


@dataclass(eq=False, kw_only=True)
class Seller(AggregateRoot):
    """Applies as pending; only an approved one may submit products and be bought from."""

    id: SellerId
    name: str
    slug: str
    description: str = ""
    status: SellerStatus = SellerStatus.PENDING
    reason: str | None = None
    members: list[SellerMember] = field(default_factory=list)
    created_at: datetime
    updated_at: datetime

    @classmethod
    def apply(
        cls,
        *,
        id: SellerId,
        name: str,
        slug: str,
        description: str,
        owner_id: UserId,
        now: datetime,
    ) -> "Seller":
        seller = cls(
            id=id,
            name=require_text(name, "/name", longest=NAME_LONGEST),
            slug=slug,
            description=description,
            members=[SellerMember(user_id=owner_id, role=MemberRole.OWNER, created_at=now)],
            created_at=now,
            updated_at=now,
        )
        seller.record(SellerApplied(seller_id=id, owner_id=owner_id, occurred_at=now))
        return seller

    @property
    def is_public(self) -> bool:
        """Whether anybody may see it."""
        return self.status is SellerStatus.APPROVED

    def approve(self, now: datetime) -> None:
        self._admit(SellerStatus.PENDING, now)

    def reject(self, reason: str, now: datetime) -> None:
        self._move(SellerStatus.REJECTED, reason, now)

    def suspend(self, reason: str, now: datetime) -> None:
        self._move(SellerStatus.SUSPENDED, reason, now)

    def reinstate(self, now: datetime) -> None:
        self._admit(SellerStatus.SUSPENDED, now)

    def change_profile(
        self, *, name: str | None, slug: str | None, description: str | None, now: datetime
    ) -> None:
        """Change what is given; None leaves a field as it is."""
        if name is not None:
            self.name = require_text(name, "/name", longest=NAME_LONGEST)
        if slug is not None:
            self.slug = slug
        if description is not None:
            self.description = description
        self.updated_at = now
        self.record(SellerProfileChanged(seller_id=self.id, occurred_at=now))

    def add_member(self, user_id: UserId, role: MemberRole, now: datetime) -> None:
        if any(member.user_id == user_id for member in self.members):
            raise Conflict("already_member", "This account is a member of the seller already.")
        self.members.append(SellerMember(user_id=user_id, role=role, created_at=now))
        self.updated_at = now
        self.record(
            SellerMemberAdded(seller_id=self.id, user_id=user_id, role=role, occurred_at=now)
        )

    def remove_member(self, user_id: UserId, now: datetime) -> None:
        """Raises `NotFound`, or `Conflict` when nobody would be left to manage the members."""
        leaving = next((m for m in self.members if m.user_id == user_id), None)
        if leaving is None:
            raise NotFound("member", user_id)
        owners = [m for m in self.members if m.role is MemberRole.OWNER]
        if owners == [leaving]:
            raise Conflict("last_owner", "A seller keeps at least one owner.")
        self.members.remove(leaving)
        self.updated_at = now
        self.record(SellerMemberRemoved(seller_id=self.id, user_id=user_id, occurred_at=now))

    def _admit(self, waiting: SellerStatus, now: datetime) -> None:
        # Approval and reinstatement lead to the same status, each from one of its own.
        if self.status is not waiting:
            allowed = sorted(TRANSITIONS[self.status])
            raise InvalidTransition("seller", self.status, "approved in this way", allowed)
        self._move(SellerStatus.APPROVED, None, now)

    def _move(self, wanted: SellerStatus, reason: str | None, now: datetime) -> None:
        before = self.status
        self.status = require_transition("seller", TRANSITIONS, before, wanted)
        self.reason = reason
        self.updated_at = now
        self.record(
            SellerStatusChanged(
                seller_id=self.id, before=before, after=wanted, reason=reason, occurred_at=now
            )
        )
