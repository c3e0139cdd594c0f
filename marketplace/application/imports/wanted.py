"""What the rows of a product ask for, read and checked as far as that needs nothing stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from marketplace.application.imports import cells, columns
from marketplace.application.imports.columns import Header
from marketplace.application.imports.rows import Group, Row
from marketplace.application.imports.texts import from_html
from marketplace.domain.catalogue import limits
from marketplace.domain.catalogue.offer import Condition
from marketplace.domain.catalogue.product import NAME_LONGEST
from marketplace.domain.errors import RuleViolated
from marketplace.domain.imports.product_import import RowError
from marketplace.domain.inventory.stock import MOST
from marketplace.domain.shared.money import Money

Value = TypeVar("Value")

HANDLE_LONGEST = 255
# What Shopify has for a product without options.
NO_OPTION = ("Title", "Default Title")


class Wish(StrEnum):
    """The words of the column Status."""

    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"


@dataclass(frozen=True, kw_only=True)
class WantedProduct:
    """What a row with a title says of the product; None where the file does not say it.

    `category` are names from the root on. `attributes` are texts, None where the cell is empty.
    One that is `superseded` is good for a new product only.
    """

    row: int
    title: str
    description: str | None
    category: Sequence[str] | None
    tags: tuple[str, ...] | None
    attributes: Mapping[str, str | None]
    status: Wish | None
    superseded: bool = False


@dataclass(frozen=True, kw_only=True)
class WantedVariant:
    """What a row says of a variant and the offer of it; None where it does not say it.

    `options` are values by names that may be empty: those of the product then. Barcode, weight and
    compare-at price may be said to be none at all.
    """

    row: int
    options: Sequence[tuple[str, str]] | None
    sku: str | None
    price: Money | None
    compare_at_price: Money | None
    no_compare_at_price: bool
    barcode: str | None
    no_barcode: bool
    weight: int | None
    no_weight: bool
    condition: Condition | None
    quantity: int | None


@dataclass(kw_only=True)
class Wanted:
    """All that a group of rows asks for. `idle` rows ask for nothing, `refused` ones are wrong."""

    handle: str
    rows: Sequence[int]
    product: WantedProduct | None = None
    variants: list[WantedVariant] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether there is anything to do."""
        return self.product is not None or bool(self.variants)

    @property
    def skus(self) -> set[str]:
        return {each.sku for each in self.variants if each.sku is not None}

    @property
    def refused(self) -> set[int]:
        return {error.row for error in self.errors}

    def refuse(self, errors: Sequence[RowError]) -> None:
        """Leave the rows out that `errors` are about."""
        self.errors += errors
        refused = self.refused
        if self.product is not None and self.product.row in refused:
            self.product = None
        self.variants = [each for each in self.variants if each.row not in refused]
        self.idle = [row for row in self.idle if row not in refused]


class Reading:
    """Reads one row, noting what is wrong with it."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.errors: list[RowError] = []

    def check(self) -> None:
        """Look at the row as a whole."""
        if self.row.fault is not None:
            self.errors = [
                RowError(
                    row=self.row.number, pointer="", code="invalid_csv", message=self.row.fault
                )
            ]
            return
        if not self.row.handle:
            self.refuse(columns.HANDLE, "required", "Every row names its product.")
        self.text(columns.HANDLE, HANDLE_LONGEST)

    def text(self, column: str, longest: int) -> str | None:
        """None where the cell is empty, or not there at all."""
        cell = self.row.cells.get(column)
        if not cell:
            return None
        return self.checked(column, cell, longest)

    def checked(self, column: str, text: str, longest: int) -> str:
        if cells.UNPRINTABLE.search(text):
            self.refuse(column, "invalid_characters", "This holds a control character.")
        elif len(text) > longest:
            self.refuse(column, "too_long", f"This must have at most {longest} characters.")
        return text

    def named(self, column: str, name: str, longest: int) -> str:
        """As `checked`, of a name: searches take `NAME:VALUE`."""
        if ":" in name:
            self.refuse(column, "colon_in_name", "A name must not have a colon.")
        return self.checked(column, name, longest)

    def value(self, column: str, read: Callable[[str], Value]) -> Value | None:
        """What `read` makes of a cell that is not empty; None where it refuses it, too."""
        cell = self.row.cells.get(column)
        if not cell:
            return None
        try:
            return read(cell)
        except RuleViolated as error:
            self.refuse(column, error.code, error.detail)
            return None

    def refuse(self, column: str, code: str, message: str) -> None:
        pointer = f"/{column.replace('~', '~0').replace('/', '~1')}"
        self.errors.append(
            RowError(row=self.row.number, pointer=pointer, code=code, message=message)
        )

    def is_empty(self, column: str) -> bool:
        """Whether there is the column, and nothing in it."""
        return self.row.cells.get(column) == ""


def read_group(
    group: Group,
    header: Header,
    currency: str,
    decimals: int,
    *,
    superseded: Set[int] = frozenset(),
) -> Wanted:
    """What a group asks for. Of `superseded` rows, which others repeat further down, only what a
    product is made of counts: where there is none yet."""
    wanted = Wanted(handle=group.handle, rows=[row.number for row in group.rows])
    names: Sequence[str] = ()
    for row in group.rows:
        reading = Reading(row)
        if not any(names):
            names = [row.cells.get(name, "") for name, _ in columns.OPTIONS]
        product = None
        if wanted.product is None and row.cells.get(columns.TITLE):
            product = replace(_product(reading, header), superseded=row.number in superseded)
        variant = _variant(reading, names, currency, decimals)
        reading.check()
        if reading.errors:
            wanted.errors += reading.errors
            continue
        wanted.product = wanted.product or product
        if variant is not None and row.number not in superseded:
            wanted.variants.append(variant)
        elif product is None:
            wanted.idle.append(row.number)
    _drop_superseded(wanted)
    return wanted


def _drop_superseded(wanted: Wanted) -> None:
    """A product cannot be made of a row whose variant does not count."""
    if wanted.product is not None and wanted.product.superseded and not wanted.variants:
        wanted.idle.append(wanted.product.row)
        wanted.product = None


def _product(reading: Reading, header: Header) -> WantedProduct:
    row = reading.row
    description = row.cells.get(columns.BODY)
    if description is not None:
        description = from_html(description)
        reading.checked(columns.BODY, description, limits.DESCRIPTION_LONGEST)
    category = reading.text(columns.CATEGORY, 2000)
    tags = None
    if columns.TAGS in row.cells:
        tags = cells.read_tags(reading.text(columns.TAGS, 5000) or "")
        if len(tags) > limits.MOST_TAGS or any(len(tag) > limits.TAG_LONGEST for tag in tags):
            most, longest = limits.MOST_TAGS, limits.TAG_LONGEST
            message = f"There are at most {most} tags, of at most {longest} characters."
            reading.refuse(columns.TAGS, "too_long", message)
    return WantedProduct(
        row=row.number,
        title=reading.text(columns.TITLE, NAME_LONGEST) or "",
        description=description,
        category=None if category is None else [name.strip() for name in category.split(" > ")],
        tags=tags,
        attributes={
            attribute: reading.text(column, limits.ATTRIBUTE_LONGEST)
            for attribute, column in header.attributes.items()
        },
        status=_status(reading),
    )


def _status(reading: Reading) -> Wish | None:
    word = reading.row.cells.get(columns.STATUS, "").lower()
    if word:
        if word in list(Wish):
            return Wish(word)
        reading.refuse(columns.STATUS, "invalid_status", f"Status is one of: {', '.join(Wish)}.")
        return None
    if columns.STATUS in reading.row.cells:
        return None
    # Files that know no status say it in this way; FALSE leaves a product as it is.
    published = cells.read_flag(reading.row.cells.get(columns.PUBLISHED, ""))
    return Wish.ACTIVE if published else None


def _variant(
    reading: Reading, names: Sequence[str], currency: str, decimals: int
) -> WantedVariant | None:
    given = reading.row.cells.get
    asked = (
        *(columns.SKU, columns.PRICE, columns.QUANTITY, columns.BARCODE, columns.COMPARE_AT_PRICE),
        columns.GRAMS,
        *(value for _, value in columns.OPTIONS),
    )
    if not any(given(column) for column in asked):
        return None
    if given(columns.CURRENCY) not in (None, "", currency):
        message = f"The prices of this import are in {currency}."
        reading.refuse(columns.CURRENCY, "currency_mismatch", message)

    def price(cell: str) -> Money:
        return cells.read_price(cell, currency, decimals)

    barcode = reading.text(columns.BARCODE, limits.SKU_LONGEST)
    return WantedVariant(
        row=reading.row.number,
        options=_options(reading, names),
        sku=reading.text(columns.SKU, limits.SKU_LONGEST),
        price=reading.value(columns.PRICE, price),
        compare_at_price=reading.value(columns.COMPARE_AT_PRICE, price),
        no_compare_at_price=reading.is_empty(columns.COMPARE_AT_PRICE),
        # Spreadsheets are told by an apostrophe that it is no number.
        barcode=barcode and barcode.lstrip("'"),
        no_barcode=reading.is_empty(columns.BARCODE),
        weight=reading.value(columns.GRAMS, lambda cell: cells.read_grams(cell, limits.HEAVIEST)),
        no_weight=reading.is_empty(columns.GRAMS),
        condition=reading.value(columns.CONDITION, _condition),
        quantity=reading.value(columns.QUANTITY, lambda cell: cells.read_quantity(cell, MOST)),
    )


def _options(reading: Reading, names: Sequence[str]) -> Sequence[tuple[str, str]] | None:
    found = list(_given_options(reading, names))
    if found == [NO_OPTION] or found == [("", NO_OPTION[1])]:
        return ()
    return found or None


def _given_options(reading: Reading, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for number, (name_column, column) in enumerate(columns.OPTIONS):
        value = reading.text(column, limits.OPTION_LONGEST)
        if value is not None:
            name = reading.row.cells.get(name_column) or names[number]
            yield reading.named(name_column, name, limits.OPTION_NAME_LONGEST), value


def _condition(cell: str) -> Condition:
    if cell.lower() not in list(Condition):
        raise RuleViolated("invalid_value", f"Condition is one of: {', '.join(Condition)}.")
    return Condition(cell.lower())
