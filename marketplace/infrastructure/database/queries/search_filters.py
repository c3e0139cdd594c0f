"""Filters of the catalogue as SQL conditions on listings, each with the parameters it needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from marketplace.application.catalogue.search import (
    AttributeFilter,
    NumberRange,
    ProductSearchFilter,
)
from marketplace.infrastructure.database.ranges import number_keys
from marketplace.infrastructure.database.tables import TERM_LONGEST, UNPRICED
from marketplace.infrastructure.database.terms import NUMBER, spelt, term_name

SHOWN, RANGED, HIDDEN = "attr", "range", "more"
"""What the terms of attributes begin with: shown as choices, shown as a range, in no facet."""

# As the indexes of prices say it.
_AMOUNT = "coalesce(price_amount, '0'::bigint)"


@dataclass(frozen=True)
class Condition:
    """One filter. `facet` is the facet that it selects in, `index` what finds it, if any: `terms`
    or `prices`. What is `implied` by the others is of use to the index only, and costly else."""

    sql: str
    parameters: Mapping[str, Any]
    facet: str | None = None
    index: str | None = None
    implied: bool = False


def conditions(wanted: ProductSearchFilter) -> list[Condition]:
    """All filters but the query and what attributes ask of one variant together."""
    attributes = [_of_attribute(*each) for each in enumerate(wanted.attributes)]
    return [*_of_terms(wanted), *attributes, *_of_numbers(wanted)]


def attribute_condition(filters: Sequence[AttributeFilter]) -> Condition | None:
    """What terms cannot tell: ranges, and that one variant satisfies several filters."""
    if not filters or (len(filters) == 1 and not filters[0].ranges):
        return None
    # The operator for this is taken to be true of next to nothing, the function of a third.
    return Condition(
        "jsonb_path_exists(choices, CAST(:choices AS jsonpath), '{}', true)",
        {"choices": variant_path(filters)},
    )


def variant_path(filters: Sequence[AttributeFilter]) -> str:
    """A jsonpath to the options of the variants that satisfy all `filters`."""
    tests = " && ".join(f"({_test(each)})" for each in filters)
    return f"$.v[*] ? ({tests})" if tests else "$.v[*]"


def _of_terms(wanted: ProductSearchFilter) -> Iterator[Condition]:
    for name, key in (("category", wanted.category), ("seller", wanted.seller)):
        if key is None:
            continue
        term = f":{name}"
        parameter: Any = f"{name}:{key}"
        if isinstance(key, UUID):
            table = "categories" if name == "category" else "sellers"
            term = f"(SELECT '{name}:' || slug FROM {table} WHERE id = :{name})"  # noqa: S608
            parameter = key
        yield Condition(f"terms @> ARRAY[{term}]", {name: parameter}, name, "terms")
    if wanted.conditions:
        terms = [f"condition:{each}" for each in wanted.conditions]
        yield Condition("terms && :condition", {"condition": terms}, "condition", "terms")


def _of_attribute(index: int, wanted: AttributeFilter) -> Condition:
    """What may meet the filter, and does so unless it has ranges."""
    tests: list[str] = []
    parameters: dict[str, Any] = {}
    if wanted.values:
        tests.append(f"terms && :attr_{index}")
        parameters[f"attr_{index}"] = [
            f"{kind}:{term_name(wanted.name)}:{spelt(value)}"
            for kind in (SHOWN, RANGED, HIDDEN)
            for value in wanted.values
        ]
    if wanted.ranges:
        # As the index says it.
        tests.append(f"listing_numbers(choices) && CAST(:numbers_{index} AS text[])")
        keys = {key for each in wanted.ranges for key in number_keys(wanted.name, each)}
        parameters[f"numbers_{index}"] = sorted(keys)
    sql = f"({' OR '.join(tests)})" if len(tests) > 1 else tests[0]
    return Condition(sql, parameters, f"attr:{wanted.name}", "terms", bool(wanted.ranges))


def _of_numbers(wanted: ProductSearchFilter) -> Iterator[Condition]:
    if wanted.in_stock is not None:
        yield Condition("in_stock" if wanted.in_stock else "NOT in_stock", {}, "inStock")
    if wanted.currency is not None:
        yield Condition(
            f"coalesce(price_currency, '{UNPRICED}') = :currency",
            {"currency": wanted.currency},
            index="prices",
        )
    ends = ("min_price", ">=", wanted.min_price), ("max_price", "<=", wanted.max_price)
    for name, sign, amount in ends:
        if amount is not None:
            sql = f"(price_amount IS NOT NULL AND {_AMOUNT} {sign} :{name})"
            yield Condition(sql, {name: amount}, "price", "prices")


def _test(wanted: AttributeFilter) -> str:
    """One variant `@`, or the product `$.a`, has one of the values."""
    key = _quoted(wanted.name)
    tests: list[str] = []
    for place in (f"@.{key}", f"$.a.{key}"):
        for value in wanted.values:
            tests += _equals(place, value)
        tests += [_within(place, each) for each in wanted.ranges]
    return " || ".join(tests)


def _equals(place: str, value: str) -> Iterator[str]:
    written = spelt(value)
    number = NUMBER.fullmatch(written)
    if number is None:
        comparison = "starts with" if len(written) >= TERM_LONGEST else "=="
        yield f"{place} {comparison} {_quoted(written)}"
        if written in ("true", "false"):
            yield f"{place} == {written}"
        return
    # Text that looks like the same number is the same.
    sign = "-?" if written == "0" else number[1]
    end = f"[.]{number[3]}0*" if number[3] else "([.]0+)?"
    yield f"{place} like_regex {_quoted(f'^{sign}{number[2]}{end}$')}"
    yield f"{place} == {written}"


def _within(place: str, wanted: NumberRange) -> str:
    ends = [
        f"@.double() {sign} {end:f}" if isinstance(end, Decimal) else f"@.double() {sign} {end!r}"
        for sign, end in ((">=", wanted.least), ("<=", wanted.most))
        if end is not None
    ]
    return f"exists ({place} ? ({' && '.join(ends)}))"


def _quoted(value: str) -> str:
    return orjson.dumps(value).decode()
