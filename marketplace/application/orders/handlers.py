"""What follows from orders."""

from uuid import UUID

from marketplace.application.ports import Mail, Mailer
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.orders.events import OrderPlaced


def confirm_order(uow: UnitOfWork, event_id: UUID, event: OrderPlaced, *, mailer: Mailer) -> None:
    """Mail the buyer that the order was received.

    Mailed first, noted then: a crash between the two repeats the mail under the same message id.
    """
    with uow:
        if uow.handled_events.contains("confirm_order", event_id):
            return
    mailer.send(
        Mail(
            to=event.email,
            subject=f"Your order {event.number}",
            text=f"Thank you. We received your order {event.number}.",
            message_id=f"{event_id}@orders",
        )
    )
    with uow:
        uow.handled_events.add("confirm_order", event_id)
        uow.commit()
