"""What can be asked for about accounts and sessions."""

from dataclasses import dataclass
from datetime import timedelta

from marketplace.application.actor import Actor
from marketplace.application.precondition import Precondition
from marketplace.domain.shared.ids import RefreshFamilyId, UserId


@dataclass(frozen=True, kw_only=True)
class Register:
    user_id: UserId
    email: str
    password: str
    name: str


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """`address` is the network address that the attempt comes from."""

    family_id: RefreshFamilyId
    login: str
    password: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Refresh:
    token: str


@dataclass(frozen=True, kw_only=True)
class SignOut:
    token: str


@dataclass(frozen=True, kw_only=True)
class ChangeProfile:
    """None leaves a field as it is."""

    actor: Actor
    precondition: Precondition
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class AppointAdministrator:
    """Asked for on the command line, by whoever runs the marketplace."""

    user_id: UserId
    email: str
    password: str
    name: str


@dataclass(frozen=True, kw_only=True)
class LoginLimits:
    """How many failed sign-ins are borne within `window`."""

    per_account: int
    per_address: int
    window: timedelta


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """`expires_in` is the access token's life in seconds."""

    access: str
    refresh: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the scheme, no secret
