"""The columns of a product file, by the names that Shopify documents."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace.application.imports.cells import UNPRINTABLE
from marketplace.domain.catalogue.limits import ATTRIBUTE_NAME_LONGEST, MOST_OPTIONS
from marketplace.domain.errors import RuleViolated

HANDLE = "Handle"
TITLE = "Title"
BODY = "Body (HTML)"
CATEGORY = "Product Category"
TAGS = "Tags"
PUBLISHED = "Published"
STATUS = "Status"
SKU = "Variant SKU"
QUANTITY = "Variant Inventory Qty"
PRICE = "Variant Price"
COMPARE_AT_PRICE = "Variant Compare At Price"
BARCODE = "Variant Barcode"
GRAMS = "Variant Grams"
CONDITION = "Google Shopping / Condition"
CURRENCY = "Currency"
"""Of the prices of a row. It is ours: without it a file says nothing of that."""

OPTIONS = tuple(
    (f"Option{number} Name", f"Option{number} Value") for number in range(1, MOST_OPTIONS + 1)
)
_VALUES = tuple(value for _, value in OPTIONS)
KNOWN = frozenset(
    {
        *(HANDLE, TITLE, BODY, CATEGORY, TAGS, PUBLISHED, STATUS, SKU, QUANTITY, PRICE),
        *(COMPARE_AT_PRICE, BARCODE, GRAMS, CONDITION, CURRENCY),
        *(name for pair in OPTIONS for name in pair),
    }
)
# Those that Shopify calls so in newer files.
_ALSO = {
    "URL handle": HANDLE,
    "Description": BODY,
    "SKU": SKU,
    "Barcode": BARCODE,
    "Weight value (grams)": GRAMS,
    "Price": PRICE,
    "Compare-at price": COMPARE_AT_PRICE,
    "Inventory quantity": QUANTITY,
    "Product category": CATEGORY,
    "Published on online store": PUBLISHED,
    **{f"Option{number} name": f"Option{number} Name" for number in range(1, MOST_OPTIONS + 1)},
    **{f"Option{number} value": f"Option{number} Value" for number in range(1, MOST_OPTIONS + 1)},
}
_ATTRIBUTE = re.compile(r".*\(product\.metafields\.custom\.(.+)\)", re.DOTALL)
MOST = 500
_NAME_LONGEST = 300


@dataclass(frozen=True)
class Header:
    """The columns of one file. `attributes` are columns by the attribute that they are of."""

    names: Sequence[str]
    attributes: Mapping[str, str]

    @classmethod
    def read(cls, cells: Sequence[str]) -> "Header":
        """Raises `RuleViolated` (`invalid_csv`): no `Handle`, columns twice, without commas, names
        that hold control characters."""
        names = [_ALSO.get(cell.strip(), cell.strip()) for cell in cells]
        while names and not names[-1]:
            names.pop()
        if len(names) == 1 and re.search(r"[;\t|]", names[0]):
            raise _invalid("Separate the columns by commas.")
        if HANDLE not in names:
            raise _invalid(f"The first row names the columns; {HANDLE} has to be among them.")
        if len(names) > MOST or any(len(name) > _NAME_LONGEST for name in names):
            raise _invalid(f"A file has at most {MOST} columns, with names up to {_NAME_LONGEST}.")
        if any(UNPRINTABLE.search(name) for name in names):
            raise _invalid("The name of a column holds a control character.")
        if repeated := sorted({name for name in names if name and names.count(name) > 1}):
            raise _invalid(f"These columns come twice: {', '.join(repeated)}.")
        attributes = {
            found[1]: name
            for name in names
            if (found := _ATTRIBUTE.fullmatch(name)) is not None and _is_attribute_name(found[1])
        }
        return cls(names, attributes)

    def key(self, cells: Sequence[str]) -> int | None:
        """A hash of what tells the variant of a row: two rows that have the same one say the same
        thing twice. None for a row that names no SKU."""
        said = dict(zip(self.names, cells, strict=False))
        if not said.get(SKU, "").strip():
            return None
        return hash(tuple(said.get(name, "").strip() for name in (HANDLE, SKU, *_VALUES)))

    @property
    def ignored(self) -> Sequence[str]:
        """Columns that nothing is made of."""
        used = KNOWN | set(self.attributes.values())
        return [name for name in self.names if name and name not in used]


def _is_attribute_name(name: str) -> bool:
    """Searches take `NAME:VALUE`, so that none has a colon."""
    return len(name) <= ATTRIBUTE_NAME_LONGEST and ":" not in name


def attribute_column(attribute: str) -> str:
    """The inverse of `Header.attributes`."""
    return f"{attribute} (product.metafields.custom.{attribute})"


def _invalid(detail: str) -> RuleViolated:
    return RuleViolated("invalid_csv", detail, field="/file")
