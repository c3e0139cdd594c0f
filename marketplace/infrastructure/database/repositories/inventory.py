"""Stock. Numbers move by conditional updates of rows that are locked in the order of their ids."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import text

from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import OfferId
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import stock_items

_LOCKED = """
    WITH wanted AS (
        SELECT offer_id, quantity
        FROM unnest(CAST(:offers AS uuid[]), CAST(:quantities AS bigint[]))
            AS asked (offer_id, quantity)
    ), locked AS MATERIALIZED (
        SELECT offer_id FROM stock_items WHERE offer_id = ANY(:offers)
        ORDER BY offer_id FOR UPDATE
    )
"""
_ALLOCATE = text(
    f"""
    {_LOCKED}, taken AS (
        UPDATE stock_items AS stock
        SET allocated = stock.allocated + wanted.quantity
        FROM locked JOIN wanted USING (offer_id)
        WHERE stock.offer_id = locked.offer_id
            AND stock.on_hand - stock.allocated >= wanted.quantity
        RETURNING stock.offer_id
    )
    SELECT offer_id FROM wanted WHERE offer_id NOT IN (SELECT offer_id FROM taken)
    """  # noqa: S608  constants
)
_RELEASE = text(
    f"""
    {_LOCKED}
    UPDATE stock_items AS stock
    SET allocated = stock.allocated - wanted.quantity
    FROM locked JOIN wanted USING (offer_id)
    WHERE stock.offer_id = locked.offer_id
    """  # noqa: S608  constants
)


class SqlStockRepository(SqlRepository[StockItem]):
    aggregate = StockItem
    table = stock_items
    what = "stock of offer"

    def get(self, offer_id: OfferId) -> StockItem:
        """Raises `NotFound`."""
        # Allocation passes the loaded instance by.
        return self._found(offer_id, self._find(stock_items.c.offer_id == offer_id, fresh=True))

    def allocate(self, quantities: Mapping[OfferId, int]) -> Collection[OfferId]:
        """Allocate all of it, or return the offers that have too little.

        What is returned was not allocated, what is not returned was: roll back unless the
        answer is empty. One statement; rows are locked in the order of their ids.
        """
        found = self._transaction.read(_ALLOCATE, _parameters(quantities))
        lacking = list(found.scalars())
        if len(lacking) < len(quantities):
            self._transaction.has_written()
        return lacking

    def release(self, quantities: Mapping[OfferId, int]) -> None:
        """Give allocated units back."""
        self._transaction.write(_RELEASE, _parameters(quantities))


def _parameters(quantities: Mapping[OfferId, int]) -> dict[str, Any]:
    return {"offers": list(quantities), "quantities": list(quantities.values())}
