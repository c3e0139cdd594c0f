"""Cells: what stands in them for what they mean."""

import csv
import html
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from marketplace.domain.errors import RuleViolated
from marketplace.domain.shared.money import MAX_AMOUNT, Money

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab, LF and CR, and surrogates: nothing that is stored has them."""

# What a spreadsheet takes for a formula, and what was guarded from that. Guarding is reversible:
# it adds an apostrophe before any number of them.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_DECIMAL = re.compile(r"(\d{1,16})(?:\.(\d{1,8}))?", re.ASCII)
_WHOLE = re.compile(r"\d{1,10}", re.ASCII)
_GRAMS = re.compile(r"(\d{1,10})(?:\.0{1,8})?", re.ASCII)
_YES, _NO = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def guard(text: str) -> str:
    """`text` so that no spreadsheet runs it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(cell: str) -> str:
    """The inverse of `guard`."""
    return cell[1:] if _GUARDED.match(cell) else cell


def write_row(cells: Iterable[str]) -> str:
    """A line of CSV (RFC 4180) that is safe to open."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([guard(cell) for cell in cells])
    return line.getvalue()


def read_price(cell: str, currency: str, decimals: int) -> Money:
    """Raises `RuleViolated` (`invalid_price`)."""
    found = _DECIMAL.fullmatch(cell)
    fraction = ((found[2] if found else None) or "").rstrip("0")
    if found is None or len(fraction) > decimals:
        example = "1299" + ("." + "9" * decimals if decimals else "")
        raise RuleViolated(
            "invalid_price",
            f"A price in {currency} is written like {example}, with at most {decimals} decimals.",
        )
    amount = int(found[1]) * 10**decimals + int(fraction.ljust(decimals, "0") or "0")
    if amount > MAX_AMOUNT:
        raise RuleViolated("invalid_price", "This price is too high.")
    return Money(amount, currency)


def write_price(price: Money, decimals: int) -> str:
    """The inverse of `read_price`."""
    return f"{Decimal(price.amount).scaleb(-decimals):.{decimals}f}"


def read_quantity(cell: str, most: int) -> int:
    """Raises `RuleViolated` (`invalid_stock`)."""
    if _WHOLE.fullmatch(cell) is None or int(cell) > most:
        raise RuleViolated("invalid_stock", f"Stock is a whole number from 0 to {most}.")
    return int(cell)


def read_grams(cell: str, most: int) -> int:
    """Zeros behind a point are none. Raises `RuleViolated` (`invalid_weight`)."""
    found = _GRAMS.fullmatch(cell)
    if found is None or int(found[1]) > most:
        raise RuleViolated("invalid_weight", f"A weight is whole grams from 0 to {most}.")
    return int(found[1])


def read_flag(cell: str) -> bool | None:
    """None for what is neither yes nor no."""
    word = cell.strip().lower()
    return True if word in _YES else False if word in _NO else None


def read_tags(cell: str) -> tuple[str, ...]:
    """Words between commas; one that holds a comma itself is quoted."""
    try:
        found: Sequence[str] = next(csv.reader([cell], skipinitialspace=True), [])
    except csv.Error:
        found = cell.split(",")
    return tuple(dict.fromkeys(tag.strip() for tag in found if tag.strip()))


def write_tags(tags: Iterable[str]) -> str:
    """The inverse of `read_tags`, but for white space around tags."""
    return ", ".join(map(_quoted, tags))


def _quoted(tag: str) -> str:
    if not set(tag) & set(',"\r\n'):
        return tag
    return '"' + tag.replace('"', '""') + '"'


def write_html(text: str) -> str:
    """Plain text as HTML that means it: the inverse of `texts.from_html`."""
    return html.escape(text, quote=False)
