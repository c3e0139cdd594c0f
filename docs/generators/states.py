"""State diagrams, of the transition tables in the domain."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Set
from enum import StrEnum
from types import ModuleType

import marketplace.domain as domain
from docs.generators.svg import Box, Drawing

Table = Mapping[StrEnum, Set[StrEnum]]

WIDTH, HEIGHT, ACROSS, DOWN = 112, 34, 70, 26


def generate() -> str:
    """A diagram and a table for each transition table, wherever in the domain it stands."""
    parts: list[str] = []
    for name, table in sorted(tables()):
        parts += ["", f"## {name}", "", diagram(table, f"States of a {name.lower()}"), ""]
        parts += ["| from | to |", "|---|---|"]
        for state, following in table.items():
            after = ", ".join(f"`{each}`" for each in following_in_order(table, following))
            parts.append(f"| `{state}` | {after or 'nothing: final'} |")
    return "\n".join(parts)


def modules_of(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def tables() -> Iterator[tuple[str, Table]]:
    """Every mapping of the domain from the states of an enum to sets of them, by what it is of."""
    for module in modules_of(domain):
        for name, value in vars(module).items():
            if name.endswith("TRANSITIONS") and isinstance(value, Mapping):
                kind = type(next(iter(value))).__name__
                yield kind.removesuffix("Status").removesuffix("State"), value


def following_in_order(table: Table, states: Set[StrEnum]) -> list[StrEnum]:
    return [state for state in table if state in states]


def diagram(table: Table, title: str) -> str:
    places = _places(table)
    columns = max(column for column, _ in places.values()) + 1
    rows = max(row for _, row in places.values()) + 1
    top = 34
    drawing = Drawing(
        title, 20 + columns * (WIDTH + ACROSS) - ACROSS, top + rows * (HEIGHT + DOWN) + 30
    )
    boxes = {
        state: Box(
            str(state), 10 + column * (WIDTH + ACROSS), top + row * (HEIGHT + DOWN), WIDTH, HEIGHT
        )
        for state, (column, row) in places.items()
    }
    for state, following in table.items():
        for after in following_in_order(table, following):
            _connect(drawing, boxes[state], boxes[after], places[after][0] - places[state][0])
    for state, box in boxes.items():
        drawing.box(box, final=not table[state])
    return drawing.finished()


def _connect(drawing: Drawing, source: Box, target: Box, columns: int) -> None:
    if columns == 1:
        drawing.curve(source.right, target.left)
    elif columns > 1 and target.y == source.y:
        drawing.arc(source.top, target.top, -30)
    else:
        drawing.arc(source.bottom, target.bottom, 30)


def _places(table: Table) -> dict[StrEnum, tuple[int, int]]:
    """Column and row of each state: a column is how many steps there are at most before it."""
    columns: dict[StrEnum, int] = {}

    def visit(state: StrEnum, column: int, path: tuple[StrEnum, ...]) -> None:
        if state in path:
            return  # a way back
        if column > columns.get(state, -1):
            columns[state] = column
            for after in following_in_order(table, table[state]):
                visit(after, column + 1, (*path, state))

    first = next(iter(table))
    visit(first, 0, ())
    rows: dict[int, int] = {}
    places = {}
    for state in table:
        column = columns.get(state, 0)
        places[state] = (column, rows.get(column, 0))
        rows[column] = rows.get(column, 0) + 1
    return places
