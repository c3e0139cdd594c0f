"""Stock numbers of an offer."""

from dataclasses import dataclass

from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.ids import OfferId

MOST = 2**31 - 1


@dataclass(eq=False, kw_only=True)
class StockItem:
    """`on_hand` units lie in the warehouse, of which `allocated` belong to orders already."""

    offer_id: OfferId
    on_hand: int
    allocated: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.allocated <= self.on_hand <= MOST:
            raise RuleViolated(
                "invalid_stock", "Stock is not negative, and covers what is allocated."
            )

    @property
    def available(self) -> int:
        return self.on_hand - self.allocated
