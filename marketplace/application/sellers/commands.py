"""What can be asked for about sellers."""

from dataclasses import dataclass

from marketplace.application.actor import Actor
from marketplace.application.precondition import Precondition
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import SellerId, UserId


@dataclass(frozen=True, kw_only=True)
class ApplyAsSeller:
    """`slug` None: derived from the name."""

    actor: Actor
    seller_id: SellerId
    name: str
    slug: str | None = None
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeSellerProfile:
    """None leaves a field as it is."""

    actor: Actor
    seller: SellerId | str
    precondition: Precondition
    name: str | None = None
    slug: str | None = None
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class ApproveSeller:
    actor: Actor
    seller: SellerId | str


@dataclass(frozen=True, kw_only=True)
class RejectSeller:
    actor: Actor
    seller: SellerId | str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SuspendSeller:
    actor: Actor
    seller: SellerId | str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReinstateSeller:
    actor: Actor
    seller: SellerId | str


@dataclass(frozen=True, kw_only=True)
class AddSellerMember:
    actor: Actor
    seller: SellerId | str
    email: str
    role: MemberRole


@dataclass(frozen=True, kw_only=True)
class RemoveSellerMember:
    actor: Actor
    seller: SellerId | str
    user_id: UserId
