"""The cart: what a user wants, of whom, and at which price it was seen."""

from dataclasses import dataclass, field
from datetime import datetime

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import CartId, OfferId, UserId
from marketplace.domain.shared.money import MAX_AMOUNT, Money

MOST_ITEMS = 100
MOST_UNITS = 10_000


@dataclass(eq=False, kw_only=True)
class CartItem:
    """`seen` is the price of a unit when the item was last put, at `put_at`."""

    offer_id: OfferId
    quantity: int
    seen: Money
    added_at: datetime
    put_at: datetime


@dataclass(eq=False, kw_only=True)
class Cart(AggregateRoot):
    """A user has one, for ever; its `id` becomes another when what is in it has been ordered.

    It promises nothing: neither price nor stock. `refreshing.refresh` tells what became of it.
    """

    id: CartId
    user_id: UserId
    items: list[CartItem] = field(default_factory=list)
    created_at: datetime
    updated_at: datetime

    @classmethod
    def open(cls, *, id: CartId, user_id: UserId, now: datetime) -> "Cart":
        return cls(id=id, version=1, user_id=user_id, created_at=now, updated_at=now)

    def put(self, offer_id: OfferId, quantity: int, seen: Money, now: datetime) -> None:
        """Want `quantity` units, whatever was wanted of this offer before.

        Raises:
            RuleViolated: `invalid_quantity`; `amount_out_of_range` where no price can say it.
            Conflict: `cart_full`.
        """
        if not 1 <= quantity <= MOST_UNITS:
            raise RuleViolated(
                "invalid_quantity", f"Put 1 to {MOST_UNITS} units.", field="/quantity"
            )
        if seen.amount * quantity > MAX_AMOUNT:
            raise RuleViolated(
                "amount_out_of_range", "So many units cost more than 2^53-1.", field="/quantity"
            )
        item = self._find(offer_id)
        if item is not None:
            item.quantity, item.seen, item.put_at = quantity, seen, now
        elif len(self.items) >= MOST_ITEMS:
            raise Conflict("cart_full", f"A cart has at most {MOST_ITEMS} items.")
        else:
            self.items.append(
                CartItem(offer_id=offer_id, quantity=quantity, seen=seen, added_at=now, put_at=now)
            )
        self._touch(now)

    def remove(self, offer_id: OfferId, now: datetime) -> None:
        """What is not in it is removed already."""
        item = self._find(offer_id)
        if item is not None:
            self.items.remove(item)
            self._touch(now)

    def clear(self, now: datetime) -> None:
        if self.items:
            self.items.clear()
            self._touch(now)

    def _find(self, offer_id: OfferId) -> CartItem | None:
        return next((item for item in self.items if item.offer_id == offer_id), None)

    def _touch(self, now: datetime) -> None:
        self.updated_at = now
        self.version += 1
