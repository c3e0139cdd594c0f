"""Queries and filters before they reach the database."""

import pytest

from marketplace.application.catalogue.search import AttributeFilter, NumberRange
from marketplace.infrastructure.database.queries.search_filters import spellings, variant_path
from marketplace.infrastructure.database.queries.search_text import TextQuery, distance, parse


@pytest.mark.parametrize(
    ("q", "head", "last"),
    [
        ("table", "", "table"),
        ("oak table", "oak", "table"),
        ("oak ta", "oak ta", None),
        ("oak table ", "oak table ", None),
        ('"oak table"', '"oak table"', None),
        ('"oak table', '"oak table', None),
        ("oak -table", "oak -table", None),
        ("oak or table", "oak or table", None),
        ("oak OR", "oak OR", None),
        ("x-ray", "x-ray", None),
        ("grüße", "", "grüße"),
        ("-" * 40, " " * 40, None),
        ("oak - -- -table", "oak      -table", None),
        ("- ! - | - (", "  !   |   (", None),
    ],
)
def test_only_an_open_last_word_is_a_beginning(q: str, head: str, last: str | None) -> None:
    assert parse(q) == TextQuery(head, last)


def test_parameters_are_those_of_the_expression() -> None:
    assert parse("oak table").parameters == {"head": "oak", "last": "table"}
    assert parse("table").parameters == {"last": "table"}
    assert parse("oak ").parameters == {"head": "oak "}
    assert parse("").parameters == {"head": ""}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("oak", "oak", 0),
        ("oka", "oak", 1),
        ("lether", "leather", 1),
        ("abc", "xyz", 3),
        ("", "a", 1),
    ],
)
def test_distance(left: str, right: str, expected: int) -> None:
    assert distance(left, right) == distance(right, left) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("oak", ["oak"]),
        ("300", ["300"]),
        ("1.50", ["1.50", "1.5"]),
        ("-0", ["-0", "0"]),
        ("007", ["007", "7"]),
        ("1e3", ["1e3"]),
        ("x" * 150, ["x" * 100]),
    ],
)
def test_spellings_of_a_value(value: str, expected: list[str]) -> None:
    assert spellings(value) == expected


def test_the_path_asks_one_variant_for_everything() -> None:
    path = variant_path(
        [
            AttributeFilter(name='a"b', values=["1.5"]),
            AttributeFilter(name="w", ranges=[NumberRange(least=1.0)]),
        ]
    )

    assert path == (
        '$.v[*] ? ((@."a\\"b" == "1.5" || @."a\\"b" == 1.5 || $.a."a\\"b" == "1.5" || '
        '$.a."a\\"b" == 1.5) && (exists (@."w" ? (@.double() >= 1.0)) || '
        'exists ($.a."w" ? (@.double() >= 1.0))))'
    )
