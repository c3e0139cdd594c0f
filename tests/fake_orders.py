"""Orders and payments in memory. Stored as they were when a method was called."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.domain.errors import Conflict, NotFound, Stale
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.timeline import OrderEntry
from marketplace.domain.payments.payment import Payment
from marketplace.domain.payments.statuses import PaymentState
from marketplace.domain.shared.ids import CartId, OrderId, PaymentId, SellerOrderId
from tests.fake_repositories import Keeper
from tests.fake_state import DEAD, State, copied


class FakeOrders(Keeper[Order]):
    what = "order"

    def __init__(self, state: State, seen: list[Any]) -> None:
        super().__init__(state.orders, seen)
        self._state = state

    def add(self, order: Order) -> None:
        if order.cart_id is not None and self.is_ordered(order.cart_id):
            raise Conflict("checkout_in_progress", "The database would refuse this.")
        self._state.order_number += 1
        order.number = f"ORD-{order.placed_at.year}-{self._state.order_number:06d}"
        self._store(order)

    def is_ordered(self, cart_id: CartId) -> bool:
        kept = self._kept.values()
        return any(each.cart_id == cart_id and each.abandoned_at is None for each in kept)

    def get(self, order: OrderId | str) -> Order:
        if isinstance(order, UUID):
            found = self._kept.get(order)
        else:
            found = next((each for each in self._kept.values() if each.number == order), None)
        return self._found(order, copied(found))

    def get_for_update(self, order: OrderId | str) -> Order:
        return self.get(order)

    def holding(self, seller_order_id: SellerOrderId) -> OrderId:
        for order in self._kept.values():
            if any(part.id == seller_order_id for part in order.seller_orders):
                return order.id
        raise NotFound("seller order", seller_order_id)

    def finalise(self, order: Order) -> None:
        self._settle(order)

    def abandon(self, order: Order) -> None:
        self._settle(order)

    def save(self, order: Order) -> None:
        self._store(order)

    def unfinalised(self, placed_before: datetime, limit: int) -> Sequence[OrderId]:
        pending = self._pending_orders()
        found = [
            order
            for order in self._kept.values()
            if order.finalised_at is None
            and order.placed_at < placed_before
            and (order.abandoned_at is None or order.id in pending)
        ]
        return _oldest(found, limit)

    def pending(self, placed_before: datetime, limit: int) -> Sequence[OrderId]:
        pending = self._pending_orders()
        found = [
            order
            for order in self._kept.values()
            if order.finalised_at is not None
            and order.id in pending
            and order.placed_at < placed_before
        ]
        return _oldest(found, limit)

    def timeline(self, order_id: OrderId) -> Sequence[OrderEntry]:
        return self._state.timelines[order_id]

    def _pending_orders(self) -> set[OrderId]:
        payments = self._state.payments.values()
        return {each.order_id for each in payments if each.status is PaymentState.PENDING}

    def _settle(self, order: Order) -> None:
        stored = self._kept[order.id]
        if stored.finalised_at is not None or stored.abandoned_at is not None:
            raise Stale("order")
        self._store(order)

    def _store(self, order: Order) -> None:
        self._see(order)
        self._state.timelines.setdefault(order.id, []).extend(order.drain_entries())
        # The events go to the outbox with `order` itself, at the commit.
        self._kept[order.id] = copied(order)
        self._kept[order.id].drain_events()


def _oldest(orders: Sequence[Order], limit: int) -> list[OrderId]:
    return [order.id for order in sorted(orders, key=lambda o: (o.placed_at, o.id))[:limit]]


class FakePayments(Keeper[Payment]):
    what = "payment"

    def add(self, payment: Payment) -> None:
        self._store(payment)

    def get(self, payment_id: PaymentId) -> Payment:
        return self._found(payment_id, copied(self._kept.get(payment_id)))

    def get_for_update(self, payment_id: PaymentId) -> Payment:
        return self.get(payment_id)

    def order_of(self, payment_id: PaymentId) -> OrderId:
        return self.get(payment_id).order_id

    def of_order(self, order_id: OrderId) -> Payment:
        found = [each for each in self._kept.values() if each.order_id == order_id]
        newest = sorted(found, key=lambda each: (each.created_at, each.id), reverse=True)
        live = [each for each in newest if each.status not in DEAD]
        return self._found(order_id, copied(next(iter(live or newest), None)))

    def find_by_key(self, provider_key: str) -> Payment | None:
        found = [each for each in self._kept.values() if each.provider_key == provider_key]
        return copied(found[0]) if found else None

    def unanswered(self, requested_before: datetime, limit: int) -> Sequence[Payment]:
        waiting = [
            (min(each.requested_at for each in payment.unanswered), payment.id, payment)
            for payment in self._kept.values()
            if payment.unanswered
        ]
        found = [each for each in sorted(waiting) if each[0] <= requested_before]
        return [copied(payment) for _, _, payment in found[:limit]]

    def save(self, payment: Payment) -> None:
        if self._kept[payment.id].stored != payment.stored:
            raise Stale("payment")
        self._store(payment)

    def _store(self, payment: Payment) -> None:
        self._see(payment)
        payment.stored = len(payment.ledger.events)
        self._kept[payment.id] = copied(payment)


class FakeProviderEvents:
    def __init__(self, kept: dict[tuple[str, str], bool]) -> None:
        self._kept = kept

    def add(self, provider: str, event_id: str) -> bool:
        if (provider, event_id) in self._kept:
            return False
        self._kept[provider, event_id] = True
        return True
