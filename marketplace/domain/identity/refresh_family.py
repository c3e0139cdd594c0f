"""Refresh tokens that rotate: each is good once, and all that stem from one sign-in are a family.

The rule is refresh token rotation with reuse detection (RFC 9700, section 4.14.2), with a short
grace so that a client whose answer was lost may ask again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.domain.errors import Unauthenticated
from marketplace.domain.identity.events import RefreshTokenReused
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import RefreshFamilyId, UserId

GRACE = timedelta(seconds=10)


@dataclass(eq=False, kw_only=True)
class RefreshFamily(AggregateRoot):
    """One sign-in. Only hashes are kept: of the token that is good now, and of the one before."""

    id: RefreshFamilyId
    user_id: UserId
    current_hash: str
    previous_hash: str | None = None
    rotated_at: datetime
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None

    @classmethod
    def start(
        cls,
        *,
        id: RefreshFamilyId,
        user_id: UserId,
        token_hash: str,
        now: datetime,
        lifetime: timedelta,
    ) -> "RefreshFamily":
        return cls(
            id=id,
            user_id=user_id,
            current_hash=token_hash,
            rotated_at=now,
            created_at=now,
            expires_at=now + lifetime,
        )

    def rotate(
        self, *, token_hash: str, successor_hash: str, now: datetime, lifetime: timedelta
    ) -> bool:
        """Spend the token behind `token_hash`; say whether its successor may be handed out.

        Within the grace a token spent just before yields the same successor again. False means
        that the token was reused and that the family is dead: commit that, then refuse.

        Raises:
            Unauthenticated: `invalid_token`, when the family has ended or expired.
        """
        if self.ended_at is not None or self.expires_at <= now:
            raise Unauthenticated("invalid_token", "This session has ended: sign in again.")
        if token_hash == self.current_hash:
            self.previous_hash = token_hash
            self.current_hash = successor_hash
            self.rotated_at = now
            self.expires_at = now + lifetime
            self.version += 1
            return True
        if token_hash == self.previous_hash and now < self.rotated_at + GRACE:
            return True
        self.end(now)
        self.record(RefreshTokenReused(user_id=self.user_id, family_id=self.id, occurred_at=now))
        return False

    def end(self, now: datetime) -> None:
        """Sign out. Ending twice is no fault."""
        if self.ended_at is None:
            self.ended_at = now
            self.version += 1
