"""What a query finds, and in which order."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from marketplace.application.catalogue.search import (
    ProductSearchFilter,
    SearchPage,
    SearchRequest,
    Suggestion,
)
from marketplace.application.paging import InvalidCursor, PageRequest
from marketplace.domain.catalogue.category import Category
from marketplace.domain.catalogue.product import Product
from marketplace.domain.errors import RuleViolated
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.sellers.seller import Seller
from marketplace.infrastructure.database.engine import DatabaseSettings, Engines, create_engines
from marketplace.infrastructure.database.reader import open_reader
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import a_category, a_product, a_seller, a_variant, an_offer, new_id
from tests.fakes import FakeClock


class Words:
    """A catalogue of its own in which products are told apart by their names."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.seller: Seller = a_seller()
        self.category: Category = a_category(slug="furniture", name="Garden furniture")
        with self.uow() as uow:
            uow.sellers.add(self.seller)
            uow.categories.add(self.category)
            uow.commit()

    def uow(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engines.write, clock=FakeClock(), new_id=new_id)

    def add(self, name: str, sku: str | None = None, **fields: Any) -> Product:
        product = a_product(self.seller, self.category, name=name, **fields)
        with self.uow() as uow:
            uow.products.add(product)
            offer = an_offer(product, **({"sku": sku} if sku else {}))
            uow.offers.add(offer)
            uow.stock.add(StockItem(offer_id=offer.id, on_hand=1))
            uow.listings.refresh([product.id])
            uow.commit()
        return product

    def page(self, q: str) -> SearchPage:
        request = SearchRequest(page=PageRequest(), wanted=ProductSearchFilter(q=q))
        with open_reader(self.engines.read) as read:
            return read.search.find(request)

    def names(self, q: str) -> list[str]:
        """What is found by the query as it is."""
        page = self.page(q)
        return [] if page.corrected is not None else [each.name for each in page.items]

    def suggest(self, q: str) -> list[Suggestion]:
        with open_reader(self.engines.read) as read:
            return list(read.search.suggest(q, 10))


@pytest.fixture
def words(own_engines: Engines) -> Words:
    return Words(own_engines)


def test_name_and_sku_come_before_tags_before_description(words: Words) -> None:
    words.add("Mat", description="Looks like cedar.")
    words.add("Shelf", tags=("cedar",))
    words.add("Cedar chest")
    words.add("Box", sku="CEDAR")

    assert words.names("cedar")[2:] == ["Shelf", "Mat"]
    assert set(words.names("cedar")[:2]) == {"Cedar chest", "Box"}


def test_what_else_is_searched(words: Words) -> None:
    red = a_variant(options={"colour": "crimson"}, barcode="9780553380958")
    words.add("Stool", attributes={"wood": "birch", "legs": 3}, variants=[red])

    for q in ("crimson", "birch", "9780553380958", "garden", "stools"):
        assert words.names(q) == ["Stool"], q
    assert words.names("legs") == []


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("oak table", {"Oak table", "Table of oak"}),
        ('"oak table"', {"Oak table"}),
        ("oak -table", {"Oak chair"}),
        ("chair or table", {"Oak table", "Table of oak", "Oak chair"}),
        ("oak ta", set()),
        ("oak tab", {"Oak table", "Table of oak"}),
        ("tab oak", set()),
        ("oak tab ", set()),
        ("the", set()),
        ("'", set()),
        ("\\ & | ! ( ) : * <->", set()),
    ],
)
def test_the_language_of_queries(q: str, expected: set[str], words: Words) -> None:
    for name in ("Oak table", "Table of oak", "Oak chair"):
        words.add(name)

    assert set(words.names(q)) == expected


def test_misspelt_words_are_taken_for_known_ones(words: Words) -> None:
    words.add("Leather armchair")
    words.add("Leather suitcase")

    page = words.page("lether armchiar")

    assert [each.name for each in page.items] == ["Leather armchair"]
    assert page.corrected == "leather armchair"
    assert words.page("leather").corrected is None
    assert words.page("zzzzzz").corrected is None
    assert words.page("lether -armchair").corrected == "leather -armchair"


def test_only_what_is_nowhere_is_taken_for_misspelt(words: Words) -> None:
    words.add("Leather bag", description="Made by hand.", tags=("yellow",))
    words.add("Hello tray")

    # "yellow" is two slips away from "hello".
    assert words.page("yellow lether").corrected == "yellow leather"
    assert words.page("yellow tray").corrected != "hello tray"
    # Short words have one slip.
    assert words.page("holla").corrected is None
    assert words.page("hollo").corrected == "hello"


@pytest.mark.parametrize(
    ("q", "searched"),
    [
        ("oak table", None),
        ("oak table lacquered", "oak table"),
        ("unheard oak of tab", "oak tab"),
        # What products are called is kept before what they are described by.
        ("round chair", "chair"),
        ("chair round", "chair"),
        ("cheap oak chair", "oak chair"),
        ("unheard of", None),
        ("oak -table lacquered", None),
        ('"oak table" lacquered', None),
        ("table lacquered or painted", None),
        ("oak & ( lacquered )", "oak"),
    ],
)
def test_words_are_left_out_until_something_is_found(
    q: str, searched: str | None, words: Words
) -> None:
    words.add("Oak table", tags=("round",))
    words.add("Chair", attributes={"wood": "oak"})

    page = words.page(q)

    assert page.corrected == searched
    assert bool(page.items) == (searched is not None or q == "oak table")


def test_filters_do_not_make_a_query_looser(words: Words) -> None:
    words.add("Oak table")
    words.add("Oak chair")
    wanted = ProductSearchFilter(q="oak table", min_price=10**9, currency="EUR")

    with open_reader(words.engines.read) as read:
        page = read.search.find(SearchRequest(page=PageRequest(), wanted=wanted))

    assert (page.items, page.corrected) == ([], None)


def test_a_cursor_goes_on_with_what_was_searched_for(words: Words) -> None:
    for number in range(3):
        words.add(f"Leather bag {number}")
    wanted = ProductSearchFilter(q="striped bag")

    def page(cursor: str | None) -> SearchPage:
        with open_reader(words.engines.read) as read:
            asked = PageRequest(limit=2, cursor=cursor)
            return read.search.find(SearchRequest(page=asked, wanted=wanted))

    first = page(None)
    second = page(first.next)
    words.add("Striped bag")

    assert (first.corrected, second.corrected) == ("bag", "bag")
    assert len(second.items) == 1
    # It is found as it is now, and the rest of something else would not follow.
    with pytest.raises(InvalidCursor):
        page(first.next)


def test_a_misspelt_query_can_be_paged(words: Words) -> None:
    for number in range(5):
        words.add(f"Leather bag {number}")
    seen: list[str] = []
    cursor: str | None = None
    with open_reader(words.engines.read) as read:
        while True:
            page = read.search.find(
                SearchRequest(
                    page=PageRequest(limit=2, cursor=cursor), wanted=ProductSearchFilter(q="lether")
                )
            )
            seen += [each.name for each in page.items]
            cursor = page.next
            if cursor is None:
                break

    assert sorted(seen) == [f"Leather bag {number}" for number in range(5)]


def test_suggestions(words: Words) -> None:
    lamp = words.add("Brass garden lamp")

    found = words.suggest("Gard")

    assert Suggestion(text="Garden furniture", type="category", slug="furniture") in found
    assert Suggestion(text="garden", type="query", slug=None) in found
    assert Suggestion(text=lamp.name, type="product", slug=lamp.slug) in found
    assert [each.text for each in words.suggest("brass la") if each.type == "query"] == [
        "brass lamp"
    ]
    assert words.suggest("%") == words.suggest("_") == []


def test_no_word_is_suggested_that_leads_to_nothing(words: Words) -> None:
    words.add("Brass lantern")
    gone = words.add("Copper landmark")
    with words.uow() as uow:
        uow._open.write(
            text("UPDATE products SET status = 'archived' WHERE id = :id"), {"id": gone.id}
        )
        uow.listings.refresh([gone.id])
        uow.commit()

    assert [each.text for each in words.suggest("lan")] == ["lantern", "Brass lantern"]
    assert [each.text for each in words.suggest("brass lan")] == ["brass lantern", "Brass lantern"]
    assert words.suggest("copper lan") == []


def test_what_the_database_finds_too_deep_is_an_error_of_the_asker(words: Words) -> None:
    with pytest.raises(RuleViolated), open_reader(words.engines.read) as read:
        read.search._read.execute(text("SELECT websearch_to_tsquery(repeat('-', 40) || 'a')"))


@pytest.fixture
def german(database_url: str) -> Iterator[Engines]:
    engines = create_engines(DatabaseSettings(url=database_url, search_language="german"))
    yield engines
    engines.dispose()


def test_the_language_is_a_setting(german: Engines) -> None:
    words = Words(german)
    words.add("Gartenstühle")

    assert words.names("gartenstuhl ") == ["Gartenstühle"]
