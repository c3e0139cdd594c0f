"""Searching the catalogue. Whoever implements `ProductSearch` may be another engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from marketplace.application.catalogue.queries import ProductSummaryView
from marketplace.application.paging import Page, PageRequest
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.shared.ids import CategoryId, SellerId

MOST_COUNTED = 10_000
"""Totals are counted up to here."""


class SearchSort(StrEnum):
    """`-` turns an order round. Prices are ordered by currency, then by amount. Products without
    one come last in both orders."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "-newest"
    CHEAPEST = "price"
    DEAREST = "-price"
    NAME = "name"
    NAME_DESCENDING = "-name"


@dataclass(frozen=True, kw_only=True)
class NumberRange:
    """Both ends belong to it; None is open."""

    least: Decimal | float | None = None
    most: Decimal | float | None = None


@dataclass(frozen=True, kw_only=True)
class AttributeFilter:
    """Any one of `values` and `ranges` will do.

    It is met by an attribute of the product or by an option of a variant. What several filters
    ask of options has to be met by one and the same variant.
    """

    name: str
    values: Sequence[str] = ()
    ranges: Sequence[NumberRange] = ()


@dataclass(frozen=True, kw_only=True)
class ProductSearchFilter:
    """Everything that is given has to hold. `category` takes in all categories below it, `seller`
    whatever the seller describes or offers; prices are minor units of `currency`, `conditions`
    alternatives."""

    q: str | None = None
    category: CategoryId | str | None = None
    seller: SellerId | str | None = None
    min_price: int | None = None
    max_price: int | None = None
    currency: str | None = None
    in_stock: bool | None = None
    conditions: Sequence[Condition] = ()
    attributes: Sequence[AttributeFilter] = ()


@dataclass(frozen=True, kw_only=True)
class FacetValue:
    """`count` products would be found if this were the only value selected in its facet."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One way to narrow a search down. `name` is the query argument, or `attr:` and the name of an
    attribute; a facet ignores what is selected in itself.

    `type` is `choice`, which has values, or `range`, which has a least and a most; that of prices
    only where all are in one currency. `sampled` tells that there was too much to count: the
    numbers are those of the most recent products.
    """

    name: str
    label: str
    type: str
    values: Sequence[FacetValue]
    min: float | None
    max: float | None
    sampled: bool


@dataclass(frozen=True, kw_only=True)
class SearchPage(Page[ProductSummaryView]):
    """`total` stops at `MOST_COUNTED`. `corrected` is what was searched for in place of a query
    that nothing matched."""

    facets: Sequence[Facet] | None = None
    corrected: str | None = None


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """`type` is `product` or `category`, which have a slug, or `query`."""

    text: str
    type: str
    slug: str | None


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    page: PageRequest
    wanted: ProductSearchFilter = field(default_factory=ProductSearchFilter)
    with_facets: bool = False


class ProductSearch(Protocol):
    """Finds published products of approved sellers.

    Rows are as they are stored now; filters and orders may lag behind stock by seconds.
    """

    def find(self, request: SearchRequest) -> SearchPage:
        """Sorted as `SearchSort` says; by relevance if there is a query, else newest first.

        A query is words, "phrases" and -exclusions; its last word may be a beginning. Where
        nothing matches, words are taken for misspelt ones, then left out. An unknown category or
        seller has no products. Following the cursors shows no product twice and misses none that
        stands still.

        Raises:
            InvalidCursor: it was not made by this list in this order.
        """

    def suggest(self, beginning: str, limit: int) -> Sequence[Suggestion]:
        """What a query that begins like this may become."""
