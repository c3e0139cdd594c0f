"""Keyset pages: every item once, in every order, whatever changes meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text

from marketplace.application.paging import InvalidCursor, Page, PageRequest
from marketplace.application.sellers.queries import SellerView
from marketplace.domain.sellers.seller import SellerStatus
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.queries.paging import encode
from marketplace.infrastructure.database.reader import SqlReader, open_reader
from marketplace.infrastructure.database.tables import sellers
from tests.factories import NOW, new_id, word

SORTS = ["name", "-name", "newest", "-newest"]
# Few values, so that many items are equal but for their ids.
names = st.sampled_from(["Alder", "Birch", "birch", "Zoë", "Ähre", "%", ""])
items = st.lists(st.tuples(names, st.integers(0, 2)), min_size=1, max_size=12)


@pytest.fixture
def read(engines: Engines) -> Iterator[SqlReader]:
    with open_reader(engines.read) as read:
        yield read


def fill(engines: Engines, rows: list[tuple[str, int]], *, empty: bool = True) -> list[Any]:
    values = [
        {
            "id": new_id(),
            "version": 1,
            "name": name,
            "slug": word(),
            "description": "",
            "status": SellerStatus.APPROVED,
            "created_at": NOW + timedelta(seconds=second),
            "updated_at": NOW,
        }
        for name, second in rows
    ]
    with engines.write.begin() as connection:
        if empty:
            connection.execute(text("TRUNCATE sellers CASCADE"))
        connection.execute(insert(sellers), values)
    return [each["id"] for each in values]


def pages(
    read: SqlReader,
    sort: str,
    limit: int,
    *,
    backwards_from: str | None = None,
    between: Callable[[int], None] = lambda number: None,
) -> Iterator[Page[SellerView]]:
    cursor, number = backwards_from, 0
    while True:
        page = read.sellers.list(PageRequest(limit=limit, cursor=cursor, sort=sort), None, None)
        yield page
        cursor = page.previous if backwards_from else page.next
        if cursor is None:
            return
        between(number)
        number += 1
        assert number < 100, "the pages go round in circles"


def ids(found: Iterator[Page[SellerView]] | list[Page[SellerView]]) -> list[Any]:
    return [item.id for page in found for item in page.items]


relaxed = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("sort", SORTS)
class TestPages:
    @relaxed
    @given(rows=items, limit=st.integers(1, 5))
    def test_hold_every_item_once_and_in_order(
        self, engines: Engines, read: SqlReader, sort: str, rows: list[tuple[str, int]], limit: int
    ) -> None:
        stored = fill(engines, rows)

        found = list(pages(read, sort, limit))
        whole = read.sellers.list(PageRequest(limit=100, sort=sort), None, None)

        assert ids(found) == ids([whole])
        assert sorted(ids(found)) == sorted(stored)
        assert all(len(page.items) == limit for page in found[:-1])
        assert found[0].previous is None

    @relaxed
    @given(rows=items, limit=st.integers(1, 5))
    def test_lead_back_the_way_they_came(
        self, engines: Engines, read: SqlReader, sort: str, rows: list[tuple[str, int]], limit: int
    ) -> None:
        fill(engines, rows)
        forwards = list(pages(read, sort, limit))

        back = list(pages(read, sort, limit, backwards_from=forwards[-1].previous))

        if len(forwards) > 1:
            assert [ids([page]) for page in back] == [ids([page]) for page in forwards[-2::-1]]
            assert [ids([page]) for page in pages(read, sort, limit)] == [
                ids([page]) for page in forwards
            ]
            again = read.sellers.list(
                PageRequest(limit=limit, cursor=back[-1].next, sort=sort), None, None
            )
            assert ids([again]) == ids([forwards[1]])

    @relaxed
    @given(rows=items, limit=st.integers(1, 4), others=items)
    def test_miss_and_repeat_nothing_that_stood_still(
        self,
        engines: Engines,
        read: SqlReader,
        sort: str,
        rows: list[tuple[str, int]],
        limit: int,
        others: list[tuple[str, int]],
    ) -> None:
        still = fill(engines, rows)
        passing = fill(engines, others, empty=False)

        def disturb(number: int) -> None:
            """Between any two pages one goes, and others come."""
            gone = passing[number] if number < len(passing) else new_id()
            with engines.write.begin() as connection:
                connection.execute(delete(sellers).where(sellers.c.id == gone))
            if number < 5:
                fill(engines, [("Birch", 1), ("Zoë", 2)], empty=False)

        found = ids(pages(read, sort, limit, between=disturb))

        assert len(found) == len(set(found))
        assert set(still) <= set(found)


def test_a_total_is_counted_on_demand(engines: Engines, read: SqlReader) -> None:
    fill(engines, [("Alder", 0)] * 3)

    counted = read.sellers.list(PageRequest(limit=2, with_total=True), None, None)
    uncounted = read.sellers.list(PageRequest(limit=2), None, None)

    assert (counted.total, uncounted.total) == (3, None)
    assert counted.limit == 2


def test_an_empty_page(engines: Engines, read: SqlReader) -> None:
    fill(engines, [("Alder", 0)])
    cursor = encode("sellers", "name", False, ("Zz", new_id()))

    page = read.sellers.list(PageRequest(cursor=cursor, sort="name"), None, None)

    assert (page.items, page.next, page.previous) == ([], None, None)


GOOD = ("Alder", new_id())
BAD_CURSORS = {
    "nothing": "",
    "not base64": "%%%",
    "not ascii": "äöü",
    "not json": "AAAA",
    "a number": "MQ",
    "an object": "e30",
    "a lone surrogate": "\ud800",
    "of another list": encode("products", "name", False, GOOD),
    "of another order": encode("sellers", "-name", False, GOOD),
    "without a direction": encode("sellers", "name", "no", GOOD),  # type: ignore[arg-type]
    "too few keys": encode("sellers", "name", False, GOOD[:1]),
    "too many keys": encode("sellers", "name", False, (*GOOD, "more")),
    "a bad id": encode("sellers", "name", False, ("Alder", "x")),
    "a NUL": encode("sellers", "name", False, ("a\0b", new_id())),
    "a number for a name": encode("sellers", "name", False, (1, new_id())),
    "too long": encode("sellers", "name", False, ("a" * 9000, new_id())),
}
BAD_INSTANTS = {
    "no instant": "yesterday",
    "no zone": "2026-03-01T12:00:00",
    "too early": "0001-01-01T00:00:00+00:00",
    "too late": "9999-01-01T00:00:00+00:00",
}


@pytest.mark.parametrize("cursor", BAD_CURSORS.values(), ids=BAD_CURSORS)
def test_a_cursor_that_this_list_did_not_make(read: SqlReader, cursor: str) -> None:
    with pytest.raises(InvalidCursor):
        read.sellers.list(PageRequest(cursor=cursor, sort="name"), None, None)


@pytest.mark.parametrize("junk", ["!", "=", "==", " ", "%", "A", "\n"])
def test_a_cursor_with_something_more(read: SqlReader, junk: str) -> None:
    good = encode("sellers", "name", False, GOOD)
    read.sellers.list(PageRequest(cursor=good, sort="name"), None, None)

    for bad in (good + junk, junk + good, good[:5] + junk + good[5:]):
        with pytest.raises(InvalidCursor):
            read.sellers.list(PageRequest(cursor=bad, sort="name"), None, None)


@pytest.mark.parametrize("instant", BAD_INSTANTS.values(), ids=BAD_INSTANTS)
def test_a_cursor_with_an_instant_that_cannot_be(read: SqlReader, instant: str) -> None:
    cursor = encode("sellers", "newest", False, (instant, new_id()))

    with pytest.raises(InvalidCursor):
        read.sellers.list(PageRequest(cursor=cursor, sort="newest"), None, None)


@given(st.binary(max_size=80))
@relaxed
def test_no_cursor_is_more_than_refused(read: SqlReader, junk: bytes) -> None:
    with pytest.raises(InvalidCursor):
        read.sellers.list(PageRequest(cursor=junk.decode("latin-1")), None, None)
