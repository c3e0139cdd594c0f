"""Accounts, sessions, and failed sign-ins."""

import math
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, text

from marketplace.domain.identity.refresh_family import RefreshFamily
from marketplace.domain.identity.repositories import AttemptLimit, Exceeded
from marketplace.domain.identity.saved_address import SavedAddress
from marketplace.domain.identity.user import User, fold_email
from marketplace.domain.shared.ids import AddressId, RefreshFamilyId, UserId
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import addresses, refresh_families, users
from marketplace.infrastructure.database.transaction import Transaction


class SqlUserRepository(SqlRepository[User]):
    aggregate = User
    table = users
    what = "user"

    def get(self, user_id: UserId) -> User:
        """Raises `NotFound`."""
        return self._found(user_id, self._find(users.c.id == user_id))

    def find_by_email(self, email: str) -> User | None:
        """Compare without regard to case."""
        return self._find(func.lower(users.c.email) == fold_email(email))


class SqlRefreshFamilyRepository(SqlRepository[RefreshFamily]):
    aggregate = RefreshFamily
    table = refresh_families
    what = "session"

    def find_for_update(self, family_id: RefreshFamilyId) -> RefreshFamily | None:
        """Lock the family: two uses of one token must not both be the first."""
        return self._find_for_update(refresh_families.c.id == family_id)


_LOCK_USER = (
    select(users.c.id).where(users.c.id == bindparam("its_user")).with_for_update(key_share=True)
)
_COUNT_ADDRESSES = (
    select(func.count()).select_from(addresses).where(addresses.c.user_id == bindparam("its_user"))
)


class SqlSavedAddressRepository(SqlRepository[SavedAddress]):
    aggregate = SavedAddress
    table = addresses
    what = "address"

    def get(self, address_id: AddressId, user_id: UserId) -> SavedAddress:
        """Of this user. Raises `NotFound`."""
        found = self._find(addresses.c.id == address_id, addresses.c.user_id == user_id)
        return self._found(address_id, found)

    def remove(self, address: SavedAddress) -> None:
        self._transaction.delete(address)

    def count_for_update(self, user_id: UserId) -> int:
        """How many the user has; others that count them wait until this transaction ends."""
        self._transaction.read(_LOCK_USER, {"its_user": user_id})
        return int(self._transaction.read(_COUNT_ADDRESSES, {"its_user": user_id}).scalar_one())


# Both lock the rows in the order of their keys.
_COUNT = text(
    """
    INSERT INTO login_throttle AS counted (key, failures, resets_at)
    SELECT key, 1, resets_at
    FROM unnest(CAST(:keys AS text[]), CAST(:resets AS timestamptz[])) AS tried (key, resets_at)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN counted.resets_at <= :now THEN 1 ELSE counted.failures + 1 END,
        resets_at = CASE WHEN counted.resets_at <= :now
            THEN excluded.resets_at ELSE counted.resets_at END
    RETURNING key, failures, resets_at
    """
)
_TAKE_BACK = text(
    """
    WITH locked AS MATERIALIZED (
        SELECT key FROM login_throttle WHERE key = ANY(:keys) ORDER BY key FOR UPDATE
    )
    UPDATE login_throttle AS counted
    SET failures = CASE
        WHEN counted.key = :forgotten THEN 0 ELSE greatest(counted.failures - 1, 0) END
    FROM locked
    WHERE counted.key = locked.key
    """
)


class SqlLoginThrottle:
    """Implements `domain.identity.repositories.LoginThrottle`, with fixed windows."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def attempt(self, limits: Sequence[AttemptLimit], now: datetime) -> Exceeded | None:
        """Count one attempt for each key, or return the limit that holds longest, counting
        nothing."""
        keys = [limit.key for limit in limits]
        counted = self._transaction.write(
            _COUNT, {"keys": keys, "resets": [now + limit.window for limit in limits], "now": now}
        ).all()
        most = {limit.key: limit.most for limit in limits}
        reached = [row for row in counted if row.failures > most[row.key]]
        if not reached:
            return None
        # The rows are locked since they were counted, so this leaves them as they were.
        self._take_back(keys, forgotten=None)
        longest = max(reached, key=lambda row: row.resets_at)
        seconds = math.ceil((longest.resets_at - now).total_seconds())
        return Exceeded(most[longest.key], max(1, seconds))

    def succeeded(self, limits: Sequence[AttemptLimit], now: datetime) -> None:
        """Take the attempt back for each key, and forget the first key's failures entirely."""
        self._take_back([limit.key for limit in limits], forgotten=limits[0].key)

    def _take_back(self, keys: Sequence[str], forgotten: str | None) -> None:
        self._transaction.write(_TAKE_BACK, {"keys": list(keys), "forgotten": forgotten})
