"""An address that a user keeps for later orders."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.domain.shared.address import Address
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import AddressId, UserId

MOST_ADDRESSES = 100


@dataclass(eq=False, kw_only=True)
class SavedAddress(AggregateRoot):
    """Its user's alone: nobody is told what becomes of it."""

    id: AddressId
    user_id: UserId
    address: Address
    created_at: datetime
    updated_at: datetime

    @classmethod
    def save(
        cls, *, id: AddressId, user_id: UserId, address: Address, now: datetime
    ) -> "SavedAddress":
        return cls(
            id=id, version=1, user_id=user_id, address=address, created_at=now, updated_at=now
        )

    def change(self, address: Address, now: datetime) -> None:
        """The address that it is already changes nothing."""
        if address == self.address:
            return
        self.address = address
        self.updated_at = now
        self.version += 1
