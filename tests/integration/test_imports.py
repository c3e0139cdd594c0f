"""Products from and to files, over HTTP, with the worker's part done here."""

import csv
import io
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from marketplace.main import Parts
from tests.api import BASE, Api, Shop
from tests.integration.conftest import settings_for

HEADER = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Tags,Published,Option1 Name,Option1 Value,"
    "Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,"
    "Image Src,Status"
)


@pytest.fixture(scope="module")
def parts(module_database_url: str) -> Iterator[Parts]:
    parts = Parts(settings_for(module_database_url))
    yield parts
    parts.engines.dispose()


@pytest.fixture(scope="module")
def category(shop: Shop) -> str:
    """The names that lead to a category."""
    parent = shop.admin.result("POST", "/categories", {"name": "Media"})
    shop.admin.result("POST", "/categories", {"name": "Books", "parentId": parent["id"]})
    return "Media > Books"


class Desk:
    """Hands files in, for the owner of the shop's seller unless told otherwise."""

    def __init__(self, shop: Shop, parts: Parts) -> None:
        self.shop, self.parts = shop, parts

    def post(self, file: str | bytes, *, by: Api | None = None, **fields: Any) -> httpx.Response:
        api = by or self.shop.seller
        data = file.encode() if isinstance(file, str) else file
        return api.http.post(
            f"{BASE}/imports",
            data={"currency": "EUR", **fields},
            files={"file": ("products.csv", data, "text/csv")},
            headers={"Authorization": f"Bearer {api.token}"},
        )

    def run(self, file: str | bytes, **fields: Any) -> dict[str, Any]:
        """What became of a file."""
        answer = self.post(file, **fields)
        assert answer.status_code == 202, answer.text
        while self.parts.work_on_imports():
            pass
        read: dict[str, Any] = self.shop.seller.result(
            "GET", f"/imports/{answer.json()['result']['id']}"
        )
        assert read["status"] == "completed", read
        return read

    def product(self, slug: str) -> dict[str, Any]:
        found: dict[str, Any] = self.shop.seller.result("GET", f"/products/{slug}")
        return found

    def export(self) -> str:
        answer = self.shop.seller.get("/exports/products")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        return answer.text


@pytest.fixture(scope="module")
def desk(shop: Shop, parts: Parts) -> Desk:
    return Desk(shop, parts)


@pytest.fixture
def handle() -> str:
    return f"novel-{uuid.uuid4().hex[:8]}"


def counts(read: dict[str, Any]) -> tuple[int, int, int, int]:
    return read["created"], read["updated"], read["unchanged"], read["failed"]


def novel(handle: str, category: str, *, title: str = "A Novel", price: str = "19.99") -> str:
    body = '"<p>Two &amp; <b>more</b></p><script>x</script><p>End</p>"'
    tags, picture = '"new, ""a, b"""', "https://example.com/a.jpg"
    rows = [
        HEADER,
        ",".join(
            [
                *(handle, title, body, "Vendor", category, tags, "TRUE", "Binding", "hardcover"),
                *(f"{handle}-1", "5", price, "24.99", "9780553380958", picture, "active"),
            ]
        ),
        f"{handle},,,,,,,,paperback,{handle}-2,7,9.5,,,{picture},",
        f"{handle},,,,,,,,,,,,,,{picture},",
    ]
    return "\r\n".join(rows) + "\r\n"


def test_a_file_becomes_products(desk: Desk, category: str, handle: str) -> None:
    read = desk.run(novel(handle, category))

    assert counts(read) == (2, 0, 1, 0)
    assert read["rows"] == 3
    assert read["ignoredColumns"] == ["Vendor", "Image Src"]
    product = desk.product(handle)
    assert product["name"] == "A Novel"
    assert product["description"] == "Two & more\n\nEnd"
    assert product["category"]["name"] == "Books"
    assert product["tags"] == ["new", "a, b"]
    assert product["status"] == "pending"
    first, second = product["variants"]
    assert first["options"] == {"Binding": "hardcover"}
    assert first["barcode"] == "9780553380958"
    assert first["offers"][0]["price"] == {"amount": 1999, "currency": "EUR"}
    assert first["offers"][0]["compareAtPrice"] == {"amount": 2499, "currency": "EUR"}
    assert second["options"] == {"Binding": "paperback"}
    assert second["offers"][0]["price"]["amount"] == 950


def test_a_second_time_nothing_changes(desk: Desk, category: str, handle: str) -> None:
    desk.run(novel(handle, category))
    before = desk.product(handle)

    read = desk.run(novel(handle, category))

    assert counts(read) == (0, 0, 3, 0)
    assert desk.product(handle) == before


def test_what_differs_is_changed(desk: Desk, shop: Shop, category: str, handle: str) -> None:
    desk.run(novel(handle, category))

    read = desk.run(novel(handle, category, title="Another Novel", price="20"))

    assert counts(read) == (0, 1, 2, 0)
    moved = desk.shop.seller.get(f"/products/{handle}")
    assert moved.status_code == 301
    assert counts(desk.run(novel(handle, category, title="Another Novel", price="20.00"))) == (
        *(0, 0, 3, 0),
    )


def test_weights_are_grams(desk: Desk, category: str, handle: str) -> None:
    told: list[tuple[str, str]] = []

    def weights(column: str, *cells: str) -> list[int | None]:
        lines = [
            "Handle,Title,Product Category,Option1 Name,Option1 Value,Variant SKU,Variant Price"
        ]
        for number, cell in enumerate(cells):
            product = f"{handle},Novel,{category}" if number == 0 else f"{handle},,"
            lines.append(f"{product},Size,{number},{handle}-{number},1,{cell}")
        read = desk.run("\n".join([f"{lines[0]},{column}", *lines[1:]]))
        assert read["ignoredColumns"] == []
        told.extend((error["pointer"], error["code"]) for error in read["errors"])
        return [variant["weight"] for variant in desk.product(handle)["variants"]]

    assert weights("Variant Grams", "380", "0.0", "") == [380, 0, None]
    assert weights("Variant Grams", "", "250", "1.5") == [None, 250, None]
    assert weights("Weight value (grams)", "1", "2", "10000001") == [1, 2, None]
    assert told == [("/Variant Grams", "invalid_weight")] * 2


def test_a_published_product_waits_for_approval(
    desk: Desk, shop: Shop, category: str, handle: str
) -> None:
    desk.run(novel(handle, category))
    shop.admin.result("POST", f"/products/{handle}/approve")

    read = desk.run(novel(handle, category, title="Renamed", price="21"))

    assert counts(read) == (0, 1, 2, 0)
    product = desk.product(handle)
    assert product["name"] == "A Novel"
    assert product["pendingChanges"]["name"] == "Renamed"
    assert product["variants"][0]["offers"][0]["price"]["amount"] == 2100
    assert counts(desk.run(novel(handle, category, title="Renamed", price="21"))) == (0, 0, 3, 0)


def test_bad_rows_spoil_no_good_ones(desk: Desk, category: str, handle: str) -> None:
    lines = [
        HEADER,
        f"{handle}-a,Good,,,{category},,,,,{handle}-a,1,1.00,,,,",
        f"{handle}-b,Bad price,,,{category},,,,,{handle}-b,1,1.005,,,,",
        f"{handle}-c,Bad category,,,Nowhere > At all,,,,,{handle}-c,1,1.00,,,,",
        f"{handle}-d,Half,,,{category},,,Size,S,{handle}-d1,1,1.00,,,,",
        f"{handle}-d,,,,,,,,M,{handle}-d2,1,1.00,,123,,",
        f"{handle}-d,,,,,,,,L,{handle}-d3,1,1.00,,,,",
        f"{handle}-e,A SKU that is taken,,,{category},,,,,{handle}-a,1,1.00,,,,",
        f"{handle}-f,Cells,,,{category},,,,,{handle}-f,1,1.00,,,,,too many",
        f"{handle}-g,Control\x00character,,,{category},,,,,{handle}-g,1,1.00,,,,",
        f"{handle}-h,Stock,,,{category},,,,,{handle}-h,-1,1.00,,,,",
        f",No handle,,,{category},,,,,{handle}-i,1,1.00,,,,",
        f"{handle}\x00k,Control character,,,{category},,,,,{handle}-k,1,1.00,,,,",
        f"{handle}-j,Also good,,,{category},,,,,{handle}-j,1,1.00,,,,draft",
    ]

    read = desk.run("\n".join(lines))

    assert counts(read) == (4, 0, 0, 9)
    assert [(error["row"], error["pointer"], error["code"]) for error in read["errors"]] == [
        (3, "/Variant Price", "invalid_price"),
        (4, "/Product Category", "unknown_category"),
        (6, "/Variant Barcode", "invalid_barcode"),
        (8, "/Variant SKU", "sku_taken"),
        (9, "", "invalid_csv"),
        (10, "/Title", "invalid_characters"),
        (11, "/Variant Inventory Qty", "invalid_stock"),
        (12, "/Handle", "required"),
        (13, "/Handle", "invalid_characters"),
    ]
    assert len(desk.product(f"{handle}-d")["variants"]) == 2
    report = desk.shop.seller.get(f"/imports/{read['id']}/errors")
    assert report.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(report.text)))
    assert [int(row["row"]) for row in rows] == [3, 4, 6, 8, 9, 10, 11, 12, 13]


def test_a_dry_run_counts_and_writes_nothing(desk: Desk, category: str, handle: str) -> None:
    read = desk.run(novel(handle, category), dryRun="true")

    assert counts(read) == (2, 0, 1, 0)
    assert desk.shop.seller.get(f"/products/{handle}").status_code == 404
    assert counts(desk.run(novel(handle, category))) == (2, 0, 1, 0)


def test_what_was_exported_is_no_change(desk: Desk, shop: Shop, category: str) -> None:
    price = {"amount": 1999, "currency": "EUR"}
    for name in ("=1+1", "'=quoted", 'Ünïcode, "quoted"\nand broken'):
        suffix = uuid.uuid4().hex[:8]
        body = {
            "name": name,
            "categoryId": shop.category_id,
            "sellerId": shop.seller_id,
            "description": "@SUM(A1) <stdio.h> & <b>bold</b>\n\n  two\tlines ",
            "attributes": {"pages": 12, "-weight": "-1.5", "new": True, "odd": "'+x"},
            "tags": ["a, b", '"q"', "=x"],
            "variants": [
                {
                    "sku": f"{sign}{suffix}",
                    "options": {"size": sign, "=colour": "red"},
                    "weight": None if sign == "-" else 0,
                    "price": price,
                    "onHand": 3,
                }
                for sign in ("+", "-")
            ],
        }
        shop.seller.result("POST", "/products", body)

    exported = desk.export()
    read = desk.run(exported)

    assert read["errors"] == []
    assert counts(read) == (0, 0, read["rows"], 0)
    assert read["rows"] > 6
    for row in csv.reader(io.StringIO(exported)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def utf16(handle: str, category: str) -> bytes:
    return novel(handle, category).encode("utf-16")


BROKEN: list[tuple[str, Callable[[str, str], str | bytes]]] = [
    ("UTF-16", utf16),
    ("Latin-1", lambda handle, category: f"Handle,Title\n{handle},Ü\n".encode("latin-1")),
    ("semicolons", lambda handle, category: "Handle;Title\na;b\n"),
    ("no handle", lambda handle, category: "Title,Tags\na,b\n"),
    ("repeated", lambda handle, category: "Handle,Title,Title\na,b,c\n"),
    ("empty", lambda handle, category: ""),
    ("open quote", lambda handle, category: 'Handle,Title\na,"b\nc,d\n'),
    ("control character", lambda handle, category: f"Handle,Ti\x00tle\n{handle},b\n"),
    ("binary", lambda handle, category: bytes(range(256)) * 100),
]


@pytest.mark.parametrize(("what", "make"), BROKEN, ids=[name for name, _ in BROKEN])
def test_what_is_no_such_file_is_refused_at_once(
    desk: Desk, category: str, handle: str, what: str, make: Callable[[str, str], str | bytes]
) -> None:
    answer = desk.post(make(handle, category))

    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "invalid_csv"
    assert answer.json()["errors"][0]["pointer"] == "/file"


def test_a_byte_order_mark_is_welcome(desk: Desk, category: str, handle: str) -> None:
    read = desk.run(b"\xef\xbb\xbf" + novel(handle, category).encode())

    assert counts(read) == (2, 0, 1, 0)


def test_a_huge_field_is_one_bad_row(desk: Desk, category: str, handle: str) -> None:
    lines = novel(handle, category).replace("\r\n", "\n").split("\n")
    wide, long = "x" * 2_000_000, "x\n" * 300_000
    lines[1:1] = [f'big,"{wide}"', f'big,"{long}"']

    read = desk.run("\n".join(lines))

    assert counts(read) == (2, 0, 1, 2)
    assert [error["row"] for error in read["errors"]] == [2, 3]


def test_a_file_over_the_limit_is_refused(desk: Desk) -> None:
    limit = desk.parts.settings.imports.max_bytes

    answer = desk.post(b"Handle\n" + b"a" * limit)

    assert answer.status_code == 413


def test_a_key_makes_one_import(shop: Shop) -> None:
    headers = {
        "Authorization": f"Bearer {shop.seller.token}",
        "Idempotency-Key": str(uuid.uuid4()),
    }

    def post(file: bytes) -> httpx.Response:
        # Each with a boundary of its own; large enough to be kept outside of memory.
        return shop.seller.http.post(
            f"{BASE}/imports",
            data={"currency": "EUR"},
            files={"file": ("products.csv", file, "text/csv")},
            headers=headers,
        )

    file = b"Handle,Title\n" + b"a,b\n" * 200_000
    first, again = post(file), post(file)

    assert first.status_code == 202
    assert (again.status_code, again.content) == (202, first.content)
    assert post(file + b"c,d\n").json()["code"] == "idempotency_mismatch"
