"""A shop on a database of its own, and what may be done about its orders."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from marketplace.application.orders.cancelling import cancel_order
from marketplace.application.orders.commands import (
    CancelOrder,
    OrderItem,
    PaymentInstruction,
    PlaceOrder,
)
from marketplace.application.orders.provider_events import receive_provider_event
from marketplace.application.orders.services import place_order
from marketplace.application.orders.sweeping import (
    expire_pending_orders,
    sweep_unfinalised_orders,
)
from marketplace.application.payments.commands import (
    CapturePayment,
    ReceiveProviderEvent,
    RefundPayment,
    VoidPayment,
)
from marketplace.application.payments.services import (
    capture_payment,
    refund_payment,
    void_payment,
)
from marketplace.application.payments.sweeping import sweep_unanswered_operations
from marketplace.application.ports import ProviderEvent
from marketplace.domain.orders.order import Order
from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.ids import OfferId, OperationId, OrderId, OrderLineId
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.invariants import violations
from marketplace.infrastructure.database.sandbox_books import SqlSandboxBooks
from marketplace.infrastructure.database.tables import sandbox_events
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks, decode
from tests.factories import an_actor, an_address, an_admin, new_id
from tests.fakes import FakeClock
from tests.integration.database.goods import more_offers, stored_goods
from tests.sandbox import SECRET

ON_HAND = 1000
PRICE = 1000


@dataclass
class Till:
    """A shop with two offers, on a database of its own."""

    engines: Engines
    clock: FakeClock
    provider: SandboxProvider

    def __post_init__(self) -> None:
        goods = stored_goods(self.new_uow)
        self.buyer, self.admin = an_actor(goods.user), an_actor(an_admin())
        self.offers = [offer.id for offer in more_offers(self.new_uow, goods, 2)]

    def new_uow(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engines.write, clock=self.clock, new_id=new_id)

    @property
    def providers(self) -> dict[str, Any]:
        return {"sandbox": self.provider}

    def place(
        self, token: str = "tok_ok", *, capture: bool = True, provider: Any = None
    ) -> OrderId:
        """Two of each."""
        command = PlaceOrder(
            actor=self.buyer,
            order_id=OrderId(new_id()),
            items=[OrderItem(offer_id=offer, quantity=2) for offer in self.offers],
            shipping_address=an_address(),
            payment=PaymentInstruction(method="sandbox", token=token),
        )
        return place_order(
            self.new_uow(),
            command,
            providers={"sandbox": provider or self.provider},
            capture=capture,
            new_id=new_id,
        )

    def find(self, order_id: OrderId) -> tuple[Order, Payment]:
        with self.new_uow() as uow:
            return uow.orders.get(order_id), uow.payments.of_order(order_id)

    def cancel(self, order_id: OrderId, lines: dict[OrderLineId, int] | None = None) -> OrderId:
        command = CancelOrder(
            caller=self.buyer, order=order_id, operation_id=OperationId(new_id()), lines=lines
        )
        return cancel_order(self.new_uow(), command, providers=self.providers)

    def capture(self, payment: Payment, amount: int | None = None) -> OperationId:
        command = CapturePayment(
            actor=self.admin,
            payment_id=payment.id,
            operation_id=OperationId(new_id()),
            amount=amount,
        )
        return capture_payment(self.new_uow(), command, providers=self.providers)

    def refund(self, payment: Payment, amount: int | None = None) -> OperationId:
        command = RefundPayment(
            actor=self.admin,
            payment_id=payment.id,
            operation_id=OperationId(new_id()),
            amount=amount,
        )
        return refund_payment(self.new_uow(), command, providers=self.providers)

    def void(self, payment: Payment) -> OperationId:
        command = VoidPayment(
            actor=self.admin, payment_id=payment.id, operation_id=OperationId(new_id())
        )
        return void_payment(self.new_uow(), command, providers=self.providers)

    @classmethod
    def on(cls, engines: Engines, clock: FakeClock) -> "Till":
        provider = SandboxProvider(
            SqlSandboxBooks(engines, clock=clock),
            webhooks=SandboxWebhooks(SECRET),
            clock=clock,
            delay=timedelta(),
            wait=lambda seconds: None,
        )
        return cls(engines, clock, provider)

    @property
    def reserved(self) -> list[OrderId]:
        """Orders that are neither visible nor given up."""
        with self.new_uow() as uow:
            return list(uow.orders.unfinalised(self.clock.now + timedelta(seconds=1), 10))

    @property
    def told(self) -> list[ProviderEvent]:
        with self.engines.read.connect() as connection:
            rows = connection.execute(select(sandbox_events.c.id, sandbox_events.c.payload))
            return [decode(event_id, payload) for event_id, payload in rows]

    def hear(self, event: ProviderEvent) -> None:
        receive_provider_event(
            self.new_uow(), ReceiveProviderEvent(provider="sandbox", event=event)
        )

    def sweep(self) -> None:
        at_once, providers = timedelta(), self.providers
        sweep_unfinalised_orders(self.new_uow(), providers=providers, after=at_once)
        expire_pending_orders(self.new_uow(), providers=providers, after=at_once, new_id=new_id)
        sweep_unanswered_operations(self.new_uow(), providers=providers, after=at_once)

    def rest(self) -> None:
        """All is told and swept; then every invariant holds."""
        for _ in range(2):
            self.clock.advance(minutes=2)
            self.provider.settle_due(1000)
            for event in self.told:
                self.hear(event)
            self.sweep()
        with self.engines.read.connect() as connection:
            found = violations(connection, settled=True)
        # Nobody relays events here.
        assert [each for each in found if each.invariant != "every event was delivered"] == []

    def available(self, offer_id: OfferId) -> int:
        with self.new_uow() as uow:
            return uow.stock.get(offer_id).available
