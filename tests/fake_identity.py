"""Accounts, sessions, saved addresses and attempts to sign in, in memory."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from marketplace.domain.identity.refresh_family import RefreshFamily
from marketplace.domain.identity.repositories import AttemptLimit, Exceeded
from marketplace.domain.identity.saved_address import SavedAddress
from marketplace.domain.identity.user import User
from marketplace.domain.shared.ids import AddressId, RefreshFamilyId, UserId
from tests.fake_repositories import Keeper


class FakeUsers(Keeper[User]):
    what = "user"

    def get(self, user_id: UserId) -> User:
        return self._found(user_id, self._kept.get(user_id))

    def find_by_email(self, email: str) -> User | None:
        wanted = email.strip().lower()
        found = next((user for user in self._kept.values() if user.email.lower() == wanted), None)
        if found is not None:
            self._see(found)
        return found


class FakeFamilies(Keeper[RefreshFamily]):
    def find_for_update(self, family_id: RefreshFamilyId) -> RefreshFamily | None:
        found = self._kept.get(family_id)
        if found is not None:
            self._see(found)
        return found


class FakeAddresses(Keeper[SavedAddress]):
    what = "address"

    def get(self, address_id: AddressId, user_id: UserId) -> SavedAddress:
        found = self._kept.get(address_id)
        return self._found(address_id, found if found and found.user_id == user_id else None)

    def remove(self, address: SavedAddress) -> None:
        del self._kept[address.id]

    def count_for_update(self, user_id: UserId) -> int:
        return sum(each.user_id == user_id for each in self._kept.values())


class FakeThrottle:
    def __init__(self, kept: dict[str, tuple[int, datetime]]) -> None:
        self._kept = kept

    def attempt(self, limits: Sequence[AttemptLimit], now: datetime) -> Exceeded | None:
        counted = {}
        reached = []
        for limit in limits:
            failures, resets_at = self._kept.get(limit.key, (0, now))
            if resets_at <= now:
                failures, resets_at = 0, now + limit.window
            counted[limit.key] = (failures + 1, resets_at)
            if failures >= limit.most:
                seconds = ceil((resets_at - now).total_seconds())
                reached.append(Exceeded(limit.most, max(1, seconds)))
        if reached:
            return max(reached, key=lambda each: each.retry_after)
        self._kept.update(counted)
        return None

    def succeeded(self, limits: Sequence[AttemptLimit], now: datetime) -> None:
        for limit in limits:
            failures, resets_at = self._kept.get(limit.key, (0, now))
            self._kept[limit.key] = (max(failures - 1, 0), resets_at)
        first = limits[0].key
        self._kept[first] = (0, self._kept[first][1])
