"""The listing of each product that is for sale: what filters, orders and searches read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    Computed,
    Identity,
    Index,
    Integer,
    Named,
    Table,
    Text,
    TypedColumns,
    event,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from marketplace.domain.shared.ids import ProductId
from marketplace.infrastructure.database.tables.base import (
    amounts,
    currencies,
    flag,
    id_of,
    instant,
    instants,
    metadata,
    minor_units,
    text,
)
from marketplace.infrastructure.database.types import Document

SHELF: Final = 8192
"""How many listings stand on a shelf: searches for common words look at the newest ones first."""

SHELVES: Final = 8
"""How many shelves make a room, so that long stretches are few rooms instead of many shelves."""

TERM_LONGEST: Final = 100
"""Values of attributes are compared by so many characters."""

NUMBER_DIGITS: Final = 8
"""So many hexadecimal digits of a number, as a double, the index of listings has: twelve bits of
sign and exponent, and twenty of the fraction, which are six decimal places."""


class ProductListingColumns(TypedColumns):
    # No foreign key: who writes the listings of a seller would wait for those who hold a product
    # and wait for the seller.
    product_id: Named[ProductId] = id_of(primary_key=True)
    # The order in which products were listed. `shelf` holds two stretches of it, as GIN can find
    # them: its shelf, an even number, and its room, an odd one.
    number: Named[int] = Column(BigInteger, Identity())
    shelf: Named[Sequence[int]] = Column(
        ARRAY(Integer),
        Computed(
            f"ARRAY[2 * (number / {SHELF})::integer,"
            f" 2 * (number / {SHELF * SHELVES})::integer + 1]",
            persisted=True,
        ),
        nullable=False,
    )
    created_at: Named[datetime] = instant()
    name: Named[str] = text()
    # In the home currency of the product: the lowest price in stock, else the lowest.
    price_amount: Named[int | None] = minor_units()
    price_currency: Named[str | None] = text()
    in_stock: Named[bool] = flag()
    # `seller:SLUG`, `category:SLUG` (and of all above it), `condition:NEW`, `attr:NAME:VALUE`;
    # `more:NAME:VALUE` where no facet shows the attribute.
    terms: Named[Sequence[str]] = Column(ARRAY(Text))
    # {"a": attributes, "v": [options of a variant]}
    choices: Named[Mapping[str, Any]] = Column(Document)
    search: Named[Any] = Column(TSVECTOR)


product_listings = Table(
    "product_listings",
    metadata,
    ProductListingColumns,
    *amounts("price_amount"),
    *currencies("price_currency"),
    *instants("created_at"),
    Index("ix_product_listings_newest", "created_at", "product_id"),
    Index("ix_product_listings_name", "name", "product_id"),
)

# `NAME:DIGITS` for each attribute and each option that filters take for a number, `$.*` being the
# object of the ones and the array of the others. There are the first digit of it, the first two and
# so on, so that a range is some of them; a row of the result is one number. Text may come to a
# little more than the greatest double. Keys are in the index only; making them takes as long as
# reading many rows, which the costs tell.
_KEYS: Final = ", ".join(
    f"name || left(hexadecimal, {digits})" for digits in range(1, NUMBER_DIGITS + 1)
)
_NUMBERS: Final = f"""
CREATE OR REPLACE FUNCTION listing_numbers(choices jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
RETURN ARRAY(
    SELECT ARRAY[{_KEYS}]
    FROM (
        SELECT (number ->> 'key') || ':' AS name, encode(float8send(least(greatest(
            jsonb_path_query_first(number, '$.value.double()')::numeric, -1e308
        ), 1e308)::float8), 'hex') AS hexadecimal
        FROM jsonb_path_query(
            choices, '$.*[*].keyvalue() ? (exists (@.value.double()))'
        ) AS number
        OFFSET 0
    ) AS written
)
"""  # noqa: S608  constants
event.listen(product_listings, "before_create", DDL(_NUMBERS))  # type: ignore[no-untyped-call]
# No pending list: searches would have to read all of it.
Index(
    "ix_product_listings_search",
    product_listings.c.search,
    product_listings.c.shelf,
    product_listings.c.terms,
    func.listing_numbers(product_listings.c.choices),
    postgresql_using="gin",
    postgresql_with={"fastupdate": "off"},
)

UNPRICED: Final = "ZZZZ"
"""Sorts after all currencies."""

# Amounts compare within a currency. Whichever way the prices run, products without one come last.
_amount: Final = func.coalesce(
    product_listings.c.price_amount, literal_column("'0'::bigint", BigInteger)
)
_upwards: Final = func.coalesce(
    product_listings.c.price_currency, literal_column(f"'{UNPRICED}'", Text)
)
_downwards: Final = func.coalesce(product_listings.c.price_currency, literal_column("''", Text))
price_upwards: Final = (_upwards, _amount)
price_downwards: Final = (_downwards, _amount)
Index("ix_product_listings_cheapest", *price_upwards, product_listings.c.product_id)
Index("ix_product_listings_dearest", *price_downwards, product_listings.c.product_id)


class CatalogueWordColumns(TypedColumns):
    word: Named[str] = text(primary_key=True)
    trigrams: Named[Sequence[str]] = Column(ARRAY(Text))


catalogue_words = Table(
    "catalogue_words",
    metadata,
    CatalogueWordColumns,
    Index("ix_catalogue_words_trigrams", "trigrams", postgresql_using="gin"),
    Index("ix_catalogue_words_prefix", "word", postgresql_ops={"word": "text_pattern_ops"}),
)
