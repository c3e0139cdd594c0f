"""The order aggregate. Prices are snapshots: nothing that was ordered is ever priced again."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.domain.errors import Conflict, RuleViolated
from marketplace.domain.orders.events import OrderAbandoned, OrderCancelled, OrderPlaced
from marketplace.domain.orders.parts import (
    OrderLine,
    Purchase,
    SellerOrder,
    ShippingChoice,
    fulfilment_of,
    paid_status,
)
from marketplace.domain.orders.statuses import (
    By,
    FulfilmentStatus,
    OrderEntryKind,
    OrderStatus,
    PaymentStatus,
)
from marketplace.domain.orders.timeline import OrderEntry
from marketplace.domain.orders.units import lines_of, named_units, open_units
from marketplace.domain.shared.address import Address
from marketplace.domain.shared.aggregate import AggregateRoot
from marketplace.domain.shared.ids import (
    CartId,
    OfferId,
    OrderId,
    OrderLineId,
    SellerId,
    SellerOrderId,
    UserId,
)
from marketplace.domain.shared.money import Money

SHIPPABLE = frozenset(
    {PaymentStatus.AUTHORIZED, PaymentStatus.PAID, PaymentStatus.PARTIALLY_REFUNDED}
)
"""How a part has to be paid for its units to leave."""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Who buys. `user_id` is None for a guest."""

    user_id: UserId | None
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """What was cancelled: units by offer; units that were not settled before, by line; and what
    these had cost, with the shipping of parts of which nothing is left, by seller order."""

    quantities: Mapping[OfferId, int]
    lines: Mapping[OrderLineId, int]
    shares: Mapping[SellerOrderId, Money]


@dataclass(eq=False, kw_only=True)
class Order(AggregateRoot):
    """Invisible until finalised: it holds stock while the provider is asked for the money.

    `number` is given by the repository when the order is added.
    """

    id: OrderId
    number: str = ""
    customer: Customer
    currency: str
    shipping_address: Address
    cart_id: CartId | None = None
    status: OrderStatus = OrderStatus.PLACED
    payment_status: PaymentStatus = PaymentStatus.PENDING
    fulfilment_status: FulfilmentStatus = FulfilmentStatus.UNFULFILLED
    prices_include_tax: bool = True
    subtotal: Money
    shipping_total: Money
    tax_total: Money
    discount_total: Money
    total: Money
    seller_orders: list[SellerOrder] = field(default_factory=list)
    placed_at: datetime
    finalised_at: datetime | None = None
    abandoned_at: datetime | None = None
    updated_at: datetime
    _entries: list[OrderEntry] = field(default_factory=list, init=False, repr=False)

    @classmethod
    def place(
        cls,
        *,
        id: OrderId,
        customer: Customer,
        shipping_address: Address,
        purchases: Sequence[Purchase],
        shipping: Mapping[SellerId, ShippingChoice],
        seller_order_ids: Mapping[SellerId, SellerOrderId],
        cart_id: CartId | None = None,
        now: datetime,
    ) -> "Order":
        """Divide `purchases` into one seller order per seller, in the order of first mention.

        `purchases` hold each offer once.

        Raises:
            Conflict: `mixed_currencies` when the prices are not all in one currency.
        """
        currency = single_currency(purchases)
        by_seller: dict[SellerId, list[Purchase]] = {}
        for purchase in purchases:
            by_seller.setdefault(purchase.seller_id, []).append(purchase)
        seller_orders = [
            SellerOrder.of(seller_order_ids[seller_id], position, part, shipping[seller_id])
            for position, (seller_id, part) in enumerate(by_seller.items(), start=1)
        ]
        subtotal = Money.sum((part.subtotal for part in seller_orders), currency)
        shipping_total = Money.sum((part.shipping_price for part in seller_orders), currency)
        return cls(
            id=id,
            customer=customer,
            cart_id=cart_id,
            currency=currency,
            shipping_address=shipping_address,
            subtotal=subtotal,
            shipping_total=shipping_total,
            tax_total=Money.zero(currency),
            discount_total=Money.zero(currency),
            total=subtotal + shipping_total,
            seller_orders=seller_orders,
            placed_at=now,
            updated_at=now,
        )

    @property
    def quantities(self) -> dict[OfferId, int]:
        """Open units by offer, as stock knows them."""
        return {line.offer_id: line.open for line in self.lines if line.open}

    @property
    def lines(self) -> Iterator[OrderLine]:
        return (line for part in self.seller_orders for line in part.lines)

    @property
    def shares(self) -> dict[SellerOrderId, Money]:
        """How the total divides over the seller orders."""
        return {part.id: part.total for part in self.seller_orders}

    def value_of(
        self,
        parts: Collection[SellerOrder],
        wanted: Mapping[OrderLineId, int],
        settled: Mapping[OrderLineId, int],
        *,
        too_high: str,
    ) -> dict[SellerOrderId, Money]:
        """What so many units of lines of `parts` had cost, by seller order.

        Raises:
            RuleViolated: `unknown_id`, a line of something else.
            Conflict: `too_high`, so many units are not left beside those `settled`.
        """
        shares: dict[SellerOrderId, Money] = {}
        known = {line.id: (part, line) for part in parts for line in part.lines}
        for index, (line_id, quantity) in enumerate(wanted.items()):
            if line_id not in known:
                raise RuleViolated(
                    "unknown_id", "This is no line here.", field=f"/lines/{index}/lineId"
                )
            part, line = known[line_id]
            left = line.quantity - settled.get(line_id, 0)
            if quantity > left:
                raise Conflict(
                    too_high,
                    f"{left} units of this line are left.",
                    field=f"/lines/{index}/quantity",
                    most=left,
                )
            value = shares.get(part.id, Money.zero(self.currency))
            shares[part.id] = value + line.unit_price * quantity
        return shares

    def part(self, id: SellerOrderId) -> SellerOrder:
        return next(part for part in self.seller_orders if part.id == id)

    def finalise(self, now: datetime) -> None:
        """Make the order visible."""
        self.finalised_at = now
        placed = OrderEntry(
            kind=OrderEntryKind.PLACED, by=By.BUYER, amount=self.total, occurred_at=now
        )
        self._entries.insert(0, placed)
        self.record(
            OrderPlaced(
                order_id=self.id,
                number=self.number,
                email=self.customer.email,
                seller_ids=tuple(part.seller_id for part in self.seller_orders),
                occurred_at=now,
            )
        )

    def abandon(self, now: datetime) -> None:
        """Give the order up before it was ever visible."""
        self.abandoned_at = now
        self.updated_at = now
        self.record(OrderAbandoned(order_id=self.id, occurred_at=now))

    def cancel(
        self,
        wanted: Mapping[OrderLineId, int] | None,
        parts: Collection[SellerOrder],
        *,
        settled: Mapping[OrderLineId, int],
        by: By,
        reason: str | None,
        now: datetime,
    ) -> Cancellation:
        """Cancel so many units of lines of `parts`, or with None all that is left of these.

        `settled` are units that the buyer has the money back for, is about to, or will not be
        asked for it: these are taken to be the first that were cancelled.

        Raises:
            RuleViolated: `unknown_id`, a line of something else.
            Conflict: `not_cancellable`, so many units are not open: shipped, or cancelled before.
        """
        units = open_units(parts) if wanted is None else named_units(parts, wanted)
        quantities: dict[OfferId, int] = {}
        owed: dict[OrderLineId, int] = {}
        shares: dict[SellerOrderId, Money] = {}
        for part in parts:
            mine = {line: units[line.id] for line in part.lines if units.get(line.id)}
            if not mine:
                continue
            value = Money.zero(self.currency)
            for line, quantity in mine.items():
                line.cancelled += quantity
                quantities[line.offer_id] = quantity
                newly = min(quantity, max(0, line.cancelled - settled.get(line.id, 0)))
                if newly:
                    owed[line.id] = newly
                value += line.unit_price * newly
            shares[part.id] = value + part.shipping_price if part.is_cancelled else value
            cancelled = {line.id: quantity for line, quantity in mine.items()}
            self.note(
                OrderEntryKind.CANCELLED, by, now, part=part.id, reason=reason, lines=cancelled
            )
        self.record(
            OrderCancelled(
                order_id=self.id,
                number=self.number,
                email=self.customer.email,
                seller_order_ids=tuple(shares),
                whole=all(part.is_cancelled for part in self.seller_orders),
                occurred_at=now,
            )
        )
        return Cancellation(quantities=quantities, lines=owed, shares=shares)

    def take_money(self, captured: Mapping[SellerOrderId, Money], now: datetime) -> None:
        """The provider captured what pays these parts."""
        for part_id, share in captured.items():
            self.part(part_id).captured += share
        self.note(
            OrderEntryKind.PAYMENT_CAPTURED,
            By.SYSTEM,
            now,
            amount=Money.sum(captured.values(), self.currency),
        )

    def give_back(
        self,
        refunded: Mapping[SellerOrderId, Money],
        lines: Mapping[OrderLineId, int],
        now: datetime,
    ) -> None:
        """The provider refunded this to the buyer; `lines` are the units that it was for."""
        for part_id, share in refunded.items():
            self.part(part_id).refunded += share
        for line in self.lines:
            line.refunded += lines.get(line.id, 0)
        self.note(
            OrderEntryKind.REFUNDED,
            By.SYSTEM,
            now,
            amount=Money.sum(refunded.values(), self.currency),
            lines=lines,
        )

    def ship(
        self, part: SellerOrder, wanted: Mapping[OrderLineId, int], now: datetime
    ) -> Mapping[OrderLineId, int]:
        """Let so many units of lines of `part` leave, or with none named all that are open.

        Raises:
            RuleViolated: `unknown_id`, a line of something else.
            Conflict: `not_paid`; `not_open`, so many units are not open.
        """
        if part.payment_status not in SHIPPABLE:
            raise Conflict("not_paid", f"The payment is {part.payment_status}.")
        units = wanted or {line.id: line.open for line in part.lines if line.open}
        if not units:
            raise Conflict("not_open", "Nothing is left to be shipped.")
        for line in lines_of([part], units, "not_open", "shipped"):
            line.shipped += units[line.id]
        self.note(OrderEntryKind.SHIPPED, By.SELLER, now, part=part.id, lines=units)
        return dict(units)

    def deliver(
        self, part_id: SellerOrderId, units: Mapping[OrderLineId, int], now: datetime
    ) -> None:
        """These units arrived."""
        for line in self.part(part_id).lines:
            line.delivered += units.get(line.id, 0)
        self.note(OrderEntryKind.DELIVERED, By.SYSTEM, now, part=part_id, lines=units)

    def take_back(
        self, part_id: SellerOrderId, units: Mapping[OrderLineId, int], now: datetime
    ) -> Mapping[OfferId, int]:
        """These units came back undelivered. Returns them by offer, as stock knows them."""
        back: dict[OfferId, int] = {}
        for line in self.part(part_id).lines:
            if quantity := units.get(line.id, 0):
                line.returned += quantity
                back[line.offer_id] = quantity
        self.note(OrderEntryKind.RETURNED, By.SYSTEM, now, part=part_id, lines=units)
        return back

    def derive(self, money: PaymentStatus, now: datetime) -> None:
        """The one writer of statuses, on the order and on each of its parts. `money` tells how
        the payment stands: pending, authorized, paid (captured), voided or failed."""
        self.derive_fulfilment(now)
        for part in self.seller_orders:
            part.derive_payment(money)
        captured = Money.sum((part.captured for part in self.seller_orders), self.currency)
        refunded = Money.sum((part.refunded for part in self.seller_orders), self.currency)
        settled = money is PaymentStatus.PAID and captured.amount
        self.payment_status = paid_status(captured, refunded) if settled else money

    def derive_fulfilment(self, now: datetime) -> None:
        """As `derive`, where nothing became of the money."""
        for part in self.seller_orders:
            part.derive_fulfilment()
        cancelled = all(part.is_cancelled for part in self.seller_orders)
        self.status = OrderStatus.CANCELLED if cancelled else OrderStatus.PLACED
        self.fulfilment_status = fulfilment_of(list(self.lines))
        self.updated_at = now
        self.version += 1

    def note(
        self,
        kind: OrderEntryKind,
        by: By,
        now: datetime,
        *,
        part: SellerOrderId | None = None,
        amount: Money | None = None,
        reason: str | None = None,
        lines: Mapping[OrderLineId, int] | None = None,
    ) -> None:
        """Tell something on the timeline."""
        self._entries.append(
            OrderEntry(
                kind=kind,
                by=by,
                seller_order_id=part,
                amount=amount,
                reason=reason,
                lines=dict(lines or {}),
                occurred_at=now,
            )
        )

    def drain_entries(self) -> list[OrderEntry]:
        """Hand over the entries of the timeline that are not stored yet, once."""
        entries, self._entries = self._entries, []
        return entries


def single_currency(purchases: Sequence[Purchase]) -> str:
    """Raises `Conflict` (`mixed_currencies`)."""
    currencies = sorted({purchase.unit_price.currency for purchase in purchases})
    if len(currencies) != 1:
        raise Conflict(
            "mixed_currencies",
            f"An order has one currency; these items have {', '.join(currencies)}.",
        )
    return currencies[0]
