"""Rows of a product file, and those that belong together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from marketplace.application.imports.cells import unguard
from marketplace.application.imports.columns import HANDLE, Header
from marketplace.application.imports.records import Record

MOST_ROWS = 1000
MOST_CHARACTERS = 1 << 22
"""Of one group: what a product has more begins another one, which changes the same product."""

FIRST_ROW = 2
"""The header is row 1, as in a spreadsheet."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """`cells` by column, without the white space around them. `end` is where the next row begins
    in the file."""

    number: int
    cells: Mapping[str, str]
    end: int
    fault: str | None = None

    @property
    def handle(self) -> str:
        return self.cells.get(HANDLE, "")


@dataclass(kw_only=True)
class Group:
    """Rows of one product, one after another."""

    handle: str
    rows: list[Row] = field(default_factory=list)
    characters: int = 0

    @property
    def end(self) -> int:
        return self.rows[-1].end


def groups(found: Iterable[Record], header: Header, first: int) -> Iterator[Group]:
    """The records of a file from row `first` on, by product."""
    group: Group | None = None
    for number, record in enumerate(found, start=first):
        row = _row(record, header, number)
        if group is not None and (
            row.handle != group.handle
            or len(group.rows) >= MOST_ROWS
            or group.characters >= MOST_CHARACTERS
        ):
            yield group
            group = None
        if group is None:
            group = Group(handle=row.handle)
        group.rows.append(row)
        group.characters += sum(map(len, row.cells.values()))
    if group is not None:
        yield group


def _row(record: Record, header: Header, number: int) -> Row:
    fault = record.fault
    if any(cell.strip() for cell in record.cells[len(header.names) :]):
        fault = f"This row has more cells than there are columns: {len(record.cells)}."
    # A row may end early: what follows is empty.
    cells = [*record.cells, *[""] * (len(header.names) - len(record.cells))]
    named = {
        name: unguard(cell.strip(" \t\r\n") if not cell.startswith("'") else cell)
        for name, cell in zip(header.names, cells, strict=False)
        if name
    }
    return Row(number=number, cells=named if fault is None else {}, end=record.end, fault=fault)
