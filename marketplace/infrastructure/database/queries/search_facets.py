"""Facets: how many of the products found have which value."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from marketplace.application.catalogue.search import Facet, FacetValue, ProductSearchFilter
from marketplace.infrastructure.database.queries.connection import ReadConnection
from marketplace.infrastructure.database.queries.search_facet_sql import (
    Branch,
    facet_sql,
    facet_statement,
)
from marketplace.infrastructure.database.queries.search_filters import (
    HIDDEN,
    RANGED,
    SHOWN,
    Condition,
    attribute_condition,
    conditions,
    variant_path,
)
from marketplace.infrastructure.database.queries.search_statements import (
    ENOUGH,
    MOST_RANKED,
    FacetSql,
)
from marketplace.infrastructure.database.queries.search_text import parse
from marketplace.infrastructure.database.terms import spelt, term_name

MOST_VALUES: Final = 50
MOST_ATTRIBUTES: Final = 20
_LABELS: Final = {
    "category": "Category",
    "seller": "Seller",
    "condition": "Condition",
    "inStock": "In stock",
    "price": "Price",
}


@dataclass(frozen=True)
class FacetQuery:
    """How the facets of a search are counted; without the query and its parameters."""

    wanted: ProductSearchFilter
    branches: tuple[Branch, ...]
    parameters: Mapping[str, Any]

    @property
    def sql(self) -> FacetSql:
        """To be counted along with a page of the same search."""
        return facet_sql(self.branches, with_query=self.wanted.q is not None)

    def facets(self, rows: Iterable[Sequence[Any]]) -> Sequence[Facet]:
        """The facets of the rows of `sql`."""
        return _facets([_Counted(*row) for row in rows], self.wanted)


def facet_query(wanted: ProductSearchFilter) -> FacetQuery:
    parameters: dict[str, Any] = {
        "top": None,
        "bottom": 0,
        "most": MOST_RANKED,
        "enough": ENOUGH,
        "most_values": MOST_VALUES,
        "chosen": [
            f"{name}:{spelt(value)}" for name, values in _chosen(wanted).items() for value in values
        ],
        "chosen_ids": [key for key in (wanted.category, wanted.seller) if isinstance(key, UUID)],
    }
    own = {each.facet for each in conditions(wanted) if each.facet}
    own |= {f"attr:{each.name}" for each in wanted.attributes}
    branches = []
    for index, facet in enumerate((None, *sorted(own))):
        branch, needed = _branch(index, facet, wanted)
        branches.append(branch)
        parameters |= needed
    parameters["apart"] = sorted(own)
    return FacetQuery(wanted, tuple(branches), parameters)


def fetch_facets(read: ReadConnection, asked: FacetQuery) -> Sequence[Facet]:
    """The facets of a search, in one statement of their own."""
    q = asked.wanted.q
    query = parse(q) if q is not None else None
    parameters = {**asked.parameters, **(query.parameters if query else {})}
    statement = facet_statement(query.sql if query else None, asked.branches)
    return asked.facets(read.execute(statement, parameters))


def _branch(
    index: int, facet: str | None, wanted: ProductSearchFilter
) -> tuple[Branch, dict[str, Any]]:
    kept: list[Condition] = [
        each for each in conditions(wanted) if facet is None or each.facet != facet
    ]
    filters = [each for each in wanted.attributes if f"attr:{each.name}" != facet]
    together = attribute_condition(filters)
    needed = {name: value for each in kept for name, value in each.parameters.items()}
    limits = [each.sql for each in kept]
    if together is not None:
        needed[f"choices_{index}"] = together.parameters["choices"]
        limits.append(together.sql.replace(":choices", f":choices_{index}"))
    if filters:
        needed[f"path_{index}"] = variant_path(filters)
    if facet is not None and facet not in ("inStock", "price"):
        name = facet.removeprefix("attr:")
        kinds = (SHOWN, RANGED, HIDDEN) if facet != name else ()
        needed[f"own_{index}"] = [f"{kind}:{term_name(name)}:" for kind in kinds] or [f"{name}:"]
    return Branch(facet, tuple(limits), bool(filters)), needed


class _Counted(NamedTuple):
    """A value of a facet; without one the ends of a range."""

    facet: str
    value: str | None
    number: int
    label: str | None
    least: float | None
    most: float | None
    sampled: bool
    selected: bool


def _facets(counted: Iterable[_Counted], wanted: ProductSearchFilter) -> list[Facet]:
    groups: defaultdict[str, list[_Counted]] = defaultdict(list)
    for each in counted:
        groups[each.facet].append(each)
    chosen = _chosen(wanted)
    attributes = sorted(
        (name for name in {*groups, *chosen} if name.startswith("attr:")),
        key=lambda name: (name not in chosen, -sum(each.number for each in groups[name]), name),
    )
    names = [*(name for name in _LABELS if name in groups or name in chosen)]
    return [
        _facet(name, groups[name], chosen.get(name, ()))
        for name in (*names, *attributes[:MOST_ATTRIBUTES])
    ]


def _facet(name: str, counted: Sequence[_Counted], chosen: Sequence[str]) -> Facet:
    ends = next((each for each in counted if each.value is None), None)
    values = [
        FacetValue(
            value=each.value,
            label=each.label or each.value,
            count=each.number,
            selected=each.selected,
        )
        for each in counted
        if each.value is not None
    ]
    found = {value.value for value in values}
    is_range = name == "price" or (ends is not None and not values)
    # A range stays one whatever is selected in it.
    values += [
        FacetValue(value=value, label=value, count=0, selected=True)
        for value in dict.fromkeys(map(spelt, chosen))
        if value not in found and not is_range
    ]
    return Facet(
        name=name,
        label=_LABELS.get(name) or name.removeprefix("attr:"),
        type="range" if is_range else "choice",
        values=values,
        min=ends.least if ends else None,
        max=ends.most if ends else None,
        sampled=any(each.sampled for each in counted),
    )


def _chosen(wanted: ProductSearchFilter) -> dict[str, Sequence[str]]:
    """What is selected, by facet. A category or seller that is named by its id is not known by
    its slug here."""
    chosen: dict[str, Sequence[str]] = {}
    if isinstance(wanted.category, str):
        chosen["category"] = [wanted.category]
    if isinstance(wanted.seller, str):
        chosen["seller"] = [wanted.seller]
    if wanted.conditions:
        chosen["condition"] = [str(each) for each in wanted.conditions]
    if wanted.in_stock is not None:
        chosen["inStock"] = ["true" if wanted.in_stock else "false"]
    for each in wanted.attributes:
        chosen[f"attr:{each.name}"] = list(each.values)
    return chosen
