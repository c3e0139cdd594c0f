"""Offers, and what a buyer sees of them when buying."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, or_, text

from marketplace.domain.catalogue.offer import Offer, PricedOffer
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, VariantId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.repository import SqlRepository
from marketplace.infrastructure.database.tables import offers

_PURCHASABLE = """(
    products.status = 'published' AND sellers.status = 'approved' AND offers.withdrawn_at IS NULL
)"""
_COLUMNS = f"""
    offers.id, offers.product_id, offers.variant_id, offers.seller_id, offers.sku,
    offers.price_amount, offers.price_currency, products.name, products.slug, variants.options,
    {_PURCHASABLE} AS purchasable
"""
_JOINS = """
    JOIN products ON products.id = offers.product_id
    JOIN variants ON variants.id = offers.variant_id
    JOIN sellers ON sellers.id = offers.seller_id
"""
_NAMED = f"""
    SELECT CAST(NULL AS uuid) AS asked_id, {_COLUMNS}
    FROM offers {_JOINS}
    WHERE offers.id = ANY(CAST(:offers AS uuid[]))
"""  # noqa: S608  constants
# Amounts compare within a currency: first come those in the home currency of the product, which is
# that of the oldest live offer of who describes it, else of the oldest live offer.
_CHEAPEST = f"""
    SELECT asked.id AS asked_id, best.*
    FROM unnest(CAST(:products AS uuid[])) AS asked (id)
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS}
        FROM offers {_JOINS}
        LEFT JOIN stock_items ON stock_items.offer_id = offers.id
        WHERE offers.product_id = asked.id
        ORDER BY purchasable DESC,
            coalesce(stock_items.on_hand - stock_items.allocated, 0) > 0 DESC,
            offers.price_currency = first_value(offers.price_currency) OVER (
                ORDER BY {_PURCHASABLE} DESC, offers.seller_id = products.seller_id DESC, offers.id
            ) DESC,
            offers.price_currency, offers.price_amount, offers.id
        LIMIT 1
    ) AS best
"""  # noqa: S608  constants
# Planning all of it costs more than running it, so each asks for no more than is wanted.
_PRICED = {
    (True, False): text(_NAMED),
    (False, True): text(_CHEAPEST),
    (True, True): text(f"{_NAMED} UNION ALL {_CHEAPEST}"),
}


class SqlOfferRepository(SqlRepository[Offer]):
    aggregate = Offer
    table = offers
    what = "offer"

    def get(self, offer_id: OfferId) -> Offer:
        """A withdrawn one too. Raises `NotFound`."""
        return self._found(offer_id, self._find(offers.c.id == offer_id))

    def live_of_variant(self, variant_id: VariantId) -> Sequence[Offer]:
        """All sellers' offers that are not withdrawn, locked."""
        return self._all_for_update(
            offers.c.variant_id == variant_id, offers.c.withdrawn_at.is_(None)
        )

    def live_of_seller(
        self, seller_id: SellerId, product_ids: Collection[ProductId], skus: Collection[str]
    ) -> Sequence[Offer]:
        """The seller's offers of these products that are not withdrawn, and whichever have one of
        these SKUs, locked."""
        return self._all_for_update(
            offers.c.seller_id == seller_id,
            offers.c.withdrawn_at.is_(None),
            or_(offers.c.product_id.in_(product_ids), offers.c.sku.in_(skus)),
        )

    def priced(
        self, offer_ids: Collection[OfferId], product_ids: Collection[ProductId]
    ) -> tuple[Mapping[OfferId, PricedOffer], Mapping[ProductId, PricedOffer]]:
        """The offers named, and for each product its cheapest purchasable offer in stock, in its
        home currency if there is one.

        Where a product has nothing in stock its cheapest offer serves. What does not exist is
        absent. One statement.
        """
        rows: Iterable[Row[Any]] = ()
        statement = _PRICED.get((bool(offer_ids), bool(product_ids)))
        if statement is not None:
            wanted: dict[str, Any] = {}
            if offer_ids:
                wanted["offers"] = list(offer_ids)
            if product_ids:
                wanted["products"] = list(product_ids)
            rows = self._transaction.read(statement, wanted)
        by_offer: dict[OfferId, PricedOffer] = {}
        by_product: dict[ProductId, PricedOffer] = {}
        for row in rows:
            offer = _priced_offer(row)
            if row.asked_id is None:
                by_offer[offer.offer_id] = offer
            else:
                by_product[ProductId(row.asked_id)] = offer
        return by_offer, by_product


def _priced_offer(row: Row[Any]) -> PricedOffer:
    return PricedOffer(
        offer_id=row.id,
        product_id=row.product_id,
        variant_id=row.variant_id,
        seller_id=row.seller_id,
        sku=row.sku,
        name=row.name,
        slug=row.slug,
        options=row.options,
        price=Money(row.price_amount, row.price_currency),
        purchasable=row.purchasable,
    )
