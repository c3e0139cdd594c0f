"""What follows from events for the catalogue."""

from uuid import UUID

from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.orders.events import OrderAbandoned, OrderPlaced


def restock_listings(uow: UnitOfWork, event_id: UUID, event: OrderPlaced | OrderAbandoned) -> None:
    """Let the listings of what was ordered say whether there is any left.

    Orders do not do so themselves: many at once may take from the same stock. A repeat changes
    nothing.
    """
    with uow:
        uow.listings.restock_ordered(event.order_id)
        uow.commit()
