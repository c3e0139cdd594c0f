"""An order of two sellers in the shop, and what may be done about it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marketplace.application.actor import Actor
from marketplace.application.idempotency import Effect
from marketplace.application.orders.cancelling import cancel_order, cancel_seller_order
from marketplace.application.orders.commands import CancelOrder, CancelSellerOrder, PlaceOrder
from marketplace.application.orders.provider_events import receive_provider_event
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
from marketplace.application.ports import (
    PaymentProviders,
    ProviderEvent,
    ProviderEventKind,
    ProviderStatus,
)
from marketplace.domain.orders.order import Order
from marketplace.domain.orders.parts import SellerOrder
from marketplace.domain.orders.timeline import OrderEntry
from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.ids import OperationId, OrderLineId
from marketplace.domain.shared.money import Money
from tests.factories import new_id
from tests.unit.application.shop import Shop

MINUTE = timedelta(minutes=1)


class Till:
    """2 lamps, 1 desk and 3 chairs are ordered: 110.00 EUR of `seller`, 60.00 EUR of `rival`; or
    what `command` says."""

    def __init__(
        self,
        shop: Shop,
        status: ProviderStatus = ProviderStatus.CAPTURED,
        command: PlaceOrder | None = None,
    ) -> None:
        self.shop = shop
        self.provider = shop.provider
        self.provider.status = status
        self.command = command or shop.order_of(
            (shop.lamp[1].id, 2), (shop.desk[1].id, 1), (shop.chair[1].id, 3)
        )
        self.id = self.command.order_id

    @classmethod
    def of(cls, shop: Shop, status: ProviderStatus = ProviderStatus.CAPTURED) -> "Till":
        """With the order placed."""
        till = cls(shop, status)
        shop.place(till.command)
        shop.provider.asked.clear()
        return till

    @property
    def providers(self) -> PaymentProviders:
        return {"sandbox": self.provider}

    @property
    def order(self) -> Order:
        return self.shop.order(self.id)

    @property
    def part(self) -> SellerOrder:
        """The seller's."""
        return self.order.seller_orders[0]

    @property
    def rivals_part(self) -> SellerOrder:
        return self.order.seller_orders[1]

    @property
    def payment(self) -> Payment:
        with self.shop.database.unit_of_work() as uow:
            return uow.payments.of_order(self.id)

    @property
    def timeline(self) -> list[OrderEntry]:
        return self.shop.database.state.timelines.get(self.id, [])

    @property
    def left(self) -> tuple[int, int, int]:
        """Available lamps, desks and chairs, of ten each."""
        shop = self.shop
        lamps, desks, chairs = (
            shop.available(offer.id) for _, offer in (shop.lamp, shop.desk, shop.chair)
        )
        return lamps, desks, chairs

    def lines(self, **units: int) -> Mapping[OrderLineId, int]:
        """So many units by the names of lines: lamp, desk, chair."""
        ids = {line.name: line.id for line in self.order.lines}
        return {ids[name]: quantity for name, quantity in units.items()}

    def effect(self, operation_id: OperationId) -> Effect:
        return Effect(actor="anybody", key="key", fingerprint="f", makes=operation_id)

    def cancel(
        self,
        caller: Any = None,
        *,
        effect: Effect | None = None,
        operation_id: OperationId | None = None,
        **units: int,
    ) -> OperationId:
        operation_id = operation_id or OperationId(new_id())
        command = CancelOrder(
            caller=caller or self.shop.buyer,
            order=self.id,
            operation_id=operation_id,
            lines=self.lines(**units) if units else None,
            reason="changed my mind",
        )
        uow = self.shop.database.unit_of_work(effect)
        assert cancel_order(uow, command, providers=self.providers) == self.id
        return operation_id

    def cancel_part(self, part: SellerOrder, actor: Actor, **units: int) -> OperationId:
        command = CancelSellerOrder(
            actor=actor,
            seller_order_id=part.id,
            operation_id=OperationId(new_id()),
            lines=self.lines(**units) if units else None,
        )
        cancel_seller_order(self.shop.database.unit_of_work(), command, providers=self.providers)
        return command.operation_id

    def capture(
        self,
        actor: Actor | None = None,
        *,
        amount: int | None = None,
        effect: Effect | None = None,
        **units: int,
    ) -> OperationId:
        command = CapturePayment(
            actor=actor or self.shop.admin,
            payment_id=self.payment.id,
            operation_id=OperationId(effect.makes if effect else new_id()),
            amount=amount,
            lines=self.lines(**units),
        )
        uow = self.shop.database.unit_of_work(effect)
        return capture_payment(uow, command, providers=self.providers)

    def refund(
        self,
        actor: Actor | None = None,
        *,
        amount: int | None = None,
        effect: Effect | None = None,
        **units: int,
    ) -> OperationId:
        command = RefundPayment(
            actor=actor or self.shop.admin,
            payment_id=self.payment.id,
            operation_id=OperationId(effect.makes if effect else new_id()),
            amount=amount,
            lines=self.lines(**units),
            reason="scratched",
        )
        uow = self.shop.database.unit_of_work(effect)
        return refund_payment(uow, command, providers=self.providers)

    def void(self, actor: Actor | None = None, *, effect: Effect | None = None) -> OperationId:
        command = VoidPayment(
            actor=actor or self.shop.admin,
            payment_id=self.payment.id,
            operation_id=OperationId(effect.makes if effect else new_id()),
        )
        uow = self.shop.database.unit_of_work(effect)
        return void_payment(uow, command, providers=self.providers)

    def hear(self, *events: ProviderEvent) -> None:
        for event in events:
            command = ReceiveProviderEvent(provider="sandbox", event=event)
            receive_provider_event(self.shop.database.unit_of_work(), command)

    def told(
        self,
        kind: ProviderEventKind,
        operation_id: OperationId | None = None,
        *,
        amount: Money | None = None,
        reason: str | None = None,
    ) -> ProviderEvent:
        """An event about the payment, or about an operation of it."""
        payment = self.payment
        key = payment.operation(operation_id).provider_key if operation_id else None
        return self.provider.told(kind, payment.provider_key, key, amount=amount, reason=reason)

    def sweep(self) -> tuple[int, int, int]:
        """What each sweeper did: unfinalised orders, pending ones, operations."""
        database, providers = self.shop.database, self.providers
        return (
            sweep_unfinalised_orders(database.unit_of_work(), providers=providers, after=MINUTE),
            expire_pending_orders(
                database.unit_of_work(), providers=providers, after=MINUTE, new_id=new_id
            ),
            sweep_unanswered_operations(database.unit_of_work(), providers=providers, after=MINUTE),
        )
