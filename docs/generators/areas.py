"""The diagram of the areas: which area of a layer imports which one of the layer below."""

from docs.generators.imports import PACKAGE, count
from docs.generators.svg import Box, Drawing

COLUMNS = (("presentation", "rest"), ("application",), ("domain",))
WIDTH, HEIGHT, ACROSS, DOWN, TOP = 150, 32, 150, 16, 34


def generate() -> str:
    """The diagram, and a list of the imports between areas of one layer."""
    counted = count(_area)
    columns = [sorted(_areas(counted, ".".join(column))) for column in COLUMNS]
    tallest = max(len(names) for names in columns)
    drawing = Drawing(
        "Areas and their imports",
        len(columns) * (WIDTH + ACROSS) - ACROSS + 8,
        TOP + tallest * (HEIGHT + DOWN),
    )
    boxes = {}
    for index, (column, names) in enumerate(zip(COLUMNS, columns, strict=True)):
        x = 4 + index * (WIDTH + ACROSS)
        drawing.text(" / ".join(column), (x, 18), "diagram-head-line")
        for row, name in enumerate(names):
            label = name.rpartition(".")[2]
            boxes[name] = Box(label, x, TOP + row * (HEIGHT + DOWN), WIDTH, HEIGHT)
    order = [".".join(column) for column in COLUMNS]
    beside: list[str] = []
    for (source, target), number in sorted(counted.items()):
        if source not in boxes or target not in boxes:
            continue
        step = order.index(target.rpartition(".")[0]) - order.index(source.rpartition(".")[0])
        if step == 1:
            drawing.curve(boxes[source].right, boxes[target].left, 1 + number / 3)
        elif step == 0:
            beside.append(f"- `{source}` takes from `{target}` ({number})")
    for box in boxes.values():
        drawing.box(box)
    text = ["", drawing.finished(), "", "Imports between areas of one layer:", ""]
    return "\n".join([*text, *(beside or ["- none"])])


def _areas(counted: dict[tuple[str, str], int], layer: str) -> set[str]:
    return {name for pair in counted for name in pair if name.rpartition(".")[0] == layer} - {
        f"{layer}.shared"
    }


def _area(module: str) -> str | None:
    """`presentation.rest.orders`, `application.orders`, `domain.orders`; None for what stands
    beside the areas."""
    parts = module.split(".")
    for column in COLUMNS:
        depth = len(column) + 1
        if parts[:depth] == [PACKAGE, *column] and len(parts) > depth + 1:
            return ".".join(parts[1 : depth + 1])
    return None
