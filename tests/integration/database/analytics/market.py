"""Sellers, products, and orders of which anything may become at any time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select, text, update

from marketplace.application.actor import Actor
from marketplace.application.analytics.handlers import SUMMARISED, summarise_order
from marketplace.domain.orders.order import Customer, Order
from marketplace.domain.orders.parts import Purchase, SellerOrder, ShippingChoice
from marketplace.domain.orders.statuses import By, PaymentStatus
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import (
    CartId,
    OrderId,
    OrderLineId,
    SellerOrderId,
    ShipmentEventId,
    ShipmentId,
)
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.shipment import Shipment, Told
from marketplace.domain.shipping.statuses import CarrierStatus, ShipmentStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.events import decode
from marketplace.infrastructure.database.tables import outbox
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import (
    a_category,
    a_product,
    a_seller,
    a_user,
    an_actor,
    an_address,
    an_admin,
    an_offer,
    new_id,
)
from tests.fakes import FakeClock

_HAPPENED = """
    orders, seller_orders, order_lines, order_events, shipments, shipment_lines, shipment_events,
    carts, cart_items, outbox, handled_events, sales_facts, delivery_facts, sales_totals
"""


@dataclass
class Market:
    """Three sellers and four products in two categories. The first seller describes the first two
    products, the second the third, the third the last one; the second offers the first product
    too. `members` are of one seller each, but for the last one: of the first two."""

    engines: Engines
    clock: FakeClock
    orders: list[OrderId] = field(default_factory=list)
    shipments: list[ShipmentId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sellers = [a_seller() for _ in range(3)]
        first, second, third = self.sellers
        self.categories = [a_category(), a_category()]
        chairs, tables = self.categories
        self.products = [
            a_product(first, chairs),
            a_product(first, tables),
            a_product(second, tables),
            a_product(third, tables),
        ]
        offers = [an_offer(product) for product in self.products]
        offers.append(an_offer(self.products[0], seller_id=second.id))
        with self.new_uow() as uow:
            for seller in self.sellers:
                uow.sellers.add(seller)
            for category in self.categories:
                uow.categories.add(category)
            for product in self.products:
                uow.products.add(product)
            for offer in offers:
                uow.offers.add(offer)
            uow.commit()
        self.admin = an_actor(an_admin())
        self.members = [
            an_actor(a_user(), {seller.id: MemberRole.VIEWER}) for seller in self.sellers
        ]
        self.members.append(
            an_actor(a_user(), {each.id: MemberRole.OWNER for each in (first, second)})
        )

    @property
    def viewers(self) -> Sequence[Actor]:
        return [self.admin, *self.members]

    def new_uow(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engines.write, clock=self.clock, new_id=new_id)

    def forget(self) -> None:
        """As if nothing had happened yet."""
        with self.engines.write.begin() as connection:
            connection.execute(text(f"TRUNCATE {_HAPPENED} CASCADE"))
        self.orders.clear()
        self.shipments.clear()

    def place(
        self,
        lines: Sequence[tuple[int, int, int, int]],
        *,
        currency: str = "EUR",
        finalised: bool = True,
        from_cart: bool = False,
    ) -> OrderId:
        """`lines` have the place of a seller and of a product, units, and the price of one."""
        purchases = [
            Purchase(
                line_id=OrderLineId(new_id()),
                offer_id=an_offer(self.products[product]).id,
                product_id=self.products[product].id,
                variant_id=self.products[product].variants[0].id,
                seller_id=self.sellers[seller].id,
                sku="sku",
                name="name",
                slug="slug",
                options={},
                unit_price=Money(price, currency),
                quantity=quantity,
            )
            for seller, product, quantity, price in lines
        ]
        named = {each.seller_id for each in purchases}
        free = ShippingChoice(name="Free", price=Money.zero(currency))
        order = Order.place(
            id=OrderId(new_id()),
            customer=Customer(user_id=None, name="Ann", email="ann@example.com"),
            shipping_address=an_address(),
            purchases=purchases,
            shipping=dict.fromkeys(named, free),
            seller_order_ids={each: SellerOrderId(new_id()) for each in named},
            cart_id=CartId(new_id()) if from_cart else None,
            now=self.clock.now,
        )
        with self.new_uow() as uow:
            uow.orders.add(order)
            uow.commit()
        self.orders.append(order.id)
        if finalised:
            self.finalise(order.id)
        return order.id

    def finalise(self, order_id: OrderId) -> None:
        with self._changing(order_id, save=False) as (uow, order):
            order.derive(PaymentStatus.AUTHORIZED, uow.now)
            order.finalise(uow.now)
            uow.orders.finalise(order)

    def parts(self, order_id: OrderId) -> Sequence[SellerOrder]:
        with self.new_uow() as uow:
            return uow.orders.get(order_id).seller_orders

    def cancel(self, order_id: OrderId, units: Mapping[int, int] | None = None) -> None:
        """So many units of lines by their place in the order; all that is left without any."""
        with self._changing(order_id) as (uow, order):
            lines = list(order.lines)
            named = {lines[place].id: quantity for place, quantity in (units or {}).items()}
            order.cancel(
                named or None,
                order.seller_orders,
                settled={},
                by=By.SELLER,
                reason=None,
                now=uow.now,
            )

    def ship(
        self, order_id: OrderId, part: int = 0, units: Mapping[int, int] | None = None
    ) -> ShipmentId:
        """So many units of lines by their place in the part; all that is open without any."""
        with self._changing(order_id) as (uow, order):
            seller_order = order.seller_orders[part]
            wanted = {seller_order.lines[place].id: each for place, each in (units or {}).items()}
            shipment = Shipment.create(
                id=ShipmentId(new_id()),
                order_id=order.id,
                seller_order_id=seller_order.id,
                seller_id=seller_order.seller_id,
                carrier="DHL",
                tracking_number=None,
                tracking_url=None,
                estimated_delivery_at=None,
                units=order.ship(seller_order, wanted, uow.now),
                now=uow.now,
            )
            uow.shipments.add(shipment)
        self.shipments.append(shipment.id)
        return shipment.id

    def tell(
        self, shipment_id: ShipmentId, status: CarrierStatus, at: datetime | None = None
    ) -> None:
        """A carrier tells of a parcel, as use cases take it over."""
        with self.new_uow() as uow:
            order_id = uow.shipments.order_of(shipment_id)
        with self._changing(order_id) as (uow, order):
            shipment = uow.shipments.get_for_update(shipment_id)
            told, _ = shipment.tell(
                status,
                id=ShipmentEventId(new_id()),
                occurred_at=at or uow.now,
                location=None,
                external_id=None,
                now=uow.now,
            )
            if told is Told.NEWS and shipment.status is ShipmentStatus.DELIVERED:
                order.deliver(shipment.seller_order_id, shipment.units, uow.now)
            if told is Told.NEWS and shipment.status is ShipmentStatus.RETURNED:
                order.take_back(shipment.seller_order_id, shipment.units, uow.now)

    @contextmanager
    def _changing(
        self, order_id: OrderId, *, save: bool = True
    ) -> Iterator[tuple[SqlUnitOfWork, Order]]:
        with self.new_uow() as uow:
            order = uow.orders.get_for_update(order_id)
            yield uow, order
            if save:
                order.derive_fulfilment(uow.now)
                uow.orders.save(order)
            uow.commit()

    def waiting(self) -> Sequence[tuple[UUID, Event]]:
        """What happened and is not summarised yet, the oldest first."""
        asked = (
            select(outbox)
            .where(
                outbox.c.delivered_at.is_(None),
                outbox.c.type.in_([each.__name__ for each in SUMMARISED]),
            )
            .order_by(outbox.c.occurred_at, outbox.c.id)
        )
        with self.engines.read.connect() as connection:
            rows = connection.execute(asked).all()
        return [(row.id, decode(row.type, row.payload, row.occurred_at)) for row in rows]

    def summarise(self, events: Sequence[tuple[UUID, Event]] | None = None) -> None:
        """Handle these events, or all that wait, and note them delivered."""
        for event_id, event in self.waiting() if events is None else events:
            self.handle(event_id, event)
            self.deliver(event_id)

    def handle(self, event_id: UUID, event: Event) -> None:
        partial(summarise_order, self.new_uow())(event_id, event)  # type: ignore[arg-type]

    def deliver(self, event_id: UUID) -> None:
        with self.engines.write.begin() as connection:
            connection.execute(
                update(outbox).where(outbox.c.id == event_id).values(delivered_at=self.clock.now)
            )

    def differences(self) -> Sequence[str]:
        with self.new_uow() as uow:
            return uow.sales_summaries.differences()
