"""What sellers read of their offers."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, false, func, select

from marketplace.application.actor import Actor
from marketplace.application.catalogue.offer_queries import SellerOfferView
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.errors import NotFound
from marketplace.domain.shared.ids import OfferId, SellerId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.queries.connection import AnyRow, AnySelect, ReadConnection
from marketplace.infrastructure.database.queries.paging import Listing, Sort, fetch_page
from marketplace.infrastructure.database.queries.sellers import (
    own_seller,
    viewer_kind,
    viewer_parameters,
    viewer_reads,
)
from marketplace.infrastructure.database.tables import offers, products, stock_items, variants

_NEWEST = Sort((offers.c.created_at, offers.c.id), descending=True)
_LISTING = Listing("seller_offers", {"newest": _NEWEST})
_OFFERS = (
    select(
        offers,
        products.c.name,
        products.c.slug,
        variants.c.options,
        func.coalesce(stock_items.c.on_hand, 0).label("on_hand"),
        func.coalesce(stock_items.c.allocated, 0).label("allocated"),
        stock_items.c.low_stock_threshold,
    )
    .join(products, products.c.id == offers.c.product_id)
    .join(variants, variants.c.id == offers.c.variant_id)
    .outerjoin(stock_items, stock_items.c.offer_id == offers.c.id)
    .where(offers.c.withdrawn_at.is_(None))
)
_OF_SELLER = _OFFERS.where(offers.c.seller_id == bindparam("seller_id"))


@cache
def _one(kind: str) -> AnySelect:
    return _OFFERS.where(
        offers.c.id == bindparam("offer_id"), viewer_reads(kind, offers.c.seller_id, false())
    )


class SqlOfferQueries:
    """Implements `application.catalogue.offer_queries.OfferQueries`."""

    def __init__(self, read: ReadConnection) -> None:
        self._read = read

    def get(self, offer_id: OfferId, viewer: Actor) -> SellerOfferView:
        """Of a seller that `viewer` belongs to or administers. Raises `NotFound`."""
        parameters = {"offer_id": offer_id, **viewer_parameters(viewer)}
        row = self._read.execute(_one(viewer_kind(viewer)), parameters).first()
        if row is None:
            raise NotFound("offer", offer_id)
        return _view([row])

    def list_of_seller(
        self, seller: SellerId | str, page: PageRequest, viewer: Actor
    ) -> Page[SellerOfferView]:
        """Newest first. Raises `NotFound` or `Forbidden` for a stranger, `InvalidCursor`."""
        parameters = {"seller_id": own_seller(self._read, seller, viewer)}
        return fetch_page(self._read, _LISTING, page, _OF_SELLER, parameters, _view)


def _view(rows: Sequence[AnyRow]) -> SellerOfferView:
    row = rows[0]
    compare_at = row.compare_at_amount
    return SellerOfferView(
        id=row.id,
        seller_id=row.seller_id,
        product_id=row.product_id,
        variant_id=row.variant_id,
        slug=row.slug,
        name=row.name,
        options=row.options,
        sku=row.sku,
        price=Money(row.price_amount, row.price_currency),
        compare_at_price=None if compare_at is None else Money(compare_at, row.compare_at_currency),
        condition=row.condition,
        on_hand=row.on_hand,
        allocated=row.allocated,
        available=row.on_hand - row.allocated,
        low_stock_threshold=row.low_stock_threshold,
        version=row.version,
        created_at=row.created_at,
    )
