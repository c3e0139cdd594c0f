"""The account of a person."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from marketplace.domain.identity.events import (
    AdministratorAppointed,
    UserRegistered,
    UserRenamed,
)
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import UserId
from marketplace.domain.shared.text import require_text

NAME_LONGEST = 200


def fold_email(email: str) -> str:
    """The form in which addresses are compared: what differs in case only is one account."""
    return email.strip().lower()


class Role(StrEnum):
    """What an account may do beside its own things. Sellers' members are no role: see sellers."""

    CUSTOMER = "customer"
    ADMIN = "admin"


@dataclass(eq=False, kw_only=True)
class User(AggregateRoot):
    """`email` is stored as typed and compared without case; `session_version` ends every access
    token when it is raised."""

    id: UserId
    email: str
    name: str
    password_hash: str
    roles: frozenset[Role] = field(default=frozenset({Role.CUSTOMER}))
    session_version: int = 1
    created_at: datetime
    updated_at: datetime

    @classmethod
    def register(
        cls, *, id: UserId, email: str, name: str, password_hash: str, now: datetime
    ) -> "User":
        user = cls(
            id=id,
            email=email,
            name=require_text(name, "/name", longest=NAME_LONGEST),
            password_hash=password_hash,
            created_at=now,
            updated_at=now,
        )
        user.record(UserRegistered(user_id=id, email=user.email, occurred_at=now))
        return user

    def rename(self, name: str, now: datetime) -> None:
        self.name = require_text(name, "/name", longest=NAME_LONGEST)
        self.updated_at = now
        self.record(UserRenamed(user_id=self.id, name=self.name, occurred_at=now))

    def make_admin(self, now: datetime) -> None:
        """Grant the administrator's role; who asks for it is not an actor of the API."""
        self.roles = self.roles | {Role.ADMIN}
        self.updated_at = now
        self.record(AdministratorAppointed(user_id=self.id, occurred_at=now))

    def rehash_password(self, password_hash: str) -> None:
        """Store the same password under newer parameters: nothing that a client can see."""
        self.password_hash = password_hash
