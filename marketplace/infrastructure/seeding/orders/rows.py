"""Stories as lines for COPY, by the functions that the repositories write by."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

from marketplace.domain.payments.ledger import OperationKind, Stage
from marketplace.infrastructure.database.repositories.order_rows import (
    entry_values,
    line_values,
    order_values,
    part_values,
)
from marketplace.infrastructure.database.repositories.payment_rows import (
    event_values,
    payment_values,
)
from marketplace.infrastructure.payments import charges
from marketplace.infrastructure.payments.charges import ChargeStatus
from marketplace.infrastructure.seeding.orders.parcels import Parcel
from marketplace.infrastructure.seeding.orders.story import Story

TABLES: Final = (
    "orders",
    "seller_orders",
    "order_lines",
    "order_events",
    "payments",
    "payment_events",
    "shipments",
    "shipment_lines",
    "shipment_events",
)
"""In the order of their foreign keys."""

BOOKS: Final = ("sandbox_charges", "sandbox_operations")
MOVEMENTS: Final = "told_movements"
"""A table of the transaction only: what becomes of stock follows from all of them together."""

Row = Mapping[str, Any]

_IN_BOOKS: Final = (
    *("reference", "amount", "currency", "captured_amount", "refunded_amount"),
    *("created_at", "updated_at"),
)
_NULL: Final = "\\N"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Table(NamedTuple):
    """`columns` as COPY wants them, and lines of them."""

    columns: str
    lines: list[str]


class Lines:
    """The lines of some tables."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}

    def add(self, table: str, row: Row) -> None:
        """Rows of a table have the same columns in the same order."""
        found = self.tables.get(table)
        if found is None:
            found = self.tables[table] = Table(", ".join(row), [])
        texts = [_TEXTS.get(value.__class__, str)(value) for value in row.values()]
        found.lines.append("\t".join(texts))

    def tell(self, story: Story) -> None:
        for table, row in _rows(story):
            self.add(table, row)


def _escaped(text: str) -> str:
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


# All others, words of enums among them, are what `str` makes of them.
_TEXTS: Final[Mapping[type, Callable[[Any], str]]] = {
    str: _escaped,
    # Faster than with hyphens.
    UUID: lambda value: f"{value.int:032x}",
    type(None): lambda value: _NULL,
}


def _rows(story: Story) -> Iterator[tuple[str, Row]]:
    order, payment = story.order, story.payment
    yield "orders", {"number": order.number, **order_values(order)}
    for part in order.seller_orders:
        shared = {"order_id": order.id, "placed_at": order.placed_at}
        yield "seller_orders", shared | part_values(part)
        for position, line in enumerate(part.lines, start=1):
            yield "order_lines", line_values(part, position, line)
    for position, entry in enumerate(order.drain_entries(), start=1):
        place = {"order_id": order.id, "position": position}
        yield "order_events", place | entry_values(entry)
    paid = payment_values(payment)
    yield "payments", paid
    for event in payment.ledger.events:
        yield "payment_events", {"payment_id": payment.id} | event_values(event)
    for parcel in story.parcels:
        yield from _parcel_rows(parcel)
    yield from _book_rows(story, paid)
    for movement in story.desk.movements:
        yield MOVEMENTS, movement._asdict()


def _parcel_rows(parcel: Parcel) -> Iterator[tuple[str, Row]]:
    yield (
        "shipments",
        {
            "id": parcel.id,
            "version": parcel.version,
            "order_id": parcel.order_id,
            "seller_order_id": parcel.part.id,
            "seller_id": parcel.part.seller_id,
            "status": parcel.status,
            "carrier": parcel.carrier,
            "tracking_number": parcel.tracking_number,
            "created_at": parcel.created_at,
            "updated_at": parcel.updated_at,
        },
    )
    for line_id, quantity in parcel.units.items():
        row = {"shipment_id": parcel.id, "line_id": line_id, "quantity": quantity}
        yield "shipment_lines", row
    for scan in parcel.scans:
        yield "shipment_events", {"shipment_id": parcel.id} | scan._asdict()


def _book_rows(story: Story, paid: Row) -> Iterator[tuple[str, Row]]:
    """What the provider knows of the payment: without, nothing could be refunded."""
    payment = story.payment
    failures = [event for event in payment.ledger.events if event.stage is Stage.FAILURE]
    yield (
        "sandbox_charges",
        {
            "key": payment.provider_key,
            "status": ChargeStatus.DECLINED if failures else ChargeStatus.CAPTURED,
            "reason": failures[0].reason if failures else None,
            "token": story.token,
            "capture": True,
            **{name: paid[name] for name in _IN_BOOKS},
        },
    )
    for operation in payment.ledger.operations:
        if operation.kind is OperationKind.REFUND:
            yield (
                "sandbox_operations",
                {
                    "key": operation.provider_key,
                    "charge_key": payment.provider_key,
                    "kind": charges.OperationKind.REFUND,
                    "amount": operation.amount.amount,
                    "currency": operation.amount.currency,
                    "reference": operation.reference,
                    "reason": None,
                    "created_at": operation.requested_at,
                },
            )
