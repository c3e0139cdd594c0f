"""What a buyer sees of offers and of their sellers when buying."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from marketplace.application.price_list import PricedOffer, PricedSeller, PriceList
from marketplace.domain.shared.ids import OfferId, ProductId, SellerId, ShippingMethodId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.method import ShippingMethod
from marketplace.infrastructure.database.queries.prepared import AnyRow
from marketplace.infrastructure.database.sql import Sql
from marketplace.infrastructure.database.transaction import Transaction
from marketplace.infrastructure.database.zones import zones_of

_PURCHASABLE = """(
    products.status = 'published' AND sellers.status = 'approved' AND offers.withdrawn_at IS NULL
)"""
_COLUMNS = f"""
    offers.id, offers.product_id, offers.variant_id, offers.seller_id, offers.sku,
    offers.price_amount, offers.price_currency, products.name, products.slug, variants.options,
    coalesce(variants.weight, 0) AS weight,
    sellers.name AS seller_name, sellers.slug AS seller_slug,
    {_PURCHASABLE} AS purchasable,
    coalesce(stock_items.on_hand - stock_items.allocated, 0) AS available
"""
_JOINS = """
    JOIN products ON products.id = offers.product_id
    JOIN variants ON variants.id = offers.variant_id
    JOIN sellers ON sellers.id = offers.seller_id
    LEFT JOIN stock_items ON stock_items.offer_id = offers.id
"""
# Each table apart: planning one join of all of them takes longer than reading it.
_NAMED = f"""
    SELECT CAST(NULL AS uuid) AS asked_id, {_COLUMNS}
    FROM (
        SELECT * FROM offers WHERE id = ANY(CAST(:offers AS uuid[])) OFFSET 0
    ) AS offers
    CROSS JOIN LATERAL (
        SELECT status, name, slug FROM products WHERE id = offers.product_id OFFSET 0
    ) AS products
    CROSS JOIN LATERAL (
        SELECT options, weight FROM variants WHERE id = offers.variant_id OFFSET 0
    ) AS variants
    CROSS JOIN LATERAL (
        SELECT status, name, slug FROM sellers WHERE id = offers.seller_id OFFSET 0
    ) AS sellers
    LEFT JOIN LATERAL (
        SELECT on_hand, allocated FROM stock_items WHERE offer_id = offers.id OFFSET 0
    ) AS stock_items ON true
"""  # noqa: S608  constants
# Amounts compare within a currency: first come those in the home currency of the product, which is
# that of the oldest live offer of who describes it, else of the oldest live offer.
_CHEAPEST = f"""
    SELECT asked.id AS asked_id, best.*
    FROM unnest(CAST(:products AS uuid[])) AS asked (id)
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS}
        FROM offers {_JOINS}
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


def _with_methods(priced: str) -> str:
    """`priced`, with the methods of each seller on one row of it."""
    return f"""
        SELECT priced.*,
            CASE WHEN row_number() OVER (PARTITION BY priced.seller_id) = 1 THEN (
                SELECT json_agg(method ORDER BY method.id)
                FROM shipping_methods AS method
                WHERE method.seller_id = priced.seller_id
            ) END AS methods
        FROM ({priced}) AS priced
    """  # noqa: S608  constants


# Planning all of it costs more than running it, so each asks for no more than is wanted.
_LOOK_UP = {
    (True, False): Sql(_with_methods(_NAMED)),
    (False, True): Sql(_with_methods(_CHEAPEST)),
    (True, True): Sql(_with_methods(f"{_NAMED} UNION ALL {_CHEAPEST}")),
}


class SqlPriceLists:
    """Implements `application.price_list.PriceLists`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def look_up(
        self, offer_ids: Collection[OfferId], product_ids: Collection[ProductId]
    ) -> PriceList:
        """As things stand now. One statement."""
        rows: Iterable[AnyRow] = ()
        statement = _LOOK_UP.get((bool(offer_ids), bool(product_ids)))
        if statement is not None:
            wanted: dict[str, Any] = {}
            if offer_ids:
                wanted["offers"] = list(offer_ids)
            if product_ids:
                wanted["products"] = list(product_ids)
            rows = self._transaction.look_up(statement, wanted)
        by_offer: dict[OfferId, PricedOffer] = {}
        by_product: dict[ProductId, PricedOffer] = {}
        sellers: dict[SellerId, PricedSeller] = {}
        for row in rows:
            if row.methods is not None or row.seller_id not in sellers:
                sellers[row.seller_id] = _priced_seller(row)
            if row.asked_id is None:
                by_offer[row.id] = _priced_offer(row)
            else:
                by_product[row.asked_id] = _priced_offer(row)
        return PriceList(by_offer=by_offer, by_product=by_product, sellers=sellers)


def _priced_offer(row: AnyRow) -> PricedOffer:
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
        weight=row.weight,
        purchasable=row.purchasable,
        available=row.available,
    )


def _priced_seller(row: AnyRow) -> PricedSeller:
    return PricedSeller(
        name=row.seller_name,
        slug=row.seller_slug,
        methods=[_method(each) for each in row.methods or ()],
    )


def _method(document: dict[str, Any]) -> ShippingMethod:
    """Of a row of `shipping_methods` as JSON."""
    free_from = document["free_from_amount"]
    return ShippingMethod(
        id=ShippingMethodId(UUID(document["id"])),
        version=document["version"],
        seller_id=SellerId(UUID(document["seller_id"])),
        name=document["name"],
        carrier=document["carrier"],
        price=Money(document["price_amount"], document["price_currency"]),
        countries=tuple(document["countries"]),
        free_from=None if free_from is None else Money(free_from, document["free_from_currency"]),
        zones=zones_of(document["zones"]),
        handling_days=document["handling_days"],
        created_at=datetime.fromisoformat(document["created_at"]),
        updated_at=datetime.fromisoformat(document["updated_at"]),
    )
