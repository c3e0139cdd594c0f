"""What happens to sellers."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import SellerId, UserId


@dataclass(frozen=True, kw_only=True)
class SellerApplied(Event):
    seller_id: SellerId
    owner_id: UserId


@dataclass(frozen=True, kw_only=True)
class SellerStatusChanged(Event):
    seller_id: SellerId
    before: str
    after: str
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class SellerProfileChanged(Event):
    seller_id: SellerId


@dataclass(frozen=True, kw_only=True)
class SellerMemberAdded(Event):
    seller_id: SellerId
    user_id: UserId
    role: str


@dataclass(frozen=True, kw_only=True)
class SellerMemberRemoved(Event):
    seller_id: SellerId
    user_id: UserId
