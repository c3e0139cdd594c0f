"""What the catalogue refuses, as errors of rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from marketplace.application.imports import columns
from marketplace.domain.errors import Conflict, MarketplaceError, RuleViolated
from marketplace.domain.imports.product_import import RowError

# A step of a pointer into a request -> the column that says the same.
_COLUMNS = {
    "name": columns.TITLE,
    "description": columns.BODY,
    "categoryId": columns.CATEGORY,
    "tags": columns.TAGS,
    "status": columns.STATUS,
    "sku": columns.SKU,
    "price": columns.PRICE,
    "compareAtPrice": columns.COMPARE_AT_PRICE,
    "barcode": columns.BARCODE,
    "weight": columns.GRAMS,
    "options": columns.OPTIONS[0][1],
    "quantity": columns.QUANTITY,
    "onHand": columns.QUANTITY,
}


class RowsRefused(Exception):
    """Some rows cannot be done; without them the others may."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__()
        self.errors = errors


def refusal(row: int, column: str, code: str, message: str) -> RowsRefused:
    return RowsRefused([RowError(row=row, pointer=_pointer(column), code=code, message=message)])


@contextmanager
def of_row(row: int, column: str = "") -> Iterator[None]:
    """Turn what the domain refuses inside into an error of `row`; of `column`, unless the domain
    says which field it is."""
    try:
        yield
    except (RuleViolated, Conflict) as error:
        raise refusal(row, _column_of(error) or column, error.code, error.detail) from error


def _column_of(error: MarketplaceError) -> str:
    """The column at fault, empty where it is none in particular."""
    steps = str(error.params.get("field", "")).split("/")
    if steps[:2] == ["", "attributes"] and len(steps) > 2:
        return columns.attribute_column(steps[-1].replace("~1", "/").replace("~0", "~"))
    return next((_COLUMNS[step] for step in steps if step in _COLUMNS), "")


def pointer_of(error: MarketplaceError) -> str:
    return _pointer(_column_of(error))


def _pointer(column: str) -> str:
    return f"/{column.replace('~', '~0').replace('/', '~1')}" if column else ""
