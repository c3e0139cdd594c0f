"""Where accounts and sessions are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from marketplace.domain.identity.refresh_family import RefreshFamily
from marketplace.domain.identity.saved_address import SavedAddress
from marketplace.domain.identity.user import User
from marketplace.domain.shared.ids import AddressId, RefreshFamilyId, UserId


class UserRepository(Protocol):
    def add(self, user: User) -> None: ...

    def get(self, user_id: UserId) -> User:
        """Raises `NotFound`."""

    def find_by_email(self, email: str) -> User | None:
        """Compare without regard to case."""


class RefreshFamilyRepository(Protocol):
    def add(self, family: RefreshFamily) -> None: ...

    def find_for_update(self, family_id: RefreshFamilyId) -> RefreshFamily | None:
        """Lock the family: two uses of one token must not both be the first."""


class SavedAddressRepository(Protocol):
    def add(self, address: SavedAddress) -> None: ...

    def get(self, address_id: AddressId, user_id: UserId) -> SavedAddress:
        """Of this user. Raises `NotFound`."""

    def remove(self, address: SavedAddress) -> None: ...

    def count_for_update(self, user_id: UserId) -> int:
        """How many the user has; others that count them wait until this transaction ends."""


class AttemptLimit(NamedTuple):
    """At most `most` failures of `key` within `window`."""

    key: str
    most: int
    window: timedelta


class Exceeded(NamedTuple):
    """The limit that was reached, and the whole seconds until it is lifted."""

    most: int
    retry_after: int


class LoginThrottle(Protocol):
    """Counts sign-ins that failed, per account and per address.

    An attempt is counted before the password is looked at, so that many at once cannot slip
    through; one that succeeds is taken back.
    """

    def attempt(self, limits: Sequence[AttemptLimit], now: datetime) -> Exceeded | None:
        """Count one attempt for each key, or return the limit that holds longest, counting
        nothing."""

    def succeeded(self, limits: Sequence[AttemptLimit], now: datetime) -> None:
        """Take the attempt back for each key, and forget the first key's failures entirely."""
