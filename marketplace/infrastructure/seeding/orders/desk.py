"""Where the use cases of orders do their work without a database: what they would store is kept
in the aggregates, and what they move in stock is noted down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple, Self
from uuid import UUID

from marketplace.domain.inventory.movement import MovementKind
from marketplace.domain.shared.ids import OfferId, OrderId
from marketplace.infrastructure.seeding.plan import ending

_VERSION: Final = 0x7 << 76
_MOST_IDS: Final = 0xFFF


class Movement(NamedTuple):
    id: UUID
    offer_id: OfferId
    kind: MovementKind
    quantity: int
    order_id: OrderId
    occurred_at: datetime


class _Nowhere:
    """A repository that keeps nothing: whoever changed an aggregate has it."""

    def save(self, aggregate: object) -> None: ...

    def finalise(self, aggregate: object) -> None: ...

    def check_out(self, *cart: object, **order: object) -> None: ...


class Desk:
    """As much of a unit of work as orders and payments need. What is done, is done at `now`.

    Ids sort by time as those of the application, and no two of one seed are alike as long as no
    two desks have the same `number`.
    """

    orders = payments = carts = _Nowhere()

    def __init__(self, seed: int, number: int, now: datetime) -> None:
        self.now = now
        self.movements: list[Movement] = []
        self._end = int(ending(seed, number), 16)
        self._ids = 0

    def new_id(self) -> UUID:
        if self._ids > _MOST_IDS:
            raise OverflowError("too many ids of one order")
        milliseconds = int(self.now.timestamp() * 1000)
        value = milliseconds << 80 | _VERSION | self._ids << 64 | self._end
        self._ids += 1
        return UUID(int=value)

    @property
    def stock(self) -> Self:
        """Notes down what `StockRepository` would write into its journal."""
        return self

    def allocate(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        self._note(MovementKind.ALLOCATED, 1, order_id, quantities)

    def release(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        self._note(MovementKind.RELEASED, -1, order_id, quantities)

    def ship(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        self._note(MovementKind.SHIPPED, -1, order_id, quantities)

    def take_back(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        self._note(MovementKind.RETURNED, 1, order_id, quantities)

    def _note(
        self, kind: MovementKind, sign: int, order_id: OrderId, quantities: Mapping[OfferId, int]
    ) -> None:
        self.movements += [
            Movement(self.new_id(), offer_id, kind, sign * quantity, order_id, self.now)
            for offer_id, quantity in quantities.items()
        ]
