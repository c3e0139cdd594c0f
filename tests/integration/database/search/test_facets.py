"""Filters find, and facets count, what going through the catalogue one by one does."""

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from marketplace.application.catalogue.search import (
    AttributeFilter,
    Facet,
    NumberRange,
    ProductSearchFilter,
    SearchPage,
    SearchRequest,
)
from marketplace.application.paging import PageRequest
from marketplace.domain.catalogue.attributes import AttributeDefinition, AttributeType
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import open_reader
from marketplace.infrastructure.database.terms import spelt
from tests.factories import a_category, a_product, a_seller, a_variant
from tests.integration.database.conftest import NewUow
from tests.integration.database.search.catalogues import (
    CURRENCIES,
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


@pytest.mark.parametrize("currencies", [CURRENCIES, ("EUR", "USD"), ("EUR",)])
def test_a_search_agrees_with_going_through_the_catalogue(
    currencies: Sequence[str], chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    with engines.write.begin() as connection:
        connection.execute(text("TRUNCATE products, product_listings, categories CASCADE"))
    catalogue = random_catalogue(chance, currencies=currencies)
    catalogue.store(new_uow)
    products = {each.id: each for each in catalogue.products}

    for wanted in [
        ProductSearchFilter(),
        *(random_filter(chance, catalogue) for _ in range(FILTERS)),
    ]:
        page = search(engines, wanted)

        expected = {each.id for each in catalogue.found(wanted)}
        assert {each.id for each in page.items} == expected, wanted
        for each in page.items:
            assert each.price_from == catalogue.price(products[each.id])
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
            amounts = [each.amount for each in prices]
            is_one = len({each.currency for each in prices}) == 1
            ends = (min(amounts), max(amounts)) if is_one else (None, None)
            assert (facet.min, facet.max) == ends, wanted
    assert not any(each.sampled for each in facets.values())


class Goods:
    """Products that are told apart by their names, in a category of their own."""

    def __init__(self, engines: Engines, new_uow: NewUow) -> None:
        self._engines, self._new_uow = engines, new_uow
        self.seller = a_seller()
        names = ("code", "heat:max", "heat", "50%", "weight")
        self.category = a_category(
            attributes=[
                AttributeDefinition(name=name, type=AttributeType.TEXT, filterable=True)
                for name in names
            ]
        )
        with new_uow() as uow:
            uow.sellers.add(self.seller)
            uow.categories.add(self.category)
            uow.commit()

    def add(self, name: str, attributes: dict[str, Any], *options: dict[str, str]) -> None:
        product = a_product(
            self.seller,
            self.category,
            name=name,
            attributes=attributes,
            variants=[
                a_variant(position=position, options=each)
                for position, each in enumerate(options or ({},), start=1)
            ],
        )
        with self._new_uow() as uow:
            uow.products.add(product)
            uow.listings.refresh([product.id])
            uow.commit()

    def page(self, **wanted: Any) -> SearchPage:
        return search(
            self._engines, ProductSearchFilter(**{"category": self.category.slug, **wanted})
        )

    def names(self, *filters: AttributeFilter) -> set[str]:
        return {each.name for each in self.page(attributes=filters).items}

    def facet(self, name: str, *filters: AttributeFilter) -> Facet | None:
        found = self.page(attributes=filters).facets or ()
        return next((each for each in found if each.name == name), None)


@pytest.fixture
def goods(engines: Engines, new_uow: NewUow) -> Goods:
    return Goods(engines, new_uow)


def test_colons_in_names_and_values_stay_apart(goods: Goods) -> None:
    attributes = {"heat:max": 5, "heat": "max:5", "50%": "x"}
    goods.add("apple", attributes, {"si:ze": "S:1"}, {"si:ze": "M"})

    facets = {each.name: each for each in goods.page(q="apple").facets or ()}
    for name in ("heat:max", "heat", "50%", "si:ze"):
        assert goods.facet(f"attr:{name}") == facets[f"attr:{name}"]
    assert (facets["attr:heat:max"].min, facets["attr:heat:max"].type) == (5, "range")
    assert counts(facets["attr:heat"]) == {"max:5": 1}
    assert counts(facets["attr:50%"]) == {"x": 1}
    assert counts(facets["attr:si:ze"]) == {"S:1": 1, "M": 1}
    size = AttributeFilter(name="si:ze", values=["M"])
    assert counts(goods.facet("attr:si:ze", size)) == {"S:1": 1, "M": 1}
    for name, value in (("heat:max", "5"), ("heat", "max:5"), ("50%", "x"), ("si:ze", "S:1")):
        assert goods.names(AttributeFilter(name=name, values=[value])) == {"apple"}, name
    assert goods.names(AttributeFilter(name="heat", values=["5"])) == set()


def test_a_value_means_the_same_to_facet_and_filter(goods: Goods) -> None:
    long = "1234567890123456789"
    values = {"text": "1.0", "number": 1, "short": "1", "other": "01"}
    values |= {"long": f"{long}.0", "big": int(long)}
    for name, value in values.items():
        goods.add(name, {"code": value}, {"size": f"{value}"})

    expected = {"1": {"text", "number", "short"}, "01": {"other"}, long: {"long", "big"}}
    for filters in ((), (AttributeFilter(name="size", ranges=[NumberRange(least=0)]),)):
        assert counts(goods.facet("attr:size", *filters)) == {
            value: len(names) for value, names in expected.items()
        }
    for value in ("1", "1.0", "1.00", "01", long, f"{long}.00"):
        names = expected[spelt(value)]
        wanted = AttributeFilter(name="code", values=[value])
        size = AttributeFilter(name="size", values=[value])
        assert goods.names(wanted) == goods.names(size) == goods.names(wanted, size) == names, value
        shown = goods.facet("attr:size", size)
        assert shown is not None
        assert [each.value for each in shown.values if each.selected] == [spelt(value)]


def test_a_range_stays_a_range_whatever_is_selected_in_it(goods: Goods) -> None:
    heavy = 1234567890123456789
    goods.add("light", {"weight": 1.5})
    goods.add("heavy", {"weight": heavy})
    goods.add("beyond", {"weight": 1e200})

    for values in (("1.50",), ("7",)):
        shown = goods.facet("attr:weight", AttributeFilter(name="weight", values=values))
        assert shown is not None
        assert (shown.type, shown.min, shown.max, shown.values) == ("range", 1.5, float(heavy), [])
    exactly = NumberRange(least=Decimal(heavy), most=Decimal(heavy))
    assert goods.names(AttributeFilter(name="weight", ranges=[exactly])) == {"heavy"}
    more = NumberRange(least=Decimal(heavy + 1))
    assert goods.names(AttributeFilter(name="weight", ranges=[more])) == {"beyond"}


def test_no_facet_offers_what_cannot_be_asked_for(goods: Goods) -> None:
    goods.add("odd", {"code": "", "heat": "two\nlines", "weight": "x\ry"})
    goods.add("plain", {"code": "y"})

    assert counts(goods.facet("attr:code")) == {"y": 1}
    assert goods.facet("attr:heat") is None
    assert goods.facet("attr:weight") is None


def test_what_is_named_by_its_id_is_selected(goods: Goods) -> None:
    goods.add("thing", {})

    for q in (None, "thing"):
        page = goods.page(category=goods.category.id, seller=goods.seller.id, q=q)
        facets = {each.name: each for each in page.facets or ()}
        for name, slug in (("category", goods.category.slug), ("seller", goods.seller.slug)):
            shown = [(each.value, each.selected) for each in facets[name].values]
            assert (slug, True) in shown
