"""Ranges of numbers: what the index has of them, and what is read to find next to nothing."""

import json
import struct
import sys
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from marketplace.application.catalogue.search import (
    AttributeFilter,
    NumberRange,
    ProductSearchFilter,
    SearchRequest,
    SearchSort,
)
from marketplace.application.paging import PageRequest
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.queries import search_walks
from marketplace.infrastructure.database.queries.search_filters import variant_path
from marketplace.infrastructure.database.ranges import number_keys
from marketplace.infrastructure.database.reader import open_reader
from marketplace.infrastructure.database.tables import NUMBER_DIGITS
from tests.integration.database.conftest import NewUow
from tests.integration.database.search.test_facets import Goods
from tests.integration.database.search.test_facets import goods as goods

LISTINGS, WALKED = 1_000, 20
MOST_READ = 400
"""Listings: two walks, the second one farther, and the matches that tell whether there are plenty.
And blocks of one statement that counts: most of them are those that the keys of a range lie in."""

numbers = (
    st.integers(-(2**70), 2**70)
    | st.integers(-20, 20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.floats(-20, 20)
)
common = st.sampled_from(["10", "-0", "1.50", "007", " 12 ", "-3.25", ".5", "5.", "", "nan", "1,5"])
extreme = st.sampled_from(
    [
        "1e3",
        "1e400",
        "1e-400",
        f"{sys.float_info.max}",
        "12345678901234567890",
        "inf",
        "nan",
        "0x10",
    ]
)
values = numbers | numbers.map(str) | common | extreme | st.booleans()
ends = numbers.map(lambda each: Decimal(str(each)))
ranges = (
    st.builds(NumberRange, least=ends, most=ends)
    | st.builds(NumberRange, least=ends)
    | st.builds(NumberRange, most=ends)
)


@pytest.fixture
def goods_of_numbers(goods: Goods) -> Goods:
    for name, value in {
        "minus five": -5,
        "zero": 0,
        "text of zero": "-0.0",
        "a tenth": 0.1,
        "ten": 10,
        "text of ten": " 1e1",
        "two to 53": 2**53,
        "and one": 2**53 + 1,
        "beyond": 1e200,
        "true": True,
        "unlimited": "Infinity",
        "word": "ten",
    }.items():
        goods.add(name, {"weight": value})
    goods.add("optional", {}, {"weight": "10.0015"}, {"weight": "big"})
    return goods


@pytest.mark.parametrize(
    ("least", "most", "expected"),
    [
        ("10.001", "10.002", {"optional"}),
        ("10.0015", "10.0015", {"optional"}),
        ("10.0016", "10.002", set()),
        ("10", "10", {"ten", "text of ten"}),
        ("10.00000000000000000001", "10.001", set()),
        ("0", "0", {"zero", "text of zero"}),
        ("-0.1", "0.1", {"zero", "text of zero", "a tenth"}),
        (None, "-0.001", {"minus five"}),
        (None, "0", {"minus five", "zero", "text of zero"}),
        ("-5", "-5.0", {"minus five"}),
        ("11", None, {"two to 53", "and one", "beyond"}),
        (str(2**53 + 1), "1" + "0" * 99, {"and one"}),
        ("1" + "0" * 99, None, {"beyond"}),
        ("5", "-5", set()),
    ],
)
def test_a_range_compares_numbers(
    least: str | None, most: str | None, expected: set[str], goods_of_numbers: Goods
) -> None:
    assert goods_of_numbers.names(_weight(least, most)) == expected


def test_values_and_ranges_are_alternatives(goods_of_numbers: Goods) -> None:
    few, many = NumberRange(most=Decimal(-1)), NumberRange(least=Decimal("1e100"))

    either = AttributeFilter(name="weight", values=["ten", "10"], ranges=[few, many])

    assert goods_of_numbers.names(either) == {"minus five", "word", "ten", "beyond"}


def test_ranges_of_two_options_are_met_by_one_variant(goods: Goods) -> None:
    goods.add("both", {}, {"width": "1", "height": "5"}, {"width": "2", "height": "6"})
    goods.add("apart", {}, {"width": "1", "height": "6"}, {"width": "2", "height": "5"})

    asked = [
        AttributeFilter(name=name, ranges=[NumberRange(least=least)])
        for name, least in (("width", 1.5), ("height", 5.5))
    ]

    assert goods.names(*asked) == {"both"}


def test_facets_show_no_keys_of_numbers(goods_of_numbers: Goods) -> None:
    page = goods_of_numbers.page()

    assert {each.name for each in page.facets or ()} <= {
        *("category", "seller", "condition", "inStock", "price", "attr:weight")
    }


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({}, optional={"a": values, "b:c": values}), min_size=1),
    st.sampled_from(["a", "b:c"]),
    ranges,
)
def test_what_meets_a_range_has_one_of_its_keys(
    engines: Engines, options: list[dict[str, Any]], name: str, asked: NumberRange
) -> None:
    choices = [{"a": each, "v": [{}]} for each in options]
    choices += [{"a": {}, "v": options}]
    statement = text(
        """
        SELECT jsonb_path_exists(choices, CAST(:path AS jsonpath), '{}', true),
            listing_numbers(choices) && CAST(:keys AS text[])
        FROM jsonb_array_elements(CAST(:choices AS jsonb)) AS made (choices)
        """
    )
    parameters = {
        "path": variant_path([AttributeFilter(name=name, ranges=[asked])]),
        "keys": list(number_keys(name, asked)),
        "choices": json.dumps(choices),
    }

    with engines.read.connect() as connection:
        rows = connection.execute(statement, parameters).all()

    assert len(rows) == len(choices)
    assert [row for row in rows if row[0] and not row[1]] == []


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(numbers, min_size=1))
def test_the_index_has_the_digits_of_each_number(engines: Engines, given: list[float]) -> None:
    expected = []
    for each in given:
        digits = struct.pack(">d", min(max(each, -1e308), 1e308) + 0.0).hex()
        expected.append([[f"a:{digits[:length]}" for length in range(1, NUMBER_DIGITS + 1)]])

    with engines.read.connect() as connection:
        found = connection.execute(
            text(
                "SELECT listing_numbers(jsonb_build_object('a', jsonb_build_object('a', number)))"
                " FROM jsonb_array_elements(CAST(:given AS jsonb)) WITH ORDINALITY"
                " AS given (number, place) ORDER BY place"
            ),
            {"given": json.dumps(given)},
        ).scalars()
        assert list(found) == expected


@pytest.fixture
def equals(engines: Engines, new_uow: NewUow, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listings that all weigh ten, one excepted; hardly any of an order is walked."""
    monkeypatch.setattr(search_walks, "WALKED", WALKED)
    monkeypatch.setattr(search_walks, "WALKED_BY_TIME", WALKED)
    with engines.write.begin() as connection:
        connection.execute(text("TRUNCATE product_listings RESTART IDENTITY"))
    goods = Goods(engines, new_uow)
    goods.add("heavier", {"weight": 12})
    with engines.write.begin() as connection:
        connection.execute(
            text(
                """
                INSERT INTO product_listings (product_id, created_at, name, price_amount,
                    price_currency, in_stock, terms, choices, search)
                SELECT gen_random_uuid(), created_at - make_interval(secs => each),
                    'a' || each, each, 'EUR', true, terms,
                    '{"a": {"weight": 10}, "v": [{}]}', to_tsvector('thing')
                FROM product_listings CROSS JOIN generate_series(1, :listings) AS each
                WHERE name = 'heavier'
                """
            ),
            {"listings": LISTINGS},
        )
    with engines.single.connect() as connection:
        connection.execute(text("ANALYZE product_listings"))


_NUMBERED = text("SELECT setval(pg_get_serial_sequence('product_listings', 'number'), :made)")
EMPTY = (("10.001", "10.002"), ("12.5", None), (None, "-3"), ("9.5", "9.9"))


@pytest.mark.parametrize("q", [None, "thing"])
@pytest.mark.parametrize("sort", list(SearchSort))
@pytest.mark.usefixtures("equals")
def test_little_is_read_for_a_range_without_products(
    sort: SearchSort, q: str | None, engines: Engines
) -> None:
    for least, most in EMPTY:
        wanted = ProductSearchFilter(q=q, attributes=[_weight(least, most)])

        found, read = _read(engines, wanted, sort=str(sort))

        assert found == 0
        assert read <= MOST_READ, (least, most)


@pytest.mark.parametrize("sort", list(SearchSort))
@pytest.mark.usefixtures("equals")
def test_little_is_read_for_a_range_with_one_product(sort: SearchSort, engines: Engines) -> None:
    wanted = ProductSearchFilter(attributes=[_weight("10.5", "12")])

    found, read = _read(engines, wanted, sort=str(sort))

    assert found == 1
    assert read <= MOST_READ


@pytest.mark.parametrize(("least", "most"), EMPTY)
@pytest.mark.usefixtures("equals")
def test_little_is_read_for_facets_and_total(
    least: str | None, most: str | None, engines: Engines
) -> None:
    red = AttributeFilter(name="colour", values=["red"])
    wanted = ProductSearchFilter(attributes=[_weight(least, most), red])

    found, read = _read(engines, wanted, facets=True, with_total=True)

    assert found == 0
    assert read <= MOST_READ


@pytest.mark.parametrize("made", [LISTINGS, 1_000_000])
@pytest.mark.parametrize(("least", "most"), EMPTY)
@pytest.mark.usefixtures("equals")
def test_few_blocks_are_read_for_the_total(
    least: str | None, most: str | None, made: int, engines: Engines
) -> None:
    """However many listings there have been: keys are looked up once, not for every stretch."""
    with engines.write.begin() as connection:
        connection.execute(_NUMBERED, {"made": made})
    wanted = ProductSearchFilter(attributes=[_weight(least, most)])

    *_, total = _explained(engines, wanted, with_total=True)[1]

    assert _blocks(total) <= MOST_READ


@pytest.mark.parametrize(("least", "most"), EMPTY)
@pytest.mark.usefixtures("equals")
def test_few_blocks_are_read_for_facets_and_total(
    least: str | None, most: str | None, engines: Engines
) -> None:
    red = AttributeFilter(name="colour", values=["red"])
    wanted = ProductSearchFilter(attributes=[_weight(least, most), red])

    *_, total, facets = _explained(engines, wanted, facets=True, with_total=True)[1]

    assert _blocks(total) <= MOST_READ
    assert _blocks(facets) <= MOST_READ


def _weight(least: str | None, most: str | None) -> AttributeFilter:
    return AttributeFilter(name="weight", ranges=[_range(least, most)])


def _range(least: str | None, most: str | None) -> NumberRange:
    return NumberRange(
        least=None if least is None else Decimal(least),
        most=None if most is None else Decimal(most),
    )


def _read(
    engines: Engines, wanted: ProductSearchFilter, *, facets: bool = False, **page: Any
) -> tuple[int, int]:
    """How much is found, and how many listings are read for it."""
    found, plans = _explained(engines, wanted, facets=facets, **page)
    return found, sum(map(_listings, plans))


def _explained(
    engines: Engines, wanted: ProductSearchFilter, *, facets: bool = False, **page: Any
) -> tuple[int, list[dict[str, Any]]]:
    """How much is found, and the plans of the statements that find it, with what they read."""
    request = SearchRequest(page=PageRequest(limit=20, **page), wanted=wanted, with_facets=facets)
    sent: list[Any] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2:4])

    event.listen(engines.read, "before_cursor_execute", note)
    try:
        with open_reader(engines.read) as read:
            found = read.search.find(request).items
    finally:
        event.remove(engines.read, "before_cursor_execute", note)
    with engines.read.connect() as connection:
        plans = [
            connection.exec_driver_sql(
                f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters
            ).scalar_one()[0]["Plan"]
            for statement, parameters in sent
        ]
    return len(found), plans


def _blocks(plan: dict[str, Any]) -> int:
    """Read by a plan and those below it, wherever they lie."""
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def _listings(plan: dict[str, Any]) -> int:
    """Rows of listings that a plan and those below it read."""
    rows = 0
    if plan.get("Relation Name") == "product_listings":
        removed = plan.get("Rows Removed by Filter", 0)
        removed += plan.get("Rows Removed by Index Recheck", 0)
        rows = round((plan["Actual Rows"] + removed) * plan["Actual Loops"])
    return rows + sum(map(_listings, plan.get("Plans", [])))
