"""Queries and filters before they reach the database."""

import pytest

from marketplace.application.catalogue.search import AttributeFilter, NumberRange
from marketplace.infrastructure.database.queries.search_filters import variant_path
from marketplace.infrastructure.database.queries.search_retries import distance
from marketplace.infrastructure.database.queries.search_text import TextQuery, parse
from marketplace.infrastructure.database.terms import spelt, term_name


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
        ("oak", "oak"),
        ("300", "300"),
        ("1.50", "1.5"),
        ("1.0", "1"),
        ("-0", "0"),
        ("-1.20", "-1.2"),
        ("007", "007"),
        ("1e3", "1e3"),
        ("12345678901234567890.50", "12345678901234567890.5"),
        ("x" * 150, "x" * 100),
        ("1" * 150, "1" * 100),
    ],
)
def test_the_spelling_of_a_value(value: str, expected: str) -> None:
    assert spelt(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("a:b", "a%3Ab"), ("a%3Ab", "a%253Ab"), ("%", "%25")]
)
def test_a_name_in_a_term_has_no_colon(name: str, expected: str) -> None:
    assert term_name(name) == expected


def test_the_path_asks_one_variant_for_everything() -> None:
    path = variant_path(
        [
            AttributeFilter(name='a"b', values=["1.5"]),
            AttributeFilter(name="w", ranges=[NumberRange(least=1.0)]),
        ]
    )

    assert path == (
        '$.v[*] ? ((@."a\\"b" like_regex "^1[.]50*$" || @."a\\"b" == 1.5 || '
        '$.a."a\\"b" like_regex "^1[.]50*$" || $.a."a\\"b" == 1.5) && '
        '(exists (@."w" ? (@.double() >= 1.0)) || '
        'exists ($.a."w" ? (@.double() >= 1.0))))'
    )
