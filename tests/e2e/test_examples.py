"""The examples, run as their users run them."""

import json
import os
import re
import sys
import uuid
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.api import Shop
from tests.processes import PASSWORD, ROOT, run

SCRIPT = ROOT / "examples/sell_and_buy_books.py"


def gtin(number: int) -> str:
    """A barcode with a right check digit, and no book's."""
    digits = f"200{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def dirty_books(path: Path, shelf: str) -> None:
    """Seven rows to sell and nine to refuse, with the dirt that such files have."""
    first = uuid.uuid4().int % 10**8
    codes = [gtin(first + place) for place in range(20)]
    skus = [f"{shelf}-{place}" for place in range(20)]
    wrong = codes[12][:-1] + str((int(codes[12][-1]) + 1) % 10)

    def row(place: int, title: str, **other: str) -> str:
        values = {
            "class": "Book",
            "category": f"Books > {shelf} > Poetry",
            "upc": codes[place],
            "title": title,
            "description": "Of a river.",
            "partner": "P",
            "sku": skus[place],
            "price": "7.99",
            "stock": "5",
        } | other
        return ",".join(values.values())

    rows = [
        "productClass,category,upc,title,description,partner,sku,price,stock",
        row(0, "Neuromancer."),
        row(1, "<b>Bold</b> &amp; free"),
        row(2, "Plain", description="<p>One</p><p>Two: #include <stdio.h></p>", price="10.5"),
        row(3, "Hyphens", upc=f"{codes[3][:3]}-{codes[3][3:]}"),
        row(4, "No sku", sku="", category=f"books > {shelf} > Prose"),
        row(5, "Sold out", stock="0"),
        row(6, "Last", stock="1", upc=""),
        row(7, "Snow", price="free"),
        row(8, "Snow", price=""),
        row(9, "Snow", stock=""),
        row(10, "Snow", price="1.999"),
        row(11, ""),
        row(12, "Snow", upc=wrong),
        row(13, "x" * 201),
        row(0, "Neuromancer.", price="8.99"),
        row(14, "Too deep", category=" > ".join("ABCDEFGHIJ")),
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def sell_and_buy(live_server: str, shop: Shop, books: Path, *more: str) -> CompletedProcess[str]:
    logins = {"admin": shop.admin, "seller": shop.seller, "buyer": shop.customer}
    demo = books.with_suffix(".json")
    users = {
        role: {"login": account.login, "password": PASSWORD} for role, account in logins.items()
    }
    demo.write_text(json.dumps({"baseUrl": live_server, "users": users}), encoding="utf-8")
    return run(
        *(sys.executable, "-W", "error", str(SCRIPT), "--demo", str(demo), *more, str(books)),
        env=os.environ,
        cwd=books.parent,
    )


@pytest.fixture
def books(tmp_path: Path) -> Path:
    path = tmp_path / "books.csv"
    dirty_books(path, f"S{uuid.uuid4().hex[:8]}")
    return path


def told(output: str) -> dict[str, str]:
    """What the summary says, by its first words."""
    lines = re.findall(r"^( *[a-z][^:\n]*): (.*)$", output, re.MULTILINE)
    return {name.strip(): value for name, value in lines}


def test_books_are_sold_and_bought(live_server: str, shop: Shop, books: Path) -> None:
    done = sell_and_buy(live_server, shop, books, "--basket", "2")

    assert done.returncode == 0, done.stdout + done.stderr
    summary = told(done.stdout)
    assert (summary["rows"], summary["listed"], summary["rows refused"]) == ("16", "7", "9")
    assert summary["a price that is no plain number above zero"] == "1"
    assert summary["duplicate"] == "1"
    assert summary["invalid_barcode"] == "1"
    assert summary["invalid_request"] == "1"
    assert summary["category_too_deep"] == "1"
    # Five books are in stock by two or more, one is the last, one is sold out.
    assert summary["orders"] == "3, of 6 books"
    # 5 x 7.99 + 10.50
    assert summary["total"] == "50.45 EUR"
    assert summary["units"] == "26 listed, 6 bought, 20 left"
    assert summary["answers replayed from an earlier run"] == "0"
    assert summary["read again"] == "7 products, 3 orders, 0 faults"


def test_a_second_run_changes_nothing(live_server: str, shop: Shop, books: Path) -> None:
    first = sell_and_buy(live_server, shop, books)
    orders = len(shop.customer.result("GET", "/orders?limit=100"))

    second = sell_and_buy(live_server, shop, books)

    assert (first.returncode, second.returncode) == (0, 0), second.stdout + second.stderr
    changed = {"answers replayed from an earlier run", "categories added"}
    was, now = told(first.stdout), told(second.stdout)
    assert {name: now[name] for name in now if name not in changed} == {
        name: was[name] for name in was if name not in changed
    }
    # Three POSTs for each product, one for each order.
    assert now["answers replayed from an earlier run"] == str(7 * 3 + 6)
    assert len(shop.customer.result("GET", "/orders?limit=100")) == orders


def test_what_is_listed_already_is_found(live_server: str, shop: Shop, books: Path) -> None:
    """As it is a day later, when the keys have run out: another title makes another key."""
    assert sell_and_buy(live_server, shop, books, "--books", "0").returncode == 0
    books.write_text(books.read_text("utf-8").replace("Book,", "Paperback,"), encoding="utf-8")

    again = sell_and_buy(live_server, shop, books, "--books", "0")

    assert again.returncode == 0, again.stdout + again.stderr
    assert told(again.stdout)["listed"] == "7 (7 of them before)"


def test_a_server_that_is_not_there_is_said(shop: Shop, books: Path) -> None:
    done = sell_and_buy("http://127.0.0.1:9", shop, books, "--patience", "0")

    assert done.returncode == 2
    assert "gave up" in done.stderr
    assert "Traceback" not in done.stderr
