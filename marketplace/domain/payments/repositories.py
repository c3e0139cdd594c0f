"""Where payments are kept."""

from typing import Protocol

from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.ids import OrderId


class PaymentRepository(Protocol):
    def add(self, payment: Payment) -> None: ...

    def of_order(self, order_id: OrderId) -> Payment:
        """The live payment of an order. Raises `NotFound`."""

    def save(self, payment: Payment) -> None:
        """Store a payment that was pending when it was read. One statement.

        Raises:
            Stale: it is no longer pending.
        """
