"""Who listens to what: one table from events to handlers.

The worker calls a handler with each event that was committed, at least once, in a unit of work
of the handler's own.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from marketplace.application.analytics.handlers import summarise_order
from marketplace.application.catalogue.handlers import restock_listing
from marketplace.application.orders.handlers import confirm_order, tell_of_cancellation
from marketplace.application.ports import Mailer
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.inventory.events import StockCameBack, StockRanOut
from marketplace.domain.orders.events import OrderCancelled, OrderPlaced
from marketplace.domain.shared.events import Event
from marketplace.domain.shipping.events import ShipmentCreated, ShipmentMoved

# Each handler takes the event type that the table gives it; a Callable cannot say that.
Handler: TypeAlias = Callable[[UnitOfWork, UUID, Any], None]


def subscriptions(*, mailer: Mailer) -> Mapping[type[Event], Sequence[Handler]]:
    """The table, with the ports that the handlers need bound to them."""
    return {
        # Counted first: a mail that does not go out ends the attempt.
        OrderPlaced: (summarise_order, partial(confirm_order, mailer=mailer)),
        OrderCancelled: (summarise_order, partial(tell_of_cancellation, mailer=mailer)),
        ShipmentCreated: (summarise_order,),
        ShipmentMoved: (summarise_order,),
        StockRanOut: (restock_listing,),
        StockCameBack: (restock_listing,),
    }
