"""What follows from events for the catalogue."""

from uuid import UUID

from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.inventory.events import StockCameBack, StockRanOut


def restock_listing(uow: UnitOfWork, event_id: UUID, event: StockCameBack | StockRanOut) -> None:
    """Let the listing of the product say whether there is any left.

    Orders do not do so themselves: many at once may take from the same stock. A repeat changes
    nothing.
    """
    with uow:
        uow.listings.restock([event.offer_id])
        uow.commit()
