"""Filters and orders that do not go together: however a page is found, it is the right one."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import event, text

from marketplace.application.catalogue.search import (
    ProductSearchFilter,
    SearchPage,
    SearchRequest,
    SearchSort,
)
from marketplace.application.paging import PageRequest
from marketplace.domain.shared.ids import ProductId
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.queries import search_walks
from marketplace.infrastructure.database.reader import open_reader
from tests.integration.database.conftest import NewUow
from tests.integration.database.search.catalogues import Catalogue, random_catalogue, random_filter

FILTERS = 8
LIMIT = 4
SORTS = [sort for sort in SearchSort if sort is not SearchSort.RELEVANCE]
# How much is walked, how many times as far afterwards, and how much gathered: so little that each
# way comes to its end.
SHORT, LONG = 3, 1_000
WAYS = {
    "walking": (LONG, 1, SHORT),
    "walking farther": (SHORT, LONG, SHORT),
    "gathering": (SHORT, 0, LONG),
    "between two ends": (SHORT, 0, 6),
    "to the end": (SHORT, 0, 1),
}


@pytest.fixture
def stocked(chance: random.Random, engines: Engines, new_uow: NewUow) -> Catalogue:
    with engines.write.begin() as connection:
        connection.execute(text("TRUNCATE products, product_listings, categories CASCADE"))
    catalogue = random_catalogue(chance, size=60)
    catalogue.store(new_uow)
    return catalogue


def go(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    walked, farther, gathered = WAYS[way]
    monkeypatch.setattr(search_walks, "FARTHER", farther)
    monkeypatch.setattr(search_walks, "WALKED", walked)
    monkeypatch.setattr(search_walks, "WALKED_BY_TIME", walked)
    monkeypatch.setattr(search_walks, "GATHERED", gathered)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sort", SORTS)
def test_pages_are_those_of_the_whole_order(
    sort: SearchSort,
    way: str,
    stocked: Catalogue,
    chance: random.Random,
    engines: Engines,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go(way, monkeypatch)
    whole = _ids(_pages(engines, ProductSearchFilter(), sort))
    in_one = whole
    if sort is SearchSort.DEAREST:
        in_one = _ids(_pages(engines, ProductSearchFilter(), SearchSort.CHEAPEST))[::-1]
    for _ in range(FILTERS):
        wanted = random_filter(chance, stocked)
        if chance.random() < 0.3:
            wanted = replace(wanted, q="everything")
        found = {each.id for each in stocked.found(wanted)}
        order = whole if wanted.currency is None else in_one

        pages = _pages(engines, wanted, sort)

        assert _ids(pages) == [each for each in order if each in found], wanted
        for earlier, later in pairwise(pages):
            back = _page(engines, wanted, sort, later.previous)
            assert _ids([back]) == _ids([earlier]), wanted


# Where the order has them: the first ones of it say that there are more, or nothing.
FIRST, LAST = "'aardvark'", "'zebra'"


@pytest.mark.parametrize(
    ("way", "place", "statements"),
    [
        ("walking", LAST, 1),
        ("walking farther", FIRST, 2),
        ("gathering", LAST, 2),
        ("between two ends", LAST, 3),
        ("to the end", LAST, 3),
    ],
)
def test_a_page_takes_few_statements(
    way: str,
    place: str,
    statements: int,
    stocked: Catalogue,
    engines: Engines,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    go(way, monkeypatch)
    wanted = _named(engines, stocked, place)
    with _sent(engines) as sent:
        page = _page(engines, wanted, SearchSort.NAME, None)

    assert len(page.items) == LIMIT
    assert len(sent) == statements


def test_what_is_gone_since_it_was_gathered_leaves_no_page_short(
    stocked: Catalogue, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    go("between two ends", monkeypatch)
    # The first ones are those that are gathered, the newest.
    wanted = _named(engines, stocked, "'aardvark ' || 1000000 - number")
    expected = _ids(_pages(engines, wanted, SearchSort.NAME))
    between = search_walks._between

    def and_remove(*arguments: Any, ending: bool) -> Any:
        if ending:
            with engines.write.begin() as connection:
                connection.execute(
                    text("DELETE FROM product_listings WHERE product_id = ANY(:gone)"),
                    {"gone": expected[:2]},
                )
        return between(*arguments, ending=ending)

    monkeypatch.setattr(search_walks, "_between", and_remove)
    page = _page(engines, wanted, SearchSort.NAME, None)

    assert _ids([page]) == expected[2 : LIMIT + 2]
    assert page.next is not None


def _named(engines: Engines, catalogue: Catalogue, name: str) -> ProductSearchFilter:
    """A category, after all that is in it was called so."""
    slug = catalogue.categories[0].slug
    with engines.write.begin() as connection:
        connection.execute(
            text(
                f"UPDATE product_listings SET name = {name}"  # noqa: S608  constants
                " WHERE terms @> ARRAY['category:' || CAST(:slug AS text)]"
            ),
            {"slug": slug},
        )
    return ProductSearchFilter(category=slug)


@contextmanager
def _sent(engines: Engines) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    event.listen(engines.read, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engines.read, "before_cursor_execute", note)


def _ids(pages: Sequence[SearchPage]) -> list[ProductId]:
    return [each.id for page in pages for each in page.items]


def _pages(engines: Engines, wanted: ProductSearchFilter, sort: SearchSort) -> list[SearchPage]:
    pages = [_page(engines, wanted, sort, None)]
    while (following := pages[-1].next) is not None:
        pages.append(_page(engines, wanted, sort, following))
    return pages


def _page(
    engines: Engines, wanted: ProductSearchFilter, sort: SearchSort, cursor: str | None
) -> SearchPage:
    request = PageRequest(limit=LIMIT, cursor=cursor, sort=str(sort))
    with open_reader(engines.read) as read:
        return read.search.find(SearchRequest(page=request, wanted=wanted))
