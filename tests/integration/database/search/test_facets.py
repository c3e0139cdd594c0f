"""Filters find, and facets count, what going through the catalogue one by one does."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import text

from marketplace.application.catalogue.search import (
    Facet,
    ProductSearchFilter,
    SearchPage,
    SearchRequest,
)
from marketplace.application.paging import PageRequest
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import open_reader
from tests.integration.database.conftest import NewUow
from tests.integration.database.search.catalogues import (
    FACETS,
    Catalogue,
    random_catalogue,
    random_filter,
)

FILTERS = 15


def search(engines: Engines, wanted: ProductSearchFilter) -> SearchPage:
    request = SearchRequest(
        page=PageRequest(limit=100, with_total=True), wanted=wanted, with_facets=True
    )
    with open_reader(engines.read) as read:
        return read.search.find(request)


def counts(facet: Facet | None) -> dict[str, int]:
    """What was counted; what is only shown because it is selected was not."""
    return {each.value: each.count for each in facet.values if each.count} if facet else {}


@pytest.mark.parametrize("_", range(3))
def test_a_search_agrees_with_going_through_the_catalogue(
    _: int, chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    with engines.write.begin() as connection:
        connection.execute(text("TRUNCATE products, product_listings, categories CASCADE"))
    catalogue = random_catalogue(chance)
    catalogue.store(new_uow)

    for wanted in [
        ProductSearchFilter(),
        *(random_filter(chance, catalogue) for _ in range(FILTERS)),
    ]:
        page = search(engines, wanted)

        expected = {each.id for each in catalogue.found(wanted)}
        assert {each.id for each in page.items} == expected, wanted
        assert page.total == len(expected)
        _compare_facets(catalogue, wanted, page)
        # Facets that come along with the ranking are the same.
        assert search(engines, replace(wanted, q="everything")).facets == page.facets


def _compare_facets(catalogue: Catalogue, wanted: ProductSearchFilter, page: SearchPage) -> None:
    facets = {each.name: each for each in page.facets or ()}
    for name in FACETS:
        facet = facets.get(name)
        attribute = name.removeprefix("attr:")
        if attribute != name and not catalogue.shows(attribute, wanted):
            assert counts(facet) == {}, wanted
        elif name != "price":
            assert counts(facet) == catalogue.counts(name, wanted), (name, wanted)
        elif prices := catalogue.prices(wanted):
            assert facet is not None
            assert (facet.min, facet.max) == (min(prices), max(prices)), wanted
    assert not any(each.sampled for each in facets.values())
