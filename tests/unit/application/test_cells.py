"""What stands in the cells of a file."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.application.imports.cells import (
    guard,
    read_grams,
    read_price,
    read_tags,
    unguard,
    write_html,
    write_price,
    write_row,
    write_tags,
)
from marketplace.application.imports.records import records
from marketplace.application.imports.texts import from_html
from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.money import Money

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
LIKE_FORMULAS = st.text("=+-@\t\r\n'a,\"", max_size=8)


@given(TEXT | LIKE_FORMULAS)
def test_a_guarded_cell_is_no_formula_and_comes_back(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unguard(guard(text)) == text


@given(st.lists(st.lists(LIKE_FORMULAS | TEXT, min_size=2, max_size=4), min_size=1, max_size=5))
def test_rows_come_back_from_a_file(rows: list[list[str]]) -> None:
    data = "".join(map(write_row, rows)).encode()

    found = list(records(io.BytesIO(data)))

    assert [[unguard(cell) for cell in record.cells] for record in found] == rows
    assert found[-1].end == len(data)
    for record in found:
        rest = list(records(io.BytesIO(data[record.end :]), record.end))
        assert len(rest) == len(found) - found.index(record) - 1


@given(st.lists(st.lists(st.text('ab",\n', max_size=6), min_size=1, max_size=4), max_size=5))
def test_records_are_those_of_the_csv_module(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)

    found = list(records(io.BytesIO(text.getvalue().encode())))

    expected = list(csv.reader(io.StringIO(text.getvalue(), newline=""), strict=True))
    assert [list(record.cells) for record in found] == [row for row in expected if row]


def test_a_record_that_is_no_csv_spoils_no_other() -> None:
    first, second, third = records(io.BytesIO(b'a,b\nc,"d"e\nf,g\n'))

    assert (first.cells, third.cells) == (("a", "b"), ("f", "g"))
    assert second.fault is not None


@given(TEXT)
def test_plain_text_comes_back_from_html(text: str) -> None:
    assert from_html(write_html(text)) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<b>AT&amp;T</b> &lt;b&gt;", "AT&T <b>"),
        ("<script>alert(1)</script>x", "x"),
        ("<p onclick=x>a<style>b</style></p>", "a"),
        ("<script>never closed", ""),
        ("<img src=x onerror=alert(1)>x", "x"),
        ("#include <stdio.h> & so on", "#include <stdio.h> & so on"),
        ("1 < 2\n  and so on", "1 < 2\n  and so on"),
        ("<!-- a -->b", "b"),
    ],
)
def test_html_becomes_text(source: str, text: str) -> None:
    assert from_html(source) == text


@pytest.mark.parametrize(
    ("cell", "decimals", "amount"),
    [
        ("19.99", 2, 1999),
        ("5", 2, 500),
        ("5.5", 2, 550),
        ("500", 0, 500),
        ("1.500", 2, 150),
        ("1.234", 3, 1234),
        ("0", 2, 0),
        ("007.10", 2, 710),
        ("5.00", 0, 5),
    ],
)
def test_prices_are_read(cell: str, decimals: int, amount: int) -> None:
    price = read_price(cell, "EUR", decimals)

    assert price == Money(amount, "EUR")
    assert read_price(write_price(price, decimals), "EUR", decimals) == price


@pytest.mark.parametrize(
    "cell",
    ["1,99", "-1", "1.999", "1e3", "€5", "NaN", "1 000", "1.", ".5", "٣", "9" * 17, "9" * 16],
)
def test_what_is_no_price_is_refused(cell: str) -> None:
    with pytest.raises(RuleViolated):
        read_price(cell, "EUR", 2)


@pytest.mark.parametrize(("cell", "grams"), [("0", 0), ("500", 500), ("0.0", 0), ("12.00", 12)])
def test_grams_are_read(cell: str, grams: int) -> None:
    assert read_grams(cell, 500) == grams


@pytest.mark.parametrize("cell", ["501", "-1", "1.5", "1e2", "1.", "1 kg", "٣", "9" * 11])
def test_what_is_no_weight_is_refused(cell: str) -> None:
    with pytest.raises(RuleViolated) as refused:
        read_grams(cell, 500)
    assert refused.value.code == "invalid_weight"


@given(st.lists(st.text('ab,"= ', min_size=1, max_size=5)))
def test_tags_come_back(tags: list[str]) -> None:
    kept = tuple(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))
    assert read_tags(write_tags(kept)) == kept
