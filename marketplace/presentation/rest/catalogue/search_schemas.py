"""Searches on the wire: how they are asked, and what stands beside their results."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

from marshmallow import validates_schema

from marketplace.application.catalogue.search import (
    AttributeFilter,
    NumberRange,
    ProductSearchFilter,
    SearchRequest,
    SearchSort,
)
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.shared.money import MAX_AMOUNT
from marketplace.presentation.rest import fields
from marketplace.presentation.rest.pages import PageQuerySchema, take_page
from marketplace.presentation.rest.schema import Json, RequestSchema, ResponseSchema, fault

QUERY_LONGEST = 200
MOST_SUGGESTIONS = 20
_RANGE = re.compile(r"(-?\d{1,100}(?:\.\d{1,100})?)?\.\.(-?\d{1,100}(?:\.\d{1,100})?)?", re.ASCII)


class ProductInclude(StrEnum):
    TOTAL = "total"
    FACETS = "facets"


class ProductQuerySchema(PageQuerySchema):
    q = fields.Text(
        min=1,
        max=QUERY_LONGEST,
        description='Words, "phrases" and -exclusions; the last word may be a beginning. Where '
        "nothing matches, misspelt words are replaced, then words left out",
        example="table",
    )
    category = fields.IdOrSlug(description="With all categories below it", example="books")
    seller = fields.IdOrSlug(description="What it describes or offers", example="papyrus-books")
    min_price = fields.Int64(
        min=0, max=MAX_AMOUNT, description="Minor units of `currency`, which has to be given"
    )
    max_price = fields.Int64(
        min=0, max=MAX_AMOUNT, description="Minor units of `currency`, which has to be given"
    )
    currency = fields.Currency()
    in_stock = fields.Bool()
    condition = fields.List(
        fields.Enum(Condition), max=len(Condition), description="Any one of these"
    )
    attr = fields.List(
        fields.Text(min=3, max=250, pattern="[^:]+:[^\r\n]+"),
        max=30,
        commas=False,
        description="`NAME:VALUE` or `NAME:LEAST..MOST`, an attribute of the product or an option "
        "of a variant. Any one of those of one name, and all names; one variant has to satisfy "
        "all that are options",
        example=["material:oak"],
    )
    sort = fields.Enum(
        SearchSort,
        description="`-` turns the order round. Without it: `relevance` where there is a `q`, "
        "else `newest`. Prices are ordered by currency, then by amount: with `currency` by amount "
        "alone",
    )
    include = fields.List(
        fields.Enum(ProductInclude),
        description="`total` counts all pages, up to 10000; `facets` counts what narrows further",
    )

    @validates_schema
    def name_the_currency(self, data: Mapping[str, Any], **_: Any) -> None:
        if "currency" not in data and ("min_price" in data or "max_price" in data):
            raise fault("A price needs its currency.", "required", "currency")


class FacetValueSchema(ResponseSchema):
    value = fields.Text(description="What to give to the query parameter")
    label = fields.Text()
    count = fields.Integer(description="Products found if only this were selected here")
    selected = fields.Bool()


class FacetSchema(ResponseSchema):
    name = fields.Text(description="The query parameter, or `attr:NAME`", example="attr:material")
    label = fields.Text()
    type = fields.Text(description="`choice` or `range`")
    values = fields.List(fields.Nested(FacetValueSchema))
    min = fields.Number(
        allow_none=True,
        description="Of a range; of prices only where all that is found is in one currency",
    )
    max = fields.Number(allow_none=True, description="As `min`")
    sampled = fields.Bool(
        description="There was too much to count: these are the numbers of the newest products"
    )


class SuggestionQuerySchema(RequestSchema):
    q = fields.Text(min=1, max=QUERY_LONGEST, required=True, example="oak t")
    limit = fields.Integer(min=1, max=MOST_SUGGESTIONS, load_default=10)


class SuggestionSchema(ResponseSchema):
    text = fields.Text()
    type = fields.Text(description="`product`, `category` or `query`")
    slug = fields.Text(allow_none=True, description="Of the product or category")


def take_search(query: Json) -> SearchRequest:
    """The search that the arguments of a `ProductQuerySchema` ask for."""
    with_facets = ProductInclude.FACETS in (query.get("include") or ())
    page = take_page(query)
    attributes = _attributes(query.pop("attr", ()))
    conditions = query.pop("condition", ())
    wanted = ProductSearchFilter(**query, conditions=conditions, attributes=attributes)
    return SearchRequest(page=page, wanted=wanted, with_facets=with_facets)


def _attributes(given: Sequence[str]) -> Sequence[AttributeFilter]:
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for each in given:
        name, _, value = each.partition(":")
        by_name[name].append(value)
    return [_attribute(name, values) for name, values in by_name.items()]


def _attribute(name: str, given: Sequence[str]) -> AttributeFilter:
    values: list[str] = []
    ranges: list[NumberRange] = []
    for value in dict.fromkeys(given):
        found = _RANGE.fullmatch(value)
        if found is None or value == "..":
            values.append(value)
            continue
        least, most = (None if end is None else Decimal(end) for end in found.groups())
        ranges.append(NumberRange(least=least, most=most))
    return AttributeFilter(name=name, values=values, ranges=ranges)
