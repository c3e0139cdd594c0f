"""What happens to accounts."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import RefreshFamilyId, UserId


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event):
    user_id: UserId
    email: str


@dataclass(frozen=True, kw_only=True)
class UserRenamed(Event):
    user_id: UserId
    name: str


@dataclass(frozen=True, kw_only=True)
class AdministratorAppointed(Event):
    user_id: UserId


@dataclass(frozen=True, kw_only=True)
class RefreshTokenReused(Event):
    """A spent refresh token came back: a thief or a broken client holds it."""

    user_id: UserId
    family_id: RefreshFamilyId
