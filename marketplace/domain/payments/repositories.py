"""Where payments are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from marketplace.domain.payments.payment import Payment
from marketplace.domain.shared.ids import OrderId, PaymentId


class PaymentRepository(Protocol):
    """Writes are one statement each. The ledger is only ever appended to: whoever appends where
    somebody else has done so since raises `Stale`."""

    def add(self, payment: Payment) -> None: ...

    def get(self, payment_id: PaymentId) -> Payment:
        """Raises `NotFound`."""

    def get_for_update(self, payment_id: PaymentId) -> Payment:
        """As `get`; others that want it for update wait until this transaction ends."""

    def order_of(self, payment_id: PaymentId) -> OrderId:
        """The order that it pays. Raises `NotFound`."""

    def of_order(self, order_id: OrderId) -> Payment:
        """The live payment of an order, else the last that there was. Raises `NotFound`."""

    def find_by_key(self, provider_key: str) -> Payment | None:
        """By the key that the provider was given."""

    def unanswered(self, requested_before: datetime, limit: int) -> Sequence[Payment]:
        """Payments with a capture, refund or void that the provider has not answered, the oldest
        first."""

    def save(self, payment: Payment) -> None:
        """Append what is new in the ledger, and store what follows from it.

        Raises:
            Stale: somebody else has appended to it.
        """


class ProviderEvents(Protocol):
    """What providers told already."""

    def add(self, provider: str, event_id: str) -> bool:
        """False: it was told before."""
