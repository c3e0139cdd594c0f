"""Reads a CSV of books, and decides for each row what is cleaned and what is refused.

The columns: productClass, category (`Books > Fiction > Poetry`), upc, title, description, partner,
sku, price, stock. Cleaned is what cannot be misunderstood; where a number would have to be guessed,
the row is refused. `RULES` says it in words. Everything else is left to the marketplace to judge.
"""

import csv
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

COLUMNS = ("productClass", "category", "upc", "title", "description", "sku", "price", "stock")
RULES = """\
Cleaned: HTML and XML tags are taken out of texts (not <stdio.h>: only names of HTML, or names that
  the text also closes), entities are decoded, control characters dropped, white space is collapsed;
  a title loses one trailing dot (not an ellipsis, not that of an abbreviation); spaces and hyphens
  leave barcodes; a missing sku is the barcode.
Refused here: no title, category, sku, price or stock; a price that is not a plain number above zero
  within the currency's decimals; a stock that is not a whole number; bytes that are not UTF-8; a
  row with columns too many; a sku or barcode that an earlier row has.
Refused by the marketplace: everything else that it does not accept, such as a barcode whose check
  digit is wrong. Texts in a wrong encoding that is valid UTF-8 are kept: nobody could say which."""

TAG = re.compile(r"<!--.*?-->|<(?:(/)\s*)?([A-Za-z][A-Za-z0-9:-]*)(?:\s[^<>]*)?/?>", re.DOTALL)
CUT_TAG = re.compile(r"</?[A-Za-z][^<>]*\Z")
WITH_CONTENT = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
INLINE = {
    *("a", "abbr", "b", "cite", "code", "em", "font", "i", "q", "s", "small", "span", "strong"),
    *("sub", "sup", "tt", "u"),
}
HTML = INLINE | {
    *("blockquote", "body", "br", "center", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "head", "hr", "html", "img", "li", "ol", "p", "pre", "table", "tbody", "td", "th"),
    *("thead", "tr", "ul"),
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
PRICE = re.compile(r"\d{1,9}(?:\.\d{1,4})?", re.ASCII)
WHOLE = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Book:
    """A row that can be offered to the marketplace. `cleaned` says what was done to it."""

    line: int
    category: tuple[str, ...]
    kind: str
    barcode: str | None
    sku: str
    title: str
    description: str
    price: Decimal
    stock: int
    cleaned: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """A row that is not sold: `reason` in a few words that many rows may share, and the detail."""

    line: int
    what: str
    reason: str
    detail: str = ""


class Unusable(Exception):
    """Why a row cannot be used."""


@dataclass
class _Seen:
    """What earlier rows have, by sku and by barcode."""

    books: dict[str, Book] = field(default_factory=dict)

    def add(self, book: Book) -> Book | None:
        """Remember a book, or return the one that was there before."""
        names = [f"sku {book.sku}"] + ([f"barcode {book.barcode}"] if book.barcode else [])
        for name in names:
            if name in self.books:
                return self.books[name]
        self.books.update(dict.fromkeys(names, book))
        return None


def read_books(path: Path) -> Iterator[Book | Refusal]:
    """Every row of the file, in its order.

    Raises ValueError if a column is missing altogether.
    """
    seen = _Seen()
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{path} has no column {', '.join(missing)}")
        for row in reader:
            # Lines that a quoted text spans count too: this is where an editor finds the end of it.
            line = reader.line_num
            what = f"{row.get('sku') or row.get('upc') or '?'} {(row.get('title') or '')[:40]!r}"
            try:
                book = read_row(line, row)
            except Unusable as error:
                yield Refusal(line, what, str(error))
                continue
            first = seen.add(book)
            yield Refusal(line, what, "duplicate", compare(first, book)) if first else book


def compare(first: Book, second: Book) -> str:
    """Say which row was there first, and how this one differs."""
    names = ("category", "title", "description", "price", "stock")
    other = [name for name in names if getattr(first, name) != getattr(second, name)]
    return f"of line {first.line}, " + (f"other {', '.join(other)}" if other else "the same")


def read_row(line: int, row: dict[str | None, str | None]) -> Book:
    """Raises Unusable."""
    if None in row:
        raise Unusable("more columns than the header")
    values = {name: row.get(name) or "" for name in COLUMNS}
    if any("\ufffd" in value for value in values.values()):
        raise Unusable("not UTF-8")
    cleaned: list[str] = []
    title = clean_title(clean_text(values["title"], "title", cleaned), cleaned)
    description = clean_text(values["description"], "description", cleaned)
    barcode = re.sub(r"[\s-]", "", values["upc"])
    if barcode != values["upc"]:
        cleaned.append("barcode: spaces or hyphens")
    sku = values["sku"].strip()
    if not sku and barcode:
        sku = barcode
        cleaned.append("sku: the barcode")
    category = tuple(filter(None, map(str.strip, values["category"].split(">"))))
    for name, value in (("title", title), ("category", category), ("sku", sku)):
        if not value:
            raise Unusable(f"no {name}")
    return Book(
        line=line,
        category=category,
        kind=values["productClass"].strip().lower(),
        barcode=barcode or None,
        sku=sku,
        title=title,
        description=description,
        price=read_price(values["price"].strip()),
        stock=read_stock(values["stock"].strip()),
        cleaned=tuple(cleaned),
    )


def read_price(text: str) -> Decimal:
    if not text:
        raise Unusable("no price")
    if not PRICE.fullmatch(text) or not Decimal(text):
        raise Unusable("a price that is no plain number above zero")
    return Decimal(text)


def read_stock(text: str) -> int:
    if not text:
        raise Unusable("no stock")
    if not WHOLE.fullmatch(text):
        raise Unusable("a stock that is no whole number")
    return int(text)


def clean_text(text: str, name: str, cleaned: list[str]) -> str:
    """Plain text in one line; what was done is added to `cleaned`."""
    plain = strip_markup(text)
    if plain != text:
        cleaned.append(f"{name}: tags")
    decoded = html.unescape(plain)
    if decoded != plain:
        cleaned.append(f"{name}: entities")
    printable = CONTROL.sub("", decoded)
    if printable != decoded:
        cleaned.append(f"{name}: control characters")
    collapsed = " ".join(printable.split())
    # Where a tag was, white space is of our own making.
    if collapsed != printable and plain == text:
        cleaned.append(f"{name}: white space")
    return collapsed


def strip_markup(text: str) -> str:
    """Take tags out: those of HTML, and of any name that the text also closes."""
    text = WITH_CONTENT.sub(" ", text)
    closed = {match[2].lower() for match in TAG.finditer(text) if match[1]}

    def replaced(match: re.Match[str]) -> str:
        name = (match[2] or "").lower()
        if name and name not in HTML and name not in closed:
            return match[0]
        return "" if name in INLINE else " "

    stripped = TAG.sub(replaced, text)
    # Descriptions are cut at some length, and a tag with them.
    return CUT_TAG.sub("", stripped) if stripped != text else stripped


def clean_title(title: str, cleaned: list[str]) -> str:
    if not title.endswith(".") or title.endswith(".."):
        return title
    last = title.split()[-1].rstrip(".")
    if len(last) <= 3 or "." in last:
        return title
    cleaned.append("title: trailing dot")
    return title[:-1]
