"""What sellers read of their stock."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, false, select

from marketplace.application.actor import Actor
from marketplace.application.inventory.queries import StockMovementView
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.errors import NotFound
from marketplace.domain.inventory.movement import MovementKind
from marketplace.domain.shared.ids import MovementId, OfferId
from marketplace.infrastructure.database.queries.connection import AnyRow, AnySelect, ReadConnection
from marketplace.infrastructure.database.queries.paging import Listing, Sort, fetch_page
from marketplace.infrastructure.database.queries.sellers import (
    viewer_kind,
    viewer_parameters,
    viewer_reads,
)
from marketplace.infrastructure.database.tables import offers, stock_movements

_NEWEST = Sort((stock_movements.c.number,), descending=True)
_LISTING = Listing("stock_movements", {"newest": _NEWEST})
_OF_OFFER = select(stock_movements).where(stock_movements.c.offer_id == bindparam("offer_id"))


@cache
def _readable(kind: str) -> AnySelect:
    return select(offers.c.id).where(
        offers.c.id == bindparam("offer_id"),
        offers.c.withdrawn_at.is_(None),
        viewer_reads(kind, offers.c.seller_id, false()),
    )


@cache
def _one(kind: str) -> AnySelect:
    return (
        select(stock_movements)
        .join(offers, offers.c.id == stock_movements.c.offer_id)
        .where(
            stock_movements.c.id == bindparam("movement_id"),
            viewer_reads(kind, offers.c.seller_id, false()),
        )
    )


class SqlStockQueries:
    """Implements `application.inventory.queries.StockQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def movement(self, movement_id: MovementId, viewer: Actor) -> StockMovementView:
        """Of an offer that `viewer` may read. Raises `NotFound`."""
        parameters = {"movement_id": movement_id, **viewer_parameters(viewer)}
        row = self._read.execute(_one(viewer_kind(viewer)), parameters).first()
        if row is None:
            raise NotFound("stock movement", movement_id)
        return _view([row])

    def movements(
        self, offer_id: OfferId, page: PageRequest, viewer: Actor
    ) -> Page[StockMovementView]:
        """Newest first. Raises `NotFound` for an offer that `viewer` may not read,
        `InvalidCursor`."""
        parameters = {"offer_id": offer_id, **viewer_parameters(viewer)}
        if self._read.execute(_readable(viewer_kind(viewer)), parameters).first() is None:
            raise NotFound("offer", offer_id)
        return fetch_page(self._read, _LISTING, page, _OF_OFFER, {"offer_id": offer_id}, _view)


def _view(rows: Sequence[AnyRow]) -> StockMovementView:
    row = rows[0]
    return StockMovementView(
        id=row.id,
        offer_id=row.offer_id,
        kind=row.kind,
        quantity=row.on_hand if row.kind is MovementKind.COUNTED else row.quantity,
        change=row.quantity,
        reason=row.reason,
        order_id=row.order_id,
        actor_id=row.actor_id,
        on_hand=row.on_hand,
        allocated=row.allocated,
        available=row.on_hand - row.allocated,
        created_at=row.occurred_at,
    )
