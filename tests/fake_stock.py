"""The stock of `tests.fakes`, with its journal."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from marketplace.application.ports import IdFactory
from marketplace.domain.errors import NotFound
from marketplace.domain.inventory.events import StockCameBack, StockRanLow, StockRanOut
from marketplace.domain.inventory.movement import MovementKind, StockMovement
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import MovementId, OfferId, OrderId, UserId
from tests.fake_state import State


class FakeStock:
    """Writes the journal and tells of limits that are crossed, as the database does."""

    def __init__(self, state: State, seen: list[Any], now: datetime, new_id: IdFactory) -> None:
        self._kept = state.stock
        self._journal = state.movements
        self._now = now
        self._new_id = new_id
        self._events: list[Event] = []
        seen.append(self)

    def drain_events(self) -> list[Event]:
        drained, self._events = self._events, []
        return drained

    def add(self, *items: StockItem, actor_id: UserId | None = None) -> None:
        for item in items:
            self._kept[item.offer_id] = replace(item, allocated=0)
            if item.on_hand:
                self._note(MovementKind.RECEIVED, item.offer_id, item.on_hand, actor_id=actor_id)

    def get(self, offer_id: OfferId) -> StockItem:
        if offer_id not in self._kept:
            raise NotFound("stock of offer", offer_id)
        return replace(self._kept[offer_id])

    def get_for_update(self, offer_id: OfferId) -> StockItem:
        return self.get(offer_id)

    def record(self, movement: StockMovement) -> None:
        self._move(movement.offer_id, on_hand=movement.quantity)
        self._journal[movement.id] = movement

    def watch(self, item: StockItem) -> None:
        self._kept[item.offer_id].low_stock_threshold = item.low_stock_threshold

    def allocate(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> Collection[OfferId]:
        lacking = []
        for offer_id, quantity in quantities.items():
            item = self._kept.get(offer_id)
            if item is None or item.available < quantity:
                lacking.append(offer_id)
            else:
                self._move(offer_id, allocated=quantity)
                self._note(MovementKind.ALLOCATED, offer_id, quantity, order_id)
        return lacking

    def release(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        for offer_id, quantity in quantities.items():
            self._move(offer_id, allocated=-quantity)
            self._note(MovementKind.RELEASED, offer_id, -quantity, order_id)

    def ship(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        for offer_id, quantity in quantities.items():
            self._move(offer_id, on_hand=-quantity, allocated=-quantity)
            self._note(MovementKind.SHIPPED, offer_id, -quantity, order_id)

    def take_back(self, order_id: OrderId, quantities: Mapping[OfferId, int]) -> None:
        for offer_id, quantity in quantities.items():
            self._move(offer_id, on_hand=quantity)
            self._note(MovementKind.RETURNED, offer_id, quantity, order_id)

    def _move(self, offer_id: OfferId, *, on_hand: int = 0, allocated: int = 0) -> None:
        item = self._kept[offer_id]
        before = item.available
        item.on_hand += on_hand
        item.allocated += allocated
        after, low = item.available, item.low_stock_threshold
        told: list[type[StockRanLow | StockRanOut | StockCameBack]] = []
        if after == 0 < before:
            told.append(StockRanOut)
        if before == 0 < after:
            told.append(StockCameBack)
        if low is not None and after <= low < before:
            told.append(StockRanLow)
        self._events += [
            kind(offer_id=offer_id, available=after, occurred_at=self._now) for kind in told
        ]

    def _note(
        self,
        kind: MovementKind,
        offer_id: OfferId,
        quantity: int,
        order_id: OrderId | None = None,
        actor_id: UserId | None = None,
    ) -> None:
        movement = StockMovement(
            id=MovementId(self._new_id()),
            offer_id=offer_id,
            kind=kind,
            quantity=quantity,
            on_hand=self._kept[offer_id].on_hand,
            allocated=self._kept[offer_id].allocated,
            order_id=order_id,
            actor_id=actor_id,
            occurred_at=self._now,
        )
        self._journal[movement.id] = movement
