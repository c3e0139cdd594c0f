"""The diagram of the layers, of the imports that there are and the contract that allows them."""

import configparser

from docs.generators import ROOT
from docs.generators.imports import PACKAGE, count
from docs.generators.svg import Box, Drawing

# Left edge and width of each layer: laid out so that an arrow can fall from any layer to any lower
# one without crossing a box. The rows are those of the import contract.
PLACES = {
    "main": (0, 800),
    "presentation": (110, 260),
    "infrastructure": (430, 270),
    "application": (300, 340),
    "config": (0, 180),
    "domain": (220, 580),
}
HEIGHT, DOWN = 44, 52


def rows() -> list[list[str]]:
    """The layers from top to bottom, as setup.cfg has them."""
    parser = configparser.RawConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = parser["importlinter:contract:layers"]["layers"].strip().splitlines()
    return [[name.strip() for name in line.split("|")] for line in lines]


def generate() -> str:
    """The diagram, and the same numbers as a table."""
    counted = count(_layer)
    boxes = {
        name: (index, Box(name, PLACES[name][0] + 4, 4 + index * (HEIGHT + DOWN), width, HEIGHT))
        for index, row in enumerate(rows())
        for name in row
        for width in [PLACES[name][1]]
    }
    drawing = Drawing("Layers and their imports", 808, len(rows()) * (HEIGHT + DOWN) - DOWN + 8)
    for (source, target), number in sorted(counted.items()):
        x = _free(boxes, source, target)
        start = boxes[source][1].bottom[1]
        drawing.line((x, start), (x, boxes[target][1].y))
        drawing.text(str(number), (x + 5, start + 16))
    for _, box in boxes.values():
        drawing.box(box)
    names = [name for row in rows() for name in row]
    table = ["| imports of | " + " | ".join(names[1:]) + " |", "|---|" + "---|" * len(names[1:])]
    table += [
        f"| {source} | "
        + " | ".join(str(counted[source, target] or "") for target in names[1:])
        + " |"
        for source in names
    ]
    return "\n".join(["", drawing.finished(), "", *table])


def _layer(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == PACKAGE and parts[1] in PLACES else None


def _free(boxes: dict[str, tuple[int, Box]], source: str, target: str) -> float:
    """Where an arrow falls from `source` to `target`: the middle of the widest gap between."""
    (upper, above), (lower, below) = boxes[source], boxes[target]
    left, right = max(above.x, below.x), min(above.right[0], below.right[0])
    gaps = [(left, right)]
    for row, box in boxes.values():
        if upper < row < lower:
            cut = (box.x, box.right[0])
            gaps = [
                gap
                for low, high in gaps
                for gap in ((low, min(high, cut[0])), (max(low, cut[1]), high))
                if gap[0] < gap[1]
            ]
    low, high = max(gaps, key=lambda gap: gap[1] - gap[0])
    return (low + high) / 2
