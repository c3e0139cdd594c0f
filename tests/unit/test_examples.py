"""What the example does to dirty rows before it asks the marketplace."""

import ast
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
HEADER = "productClass,category,upc,title,description,partner,sku,price,stock"


@pytest.fixture(scope="module")
def books_csv() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLES))
        yield importlib.import_module("books_csv")
        del sys.modules["books_csv"]


@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_examples_need_the_standard_library_only(script: Path) -> None:
    ours = {path.stem for path in EXAMPLES.glob("*.py")}
    imported = set()
    for node in ast.walk(ast.parse(script.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").split(".")[0])

    assert imported - ours - sys.stdlib_module_names == set()


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("<p>One</p><p>Two</p>", "One Two"),
        ("a <b>bold</b>, <i class='x'>odd</i> word", "a bold, odd word"),
        ("<id>urn:1</id><name>Ada  </name> <category ...", "urn:1 Ada"),
        ("#include <setjmp.h> and List<String> of <vector>", None),
        ("if a < b and b > c", None),
        ("before<script>alert(1)</script>after", "before after"),
        ("Hackers &amp; painters", "Hackers & painters"),
        ("Hackers & painters", None),
        ("nul\x00 and bell\x07", "nul and bell"),
        ("  two   spaces\n ", "two spaces"),
        ("said &lt;b&gt; literally", "said <b> literally"),
    ],
)
def test_texts_are_cleaned(books_csv: ModuleType, dirty: str, clean: str | None) -> None:
    done: list[str] = []

    assert books_csv.clean_text(dirty, "title", done) == (dirty if clean is None else clean)
    assert bool(done) == (clean is not None)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("Neuromancer.", "Neuromancer"),
        ("Wait for it...", "Wait for it..."),
        ("Acme Inc.", "Acme Inc."),
        ("Made in the U.S.A.", "Made in the U.S.A."),
        ("2001", "2001"),
    ],
)
def test_titles_lose_a_trailing_dot(books_csv: ModuleType, dirty: str, clean: str) -> None:
    assert books_csv.clean_title(dirty, []) == clean


def outcomes(books_csv: ModuleType, path: Path, rows: list[str]) -> list[str]:
    """For each row what would be sold, or why it is not."""
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8", errors="surrogateescape")
    return [
        f"{row.reason} {row.detail}".strip()
        if isinstance(row, books_csv.Refusal)
        else f"{row.sku} {row.barcode} {row.price} {row.stock}"
        for row in books_csv.read_books(path)
    ]


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ("Book,A > B,978-0-553 38095-8,Snow Crash,,P,S1,7.99,5", "S1 9780553380958 7.99 5"),
        ("Book,A > B,9780553380958,Snow Crash,,P,,7.99,0", "9780553380958 9780553380958 7.99 0"),
        ("Book,A > B,,Snow Crash,,P,S1,7.99,5", "S1 None 7.99 5"),
        ("Book,A > B,,Snow Crash,,P,,7.99,5", "no sku"),
        ("Book,A > B,1,<br>,,P,S1,7.99,5", "no title"),
        ("Book, > ,1,Snow Crash,,P,S1,7.99,5", "no category"),
        ("Book,A > B,1,Snow Crash,,P,S1,,5", "no price"),
        ("Book,A > B,1,Snow Crash,,P,S1,$7.99,5", "a price that is no plain number above zero"),
        ("Book,A > B,1,Snow Crash,,P,S1,0.00,5", "a price that is no plain number above zero"),
        ("Book,A > B,1,Snow Crash,,P,S1,-1,5", "a price that is no plain number above zero"),
        ("Book,A > B,1,Snow Crash,,P,S1,1e3,5", "a price that is no plain number above zero"),
        ('Book,A > B,1,Snow Crash,,P,S1,"1,99",5', "a price that is no plain number above zero"),
        ("Book,A > B,1,Snow Crash,,P,S1,7.99,", "no stock"),
        ("Book,A > B,1,Snow Crash,,P,S1,7.99", "no stock"),
        ("Book,A > B,1,Snow Crash,,P,S1,7.99,-1", "a stock that is no whole number"),
        ("Book,A > B,1,Snow Crash,,P,S1,7.99,many", "a stock that is no whole number"),
        ("Book,A > B,1,Snow Crash,,P,S1,7.99,5,6", "more columns than the header"),
        ("Book,A > B,1,Snow \udcff Crash,,P,S1,7.99,5", "not UTF-8"),
    ],
)
def test_rows_are_sold_or_refused(
    books_csv: ModuleType, tmp_path: Path, row: str, outcome: str
) -> None:
    assert outcomes(books_csv, tmp_path / "books.csv", [row]) == [outcome]


def test_the_first_of_duplicates_is_sold(books_csv: ModuleType, tmp_path: Path) -> None:
    rows = [
        "Book,A > B,11,Snow Crash,,P,S1,7.99,",
        "Book,A > B,11,Snow Crash,,P,S1,7.99,5",
        "Book,A > B,11,Snow Crash,,P,S1,7.99,5",
        "Book,A > C,11,Snow Crash,,P,S2,8.99,5",
        "Book,A > B,12,Other,,P,S1,7.99,5",
    ]

    assert outcomes(books_csv, tmp_path / "books.csv", rows) == [
        "no stock",
        "S1 11 7.99 5",
        "duplicate of line 3, the same",
        "duplicate of line 3, other category, price",
        "duplicate of line 3, other title",
    ]


def test_a_file_of_something_else_is_not_read(books_csv: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(ValueError, match="no column productClass, category, upc"):
        list(books_csv.read_books(path))
