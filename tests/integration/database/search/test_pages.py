"""Pages of a search while products come, change and go."""

import random
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from time import monotonic
from typing import Any

import orjson
import pytest
from sqlalchemy import event, text

from marketplace.application.catalogue.search import (
    ProductSearchFilter,
    SearchPage,
    SearchRequest,
    SearchSort,
)
from marketplace.application.paging import InvalidCursor, PageRequest
from marketplace.domain.catalogue.product import Product
from marketplace.domain.shared.ids import ProductId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.queries import search_pages
from marketplace.infrastructure.database.queries.paging import encode
from marketplace.infrastructure.database.queries.search import _digest
from marketplace.infrastructure.database.reader import open_reader
from tests.factories import NOW, a_category, a_product, a_seller, an_offer
from tests.integration.database.conftest import NewUow
from tests.integration.database.search.catalogues import WORDS

PRODUCTS = 50
LIMIT = 6
CURRENCIES = ("EUR", "EUR", "EUR", "JPY", "USD")
SORTS = [(None, sort) for sort in SearchSort] + [("oak", sort) for sort in SearchSort]


class Shelves:
    """A category of products that all are made of oak, and that somebody keeps changing."""

    def __init__(self, new_uow: NewUow, chance: random.Random) -> None:
        self._new_uow, self._chance = new_uow, chance
        self.seller, self.category = a_seller(), a_category()
        self.present: dict[ProductId, Product] = {}
        self.touched: set[ProductId] = set()
        with new_uow() as uow:
            uow.sellers.add(self.seller)
            uow.categories.add(self.category)
            uow.commit()
        for _ in range(PRODUCTS):
            self.insert()
        self.touched.clear()

    def insert(self) -> None:
        chance = self._chance
        product = a_product(
            self.seller,
            self.category,
            name=" ".join(chance.sample(WORDS[1:], 2)),
            description="oak " * chance.randint(1, 4),
            created_at=NOW + timedelta(minutes=chance.randint(0, 20)),
        )
        with self._new_uow() as uow:
            uow.products.add(product)
            if chance.random() < 0.8:
                price = Money(chance.randint(1, 9) * 100, chance.choice(CURRENCIES))
                uow.offers.add(an_offer(product, price=price))
            uow.listings.refresh([product.id])
            uow.commit()
        self.present[product.id] = product
        self.touched.add(product.id)

    def edit(self) -> None:
        self._change("UPDATE products SET name = :word, description = 'oak oak' WHERE id = :id")

    def reprice(self) -> None:
        self._change("UPDATE offers SET price_amount = length(:word) * 100 WHERE product_id = :id")

    def archive(self) -> None:
        product_id = self._change("UPDATE products SET status = 'archived' WHERE id = :id")
        del self.present[product_id]

    def disturb(self) -> None:
        changes: list[Callable[[], None]] = [self.insert, self.edit, self.reprice, self.archive]
        for _ in range(3):
            self._chance.choice(changes)()

    def _change(self, statement: str) -> ProductId:
        product_id = self._chance.choice(sorted(self.present))
        with self._new_uow() as uow:
            parameters = {"id": product_id, "word": self._chance.choice(WORDS)}
            uow._open.write(text(statement), parameters)
            uow.listings.refresh([product_id])
            uow.commit()
        self.touched.add(product_id)
        return product_id


@pytest.fixture
def few_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that pages by relevance reach from what is ranked into what is not."""
    monkeypatch.setattr(search_pages, "MOST_RANKED", 20)


@pytest.mark.parametrize(("q", "sort"), SORTS)
@pytest.mark.usefixtures("few_ranked")
def test_nothing_comes_twice_and_nothing_that_stood_still_is_missed(
    q: str | None, sort: SearchSort, chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    shelves = Shelves(new_uow, chance)
    before = set(shelves.present)
    wanted = ProductSearchFilter(q=q, category=shelves.category.slug)

    seen: list[ProductId] = []
    cursor: str | None = None
    while True:
        page = _page(engines, wanted, sort, cursor)
        seen += [each.id for each in page.items]
        if page.next is None:
            break
        cursor = page.next
        shelves.disturb()

    still = before - shelves.touched
    assert still
    assert still <= set(seen)
    twice = {each for each in seen if seen.count(each) > 1}
    # What was moved meanwhile may be met again at its new place.
    assert twice <= shelves.touched


@pytest.mark.parametrize(("q", "sort"), SORTS)
@pytest.mark.usefixtures("few_ranked")
def test_the_way_back_shows_the_same(
    q: str | None, sort: SearchSort, chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    shelves = Shelves(new_uow, chance)
    wanted = ProductSearchFilter(q=q, category=shelves.category.slug)

    pages = _pages(engines, wanted, sort)
    assert sum(len(page.items) for page in pages) == PRODUCTS
    for earlier, later in pairwise(pages):
        assert later.previous is not None
        back = _page(engines, wanted, sort, later.previous)
        assert [each.id for each in back.items] == [each.id for each in earlier.items]
    assert pages[0].previous is None


def test_prices_ascend_and_descend_with_the_unpriced_last(
    chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    shelves = Shelves(new_uow, chance)
    wanted = ProductSearchFilter(category=shelves.category.slug)

    for sort, turn in ((SearchSort.CHEAPEST, 1), (SearchSort.DEAREST, -1)):
        page = _page(engines, wanted, sort, None, limit=100)
        prices = [each.price_from for each in page.items]
        priced = [(each.currency, each.amount) for each in prices if each is not None]
        assert priced == sorted(priced)[::turn]
        assert prices[len(priced) :] == [None] * (PRODUCTS - len(priced))
        assert len(priced) < PRODUCTS


@pytest.mark.parametrize("q", [None, "oak"])
def test_prices_in_one_currency_ascend_and_descend(
    q: str | None, chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    shelves = Shelves(new_uow, chance)
    wanted = ProductSearchFilter(q=q, category=shelves.category.slug, currency="EUR")

    upwards, downwards = (
        [each for page in _pages(engines, wanted, sort) for each in page.items]
        for sort in (SearchSort.CHEAPEST, SearchSort.DEAREST)
    )

    prices = [each.price_from for each in upwards if each.price_from is not None]
    assert len(prices) == len(upwards) > LIMIT
    assert {each.currency for each in prices} == {"EUR"}
    assert prices == sorted(prices, key=lambda each: each.amount)
    assert [each.id for each in downwards] == [each.id for each in upwards[::-1]]


@pytest.mark.parametrize("sort", [SearchSort.CHEAPEST, SearchSort.DEAREST])
def test_prices_in_one_currency_are_one_stretch_of_an_index(
    sort: SearchSort, chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    Shelves(new_uow, chance)
    sent: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2:4])

    event.listen(engines.read, "before_cursor_execute", note)
    try:
        first, second, *_ = _pages(engines, ProductSearchFilter(currency="EUR"), sort)
    finally:
        event.remove(engines.read, "before_cursor_execute", note)

    assert first.items
    assert second.items
    with engines.write.connect() as connection:
        # So few rows are read and sorted as fast without.
        for way in ("seqscan", "bitmapscan", "sort"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        for statement, parameters in sent[:2]:
            plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars()
            lines = iter(plan)
            assert any("using ix_product_listings_cheapest" in line for line in lines)
            condition = next(lines)
            assert "Index Cond" in condition
            assert "EUR" in condition


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "W10",
        encode("listings", "newest", False, [1, 2, 3]),
        encode("listings", "relevance", False, [1, 2]),
        encode("listings", "relevance", False, [2**62, 2, 3]),
        encode("listings", "relevance", False, [-5, 2, 3]),
        encode("listings", "relevance", True, ["1", 2, 3]),
    ],
)
def test_a_cursor_of_something_else(cursor: str, engines: Engines) -> None:
    with pytest.raises(InvalidCursor):
        _page(engines, ProductSearchFilter(q="oak"), None, cursor)


@pytest.mark.parametrize("sort", list(SearchSort))
def test_a_cursor_is_good_for_its_own_search_only(
    sort: SearchSort, chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    shelves = Shelves(new_uow, chance)
    wanted = ProductSearchFilter(q="oak", category=shelves.category.slug)
    cursor = _page(engines, wanted, sort, None).next

    assert _page(engines, wanted, sort, cursor).items
    for other in (replace(wanted, q="oak -table"), replace(wanted, in_stock=False)):
        with pytest.raises(InvalidCursor):
            _page(engines, other, sort, cursor)


@pytest.mark.parametrize("q", ["oak", "nothing at all is called so"])
def test_a_cursor_does_not_reach_beyond_the_last_listing(
    q: str, chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    shelves = Shelves(new_uow, chance)
    wanted = ProductSearchFilter(q="oak", category=shelves.category.slug)
    page = _page(engines, wanted, None, None)
    assert page.next is not None
    name = orjson.loads(urlsafe_b64decode(page.next + "=="))[0]
    wanted = replace(wanted, q=q)
    if q != "oak":
        name = name[: name.index(":")] + _digest(wanted)

    for keys in ([2**43 - 1, -1, 2**43 - 1], [2**43 - 1, 5, 1], [0, 5, 2**42], [2**40, -1, 1]):
        for backwards in (False, True):
            start = monotonic()
            with pytest.raises(InvalidCursor):
                _page(engines, wanted, None, encode(name, "relevance", backwards, keys))
            assert monotonic() - start < 1


def _pages(
    engines: Engines, wanted: ProductSearchFilter, sort: SearchSort | None
) -> list[SearchPage]:
    """All pages, from the first one on."""
    pages = [_page(engines, wanted, sort, None)]
    while (following := pages[-1].next) is not None:
        pages.append(_page(engines, wanted, sort, following))
    return pages


def _page(
    engines: Engines,
    wanted: ProductSearchFilter,
    sort: SearchSort | None,
    cursor: str | None,
    limit: int = LIMIT,
) -> SearchPage:
    request = PageRequest(limit=limit, cursor=cursor, sort=sort and str(sort))
    with open_reader(engines.read) as read:
        return read.search.find(SearchRequest(page=request, wanted=wanted))
