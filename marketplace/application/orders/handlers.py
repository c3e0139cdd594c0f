"""What follows from orders: mails to the buyer."""

from uuid import UUID

from marketplace.application.ports import Mail, Mailer
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.orders.events import OrderCancelled, OrderPlaced


def confirm_order(uow: UnitOfWork, event_id: UUID, event: OrderPlaced, *, mailer: Mailer) -> None:
    """Mail the buyer that the order was received."""
    mail = Mail(
        to=event.email,
        subject=f"Your order {event.number}",
        text=f"Thank you. We received your order {event.number}.",
        message_id=f"{event_id}@orders",
    )
    _send_once(uow, "confirm_order", event_id, mail, mailer)


def tell_of_cancellation(
    uow: UnitOfWork, event_id: UUID, event: OrderCancelled, *, mailer: Mailer
) -> None:
    """Mail the buyer that the order, or a part of it, was cancelled."""
    what = f"Your order {event.number}" if event.whole else f"A part of your order {event.number}"
    mail = Mail(
        to=event.email,
        subject=f"{what} was cancelled",
        text=f"{what} was cancelled. Whatever you paid for it comes back to you.",
        message_id=f"{event_id}@orders",
    )
    _send_once(uow, "tell_of_cancellation", event_id, mail, mailer)


def _send_once(uow: UnitOfWork, handler: str, event_id: UUID, mail: Mail, mailer: Mailer) -> None:
    """Mailed first, noted then: a crash between the two repeats the mail, under the same id."""
    with uow:
        if uow.handled_events.contains(handler, event_id):
            return
    mailer.send(mail)
    with uow:
        uow.handled_events.add(handler, event_id)
        uow.commit()
