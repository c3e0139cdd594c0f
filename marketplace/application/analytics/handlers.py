"""What follows from whatever happens to orders and shipments: they are counted anew."""

from typing import Final, TypeAlias
from uuid import UUID

from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.orders.events import OrderCancelled, OrderPlaced
from marketplace.domain.shipping.events import ShipmentCreated, ShipmentMoved

OrderEvent: TypeAlias = OrderPlaced | OrderCancelled | ShipmentCreated | ShipmentMoved

SUMMARISED: Final = (OrderPlaced, OrderCancelled, ShipmentCreated, ShipmentMoved)
"""All that changes a figure."""

HANDLER: Final = "summarise_order"


@transaction_step
def summarise_order(uow: UnitOfWork, event_id: UUID, event: OrderEvent) -> None:
    """Count the order as it stands now, whatever the event tells: in which order events come, and
    how often, is of no matter."""
    with uow:
        if uow.handled_events.contains(HANDLER, event_id):
            return
        uow.sales_summaries.refresh(event.order_id)
        # Tells up to when all is counted, while other handlers of the event may fail.
        uow.handled_events.add(HANDLER, event_id)
        uow.commit()
