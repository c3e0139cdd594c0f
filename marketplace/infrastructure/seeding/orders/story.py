"""The life of an order, as far as it has come: lived through by the rules of the domain and the
steps of the use cases, each at its time, so that nothing here says what an order looks like."""

import heapq
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from math import log
from typing import Final, cast

from marketplace.application.orders.steps import accept, await_provider, cancel_units, refuse
from marketplace.application.payments.steps import answer_operation
from marketplace.application.ports import OperationOutcome
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.parts import OrderLine, SellerOrder
from marketplace.domain.orders.statuses import By, OrderEntryKind
from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.ids import (
    OperationId,
    OrderLineId,
    PaymentId,
    SellerOrderId,
    ShipmentId,
)
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.statuses import CarrierStatus
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.infrastructure.payments.tokens import Token
from marketplace.infrastructure.seeding.orders.desk import Desk
from marketplace.infrastructure.seeding.orders.market import Market, something
from marketplace.infrastructure.seeding.orders.parcels import (
    USUAL_CARRIER,
    Parcel,
    place_of,
    way,
)

SETTLED_WITHIN: Final = timedelta(minutes=10)
"""So long at most a payment is pending."""

_ANSWERED_AFTER: Final = timedelta(seconds=1)
_LATE_REASON: Final = "Arrived late"

# Of all orders.
_REFUSED: Final = 0.01
_CANCELLED: Final = 0.04
_CANCELLED_IN_PART: Final = 0.03
# Of the parts that are sent.
_LATE: Final = 0.02
_DIVIDED: Final = 0.15
# Of the parcels that came: back, in pieces, late.
_REFUNDED: Final = 0.9
_DAMAGED: Final = 0.03
_TOO_LATE: Final = 0.01


class Story:
    """What became of one order, of its money, its parcels and the stock that it moved.

    `number` is that of the order, as the database counts them.
    """

    order: Order
    payment: Payment
    token: Token = Token.OK

    def __init__(
        self, market: Market, number: int, placed_at: datetime, random: Callable[[], float]
    ) -> None:
        self.desk = Desk(market.seed, number, placed_at)
        self.parcels: list[Parcel] = []
        self._market = market
        self._number = number
        self._random = random
        self._uow = cast(UnitOfWork, self.desk)
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0
        self._place()
        while self._agenda and self._agenda[0][0] < market.until:
            self.desk.now, _, step = heapq.heappop(self._agenda)
            step()
        # What is to come holds on to this.
        self._agenda.clear()

    def _place(self) -> None:
        self.order = something(self._market, self.desk, self._random)
        self.order.number = f"ORD-{self.desk.now.year}-{self._number:06d}"
        self.payment = Payment.intend(
            id=PaymentId(self.desk.new_id()),
            order_id=self.order.id,
            provider=SandboxProvider.name,
            shares=self.order.shares,
            amount=self.order.total,
            now=self.desk.now,
        )
        self.desk.stock.allocate(self.order.id, self.order.quantities)
        self.desk.now += _ANSWERED_AFTER
        fate = self._random()
        if fate < _REFUSED:
            self.token = Token.PENDING_FAILS
            await_provider(self._uow, self.order, self.payment, self._reference(), None)
            self._plan(SETTLED_WITHIN * self._random(), self._refuse)
            return
        accept(self._uow, self.order, self.payment, self._reference(), captured=True)
        if fate < _REFUSED + _CANCELLED:
            self._plan(timedelta(hours=0.2 + 8 * self._random()), self._cancel)
            return
        if fate < _REFUSED + _CANCELLED + _CANCELLED_IN_PART:
            self._plan(timedelta(hours=0.2 + 5 * self._random()), self._cancel_a_part)
        for part in self.order.seller_orders:
            self._plan(self._handling(), partial(self._ship, part, divide=True))

    def _refuse(self) -> None:
        refuse(self._uow, self.order, self.payment, "The card was declined; nothing was charged.")

    def _cancel(self) -> None:
        self._cancel_units(self.order.seller_orders, None, By.BUYER, "Ordered by mistake")

    def _cancel_a_part(self) -> None:
        """Some units, by their seller; or all that one seller has."""
        parts = self.order.seller_orders
        part = parts[int(self._random() * len(parts))]
        if any(line.shipped for line in part.lines):
            return
        line = part.lines[int(self._random() * len(part.lines))]
        some = {line.id: 1 + int(self._random() * line.quantity)}
        wanted = None if self._random() < 0.3 else some
        self._cancel_units([part], wanted, By.SELLER, "Damaged in the warehouse")

    def _cancel_units(
        self,
        parts: list[SellerOrder],
        wanted: Mapping[OrderLineId, int] | None,
        by: By,
        reason: str,
    ) -> None:
        operation_id = OperationId(self.desk.new_id())
        cancel_units(
            self._uow,
            self.order,
            self.payment,
            parts,
            wanted,
            operation_id=operation_id,
            by=by,
            reason=reason,
        )
        self._answer(operation_id)

    def _handling(self) -> timedelta:
        """Most is sent within two days; now and then something lies for weeks."""
        days = 0.15 - 0.8 * log(1 - self._random())
        late = 8 + 12 * self._random() if self._random() < _LATE else 0
        return timedelta(days=min(days, 6) + late)

    def _ship(self, part: SellerOrder, *, divide: bool) -> None:
        order, now = self.order, self.desk.now
        units = {line.id: line.open for line in part.lines if line.open}
        if not units:
            return
        if divide and sum(units.values()) > 1 and self._random() < _DIVIDED:
            # What is not there yet follows: of the last line, all but what fits beside the rest.
            last, quantity = list(units.items())[-1]
            units[last] = quantity // 2
            units = {line_id: number for line_id, number in units.items() if number}
            days = 1 + 3 * self._random()
            self._plan(timedelta(days=days), partial(self._ship, part, divide=False))
        order.ship(part, units, now)
        self.desk.stock.ship(order.id, {line.offer_id: n for line, n in _lines(part, units)})
        order.derive_fulfilment(now)
        parcel = Parcel(
            id=ShipmentId(self.desk.new_id()),
            order_id=order.id,
            part=part,
            carrier=self._carrier(part),
            tracking_number=f"0034{self._number:012d}{len(self.parcels) + 1:02d}",
            units=units,
            created_at=now,
        )
        self.parcels.append(parcel)
        for at, status in way(now, self._random):
            self._plan(at - now, partial(self._scan, parcel, status))

    def _carrier(self, part: SellerOrder) -> str:
        for method in self._market.goods.sellers[part.seller_id].methods:
            if method.id == part.shipping_method_id and method.carrier:
                return method.carrier
        return USUAL_CARRIER

    def _scan(self, parcel: Parcel, status: CarrierStatus) -> None:
        order, now, random = self.order, self.desk.now, self._random
        parcel.scan(
            status,
            id=self.desk.new_id(),
            late=timedelta(minutes=1 + 30 * random()),
            location=place_of(status, order.shipping_address.city, random),
            now=now,
        )
        if status is CarrierStatus.DELIVERED:
            order.deliver(parcel.part.id, parcel.units, now)
            self._complain(parcel)
        elif status is CarrierStatus.RETURNED:
            back = order.take_back(parcel.part.id, parcel.units, now)
            self.desk.stock.take_back(order.id, back)
            if random() < _REFUNDED:
                self._plan(
                    timedelta(hours=2 + 30 * random()),
                    partial(self._refund_units, parcel.units, "Came back undelivered"),
                )
        else:
            return
        order.derive_fulfilment(now)

    def _complain(self, parcel: Parcel) -> None:
        drawn = self._random()
        after = timedelta(days=0.5 + 5 * self._random())
        if drawn < _DAMAGED:
            one = {next(iter(parcel.units)): 1}
            self._plan(after, partial(self._refund_units, one, "Arrived damaged"))
        elif drawn < _DAMAGED + _TOO_LATE and parcel.part.shipping_price.amount:
            self._plan(after, partial(self._refund_shipping, parcel.part))

    def _refund_units(self, units: Mapping[OrderLineId, int], reason: str) -> None:
        settled = self.payment.ledger.settled_lines
        order = self.order
        shares = order.value_of(order.seller_orders, units, settled, too_high="refund_too_high")
        self._refund(shares, units, reason)

    def _refund_shipping(self, part: SellerOrder) -> None:
        # Of a part in two parcels, both may be late.
        if not any(entry.reason == _LATE_REASON for entry in self.payment.ledger.events):
            self._refund({part.id: part.shipping_price}, {}, _LATE_REASON)

    def _refund(
        self,
        shares: Mapping[SellerOrderId, Money],
        units: Mapping[OrderLineId, int],
        reason: str,
    ) -> None:
        """As a seller asks for it."""
        now, operation_id = self.desk.now, OperationId(self.desk.new_id())
        self.payment.request_refund(operation_id, shares, units, reason, now)
        self.order.note(
            OrderEntryKind.REFUND_REQUESTED,
            By.SELLER,
            now,
            amount=Money.sum(shares.values(), self.order.currency),
            reason=reason,
            lines=units,
        )
        self._answer(operation_id)

    def _answer(self, operation_id: OperationId) -> None:
        self.desk.now += _ANSWERED_AFTER
        outcome = OperationOutcome(succeeded=True, reference=self._reference())
        answer_operation(self._uow, self.order, self.payment, operation_id, outcome)

    def _reference(self) -> str:
        return f"sbx_{self.desk.new_id().hex}"

    def _plan(self, after: timedelta, step: Callable[[], None]) -> None:
        self._planned += 1
        heapq.heappush(self._agenda, (self.desk.now + after, self._planned, step))


def _lines(part: SellerOrder, units: Mapping[OrderLineId, int]) -> list[tuple[OrderLine, int]]:
    return [(line, units[line.id]) for line in part.lines if line.id in units]
