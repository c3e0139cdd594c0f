"""What happens to stock. Each is told once when the available units cross the limit."""

from dataclasses import dataclass

from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import OfferId


@dataclass(frozen=True, kw_only=True)
class StockRanLow(Event):
    """No more than the threshold of the offer is available, and there was more before."""

    offer_id: OfferId
    available: int


@dataclass(frozen=True, kw_only=True)
class StockRanOut(Event):
    """Nothing is available, and there was something before."""

    offer_id: OfferId
    available: int


@dataclass(frozen=True, kw_only=True)
class StockCameBack(Event):
    """Something is available, and there was nothing before."""

    offer_id: OfferId
    available: int
