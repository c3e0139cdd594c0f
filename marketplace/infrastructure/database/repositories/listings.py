"""Listings: rebuilt from products, variants, offers and stock by one statement."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import TextClause, text

from marketplace.domain.shared.ids import CategoryId, OfferId, ProductId, SellerId
from marketplace.infrastructure.database.repositories.listing_locks import (
    hold_all_sellers,
    hold_products,
    one_at_a_time,
)
from marketplace.infrastructure.database.tables import TERM_LONGEST
from marketplace.infrastructure.database.terms import spelt_sql, term_name_sql
from marketplace.infrastructure.database.transaction import Transaction

DESCRIPTION_SEARCHED = 5_000
# PostgreSQL keeps at most 1 MiB of words: three such texts fit, whatever they are written in.
WORDS_SEARCHED = 50_000

_SHELVES = """
    SELECT leaf.id,
        (
            SELECT string_agg(above.name, ' ' ORDER BY length(above.path))
            FROM categories AS above WHERE above.slug = ANY(string_to_array(leaf.path, '/'))
        ) AS names,
        string_to_array(leaf.path, '/') AS slugs,
        ARRAY(
            SELECT nearest.name
            FROM (
                SELECT DISTINCT ON (definition ->> 'name')
                    definition ->> 'name' AS name, (definition ->> 'filterable')::boolean AS shown
                FROM categories AS above
                CROSS JOIN jsonb_array_elements(above.attributes) AS definition
                WHERE above.slug = ANY(string_to_array(leaf.path, '/'))
                ORDER BY definition ->> 'name', length(above.path) DESC
            ) AS nearest
            WHERE nearest.shown
        ) AS facets
    FROM categories AS leaf
    WHERE leaf.id IN (SELECT category_id FROM public)
"""
_ATTRIBUTE = spelt_sql("attribute.value")
_OPTION = spelt_sql("option.value")
_TRIMMED = "trim_scale((attribute.value #>> '{}')::numeric)::text"
_ATTRIBUTE_NAME = term_name_sql("attribute.key")
_OPTION_NAME = term_name_sql("option.key")
# Amounts compare in the home currency of a product: that of the oldest offer of who describes it,
# else of the oldest offer. Ids sort by time.
_LIVE = """
    SELECT offers.*, sellers.slug,
        coalesce(stock_items.on_hand > stock_items.allocated, false) AS in_stock,
        first_value(offers.price_currency) OVER (
            ORDER BY offers.seller_id = public.seller_id DESC, offers.id
        ) AS home
    FROM offers
    JOIN sellers ON sellers.id = offers.seller_id AND sellers.status = 'approved'
    LEFT JOIN stock_items ON stock_items.offer_id = offers.id
    WHERE offers.product_id = public.id AND offers.withdrawn_at IS NULL
"""
_PRICES = """
    coalesce(
        min(live.price_amount) FILTER (WHERE live.price_currency = live.home AND live.in_stock),
        min(live.price_amount) FILTER (WHERE live.price_currency = live.home)
    ) AS price_amount,
    min(live.home) AS price_currency,
    bool_or(live.in_stock) AS in_stock
"""
_LISTED = f"""
    SELECT public.id, public.created_at, public.name,
        offered.price_amount, offered.price_currency, coalesce(offered.in_stock, false) AS in_stock,
        ARRAY['seller:' || public.seller_slug]
            || ARRAY(SELECT 'category:' || slug FROM unnest(shelf.slugs) AS slug)
            || coalesce(offered.terms, ARRAY[]::text[])
            || ARRAY(
                SELECT CASE
                        WHEN jsonb_exists(described.option, attribute.key) THEN 'attr:'
                        WHEN attribute.key <> ALL(shelf.facets) THEN 'more:'
                        -- Cut off, it would be another number.
                        WHEN jsonb_typeof(attribute.value) = 'number'
                                AND length({_TRIMMED}) > {TERM_LONGEST} THEN 'more:'
                        WHEN jsonb_typeof(attribute.value) = 'number' THEN 'range:'
                        ELSE 'attr:'
                    END || {_ATTRIBUTE_NAME} || ':' || {_ATTRIBUTE}
                FROM jsonb_each(public.attributes) AS attribute
                UNION SELECT unnest(described.terms)
                ORDER BY 1
            ) AS terms,
        jsonb_build_object('a', public.attributes, 'v', described.options) AS choices,
        setweight(to_tsvector(left(
            concat_ws(' ', public.name, offered.skus, described.barcodes), {WORDS_SEARCHED}
        )), 'A')
            || setweight(to_tsvector(left(concat_ws(' ', array_to_string(public.tags, ' '),
                shelf.names, described.words, (
                    SELECT string_agg(attribute.value #>> '{{}}', ' ')
                    FROM jsonb_each(public.attributes) AS attribute
                    WHERE jsonb_typeof(attribute.value) = 'string'
                )), {WORDS_SEARCHED})), 'B')
            || setweight(
                to_tsvector(left(public.description, {DESCRIPTION_SEARCHED})), 'C'
            ) AS search
    FROM public
    JOIN shelves AS shelf ON shelf.id = public.category_id
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(DISTINCT variants.options), '[]') AS options,
            (array_agg(variants.options))[1] AS option,
            string_agg(variants.barcode, ' ') AS barcodes,
            (
                SELECT string_agg(DISTINCT option.value #>> '{{}}', ' ')
                FROM variants CROSS JOIN jsonb_each(variants.options) AS option
                WHERE variants.product_id = public.id AND variants.removed_at IS NULL
            ) AS words,
            ARRAY(
                SELECT DISTINCT 'attr:' || {_OPTION_NAME} || ':' || {_OPTION}
                FROM variants CROSS JOIN jsonb_each(variants.options) AS option
                WHERE variants.product_id = public.id AND variants.removed_at IS NULL
            ) AS terms
        FROM variants
        WHERE variants.product_id = public.id AND variants.removed_at IS NULL
    ) AS described
    LEFT JOIN LATERAL (
        SELECT {_PRICES},
            string_agg(live.sku, ' ') AS skus,
            array_agg(DISTINCT 'condition:' || live.condition)
                || array_agg(DISTINCT 'seller:' || live.slug)
                    FILTER (WHERE live.slug <> public.seller_slug) AS terms
        FROM ({_LIVE}) AS live
    ) AS offered ON true
"""  # noqa: S608  constants
_REFRESH = f"""
    WITH wanted AS MATERIALIZED (WANTED),
    public AS MATERIALIZED (
        SELECT products.*, sellers.slug AS seller_slug
        FROM wanted
        JOIN products ON products.id = wanted.id AND products.status = 'published'
        JOIN sellers ON sellers.id = products.seller_id AND sellers.status = 'approved'
    ), gone AS (
        DELETE FROM product_listings
        WHERE product_id IN (SELECT id FROM wanted EXCEPT SELECT id FROM public)
    ), shelves AS MATERIALIZED ({_SHELVES}),
    listed AS MATERIALIZED ({_LISTED}),
    words AS (
        SELECT DISTINCT word.lexeme
        FROM listed
        CROSS JOIN LATERAL unnest(to_tsvector('simple', listed.name)) AS word
        WHERE length(word.lexeme) BETWEEN 3 AND 40 AND word.lexeme !~ '[0-9]'
    ), learnt AS (
        INSERT INTO catalogue_words (word, trigrams)
        SELECT word.lexeme, ARRAY(
            SELECT DISTINCT substr('  ' || word.lexeme || ' ', start, 3)
            FROM generate_series(1, length(word.lexeme) + 1) AS start
        )
        FROM (
            SELECT lexeme FROM words
            EXCEPT SELECT word FROM catalogue_words
            ORDER BY 1
        ) AS word
        ON CONFLICT DO NOTHING
    )
    INSERT INTO product_listings AS known (
        product_id, created_at, name, price_amount, price_currency, in_stock, terms, choices, search
    )
    SELECT * FROM listed ORDER BY created_at, id
    ON CONFLICT (product_id) DO UPDATE SET
        name = excluded.name,
        price_amount = excluded.price_amount,
        price_currency = excluded.price_currency,
        in_stock = excluded.in_stock,
        terms = excluded.terms,
        choices = excluded.choices,
        search = excluded.search
    WHERE (known.name, known.price_amount, known.price_currency, known.in_stock, known.terms,
            known.choices, known.search)
        IS DISTINCT FROM (excluded.name, excluded.price_amount, excluded.price_currency,
            excluded.in_stock, excluded.terms, excluded.choices, excluded.search)
"""  # noqa: S608  constants


def _refreshing(wanted: str) -> TextClause:
    return text(_REFRESH.replace("WANTED", wanted))


_OF_PRODUCTS = _refreshing("SELECT unnest(CAST(:products AS uuid[])) AS id")
_OF_SELLER = _refreshing(
    """
    SELECT id FROM products WHERE seller_id = :seller
    UNION SELECT product_id FROM offers WHERE seller_id = :seller
    """
)
_OF_CATEGORY = _refreshing(
    """
    SELECT products.id
    FROM categories AS top
    JOIN categories AS below ON below.path = top.path OR starts_with(below.path, top.path || '/')
    JOIN products ON products.category_id = below.id
    WHERE top.id = :category AND products.status = 'published'
    """
)
_MISSING = text(
    """
    SELECT id FROM products
    WHERE status = 'published'
        AND NOT EXISTS (SELECT FROM product_listings WHERE product_id = products.id)
    """
)
_EVERYTHING = _refreshing("SELECT id FROM products")


_OFFERED = text("SELECT DISTINCT product_id FROM offers WHERE id = ANY(CAST(:offers AS uuid[]))")
# Rows are locked in one order, lest two of these wait for each other.
_RESTOCK = text(
    f"""
    WITH known AS MATERIALIZED (
        SELECT product_listings.product_id FROM product_listings
        WHERE product_id = ANY(CAST(:products AS uuid[]))
        ORDER BY product_id FOR UPDATE
    ), best AS (
        SELECT public.id AS product_id, offered.*
        FROM known
        JOIN products AS public ON public.id = known.product_id
        CROSS JOIN LATERAL (
            SELECT {_PRICES}
            FROM ({_LIVE}) AS live
            HAVING count(*) > 0
        ) AS offered
    )
    UPDATE product_listings AS listing
    SET in_stock = best.in_stock,
        price_amount = best.price_amount,
        price_currency = best.price_currency
    FROM best
    WHERE listing.product_id = best.product_id
        AND (listing.in_stock, listing.price_amount, listing.price_currency)
            IS DISTINCT FROM (best.in_stock, best.price_amount, best.price_currency)
    """  # noqa: S608  constants
)
_PATIENTLY = text("SELECT set_config('statement_timeout', '1h', true)")


class SqlListings:
    """Implements `domain.catalogue.listings.Listings`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def refresh(
        self, product_ids: Collection[ProductId], *, left: Collection[CategoryId] = ()
    ) -> None:
        """Let the listings of these products say what is stored, within this transaction.

        `left` are categories that they were in before this transaction.
        """
        hold_products(self._transaction, product_ids, left)
        # In one order everywhere, lest two of these wait for each other.
        self._write(_OF_PRODUCTS, products=sorted(product_ids))

    def restock(self, offer_ids: Collection[OfferId]) -> None:
        """Let the listings of the products of these offers say what is in stock, and the price
        that comes of it."""
        found = self._transaction.read(_OFFERED, {"offers": list(offer_ids)}).scalars()
        products = sorted(ProductId(each) for each in found)
        hold_products(self._transaction, products, ())
        self._write(_RESTOCK, products=products)

    def refresh_seller(self, seller_id: SellerId) -> None:
        """The same for everything that this seller describes or offers. Its row is held."""
        self._patiently(_OF_SELLER, seller=seller_id)

    def refresh_category(self, category_id: CategoryId) -> None:
        """The same for everything in this category and below it. Their rows are held."""
        self._patiently(_OF_CATEGORY, category=category_id)

    def add_missing(self) -> None:
        """List what is for sale and has no listing."""
        self._transaction.read(_PATIENTLY)
        if missing := self._transaction.read(_MISSING).scalars().all():
            self.refresh(missing)

    def refresh_all(self) -> None:
        """The same for everything, in one transaction."""
        hold_all_sellers(self._transaction)
        self._patiently(_EVERYTHING)

    def _patiently(self, statement: TextClause, **parameters: Any) -> None:
        one_at_a_time(self._transaction)
        self._transaction.read(_PATIENTLY)
        self._write(statement, **parameters)

    def _write(self, statement: TextClause, **parameters: Any) -> None:
        self._transaction.write(statement, parameters)
