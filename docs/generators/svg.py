"""Boxes and arrows as inline SVG, in the colours of the page around them."""

from dataclasses import dataclass
from html import escape
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Box:
    label: str
    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> Point:
        return (self.x, self.y + self.height / 2)

    @property
    def right(self) -> Point:
        return (self.x + self.width, self.y + self.height / 2)

    @property
    def top(self) -> Point:
        return (self.x + self.width / 2, self.y)

    @property
    def bottom(self) -> Point:
        return (self.x + self.width / 2, self.y + self.height)


class Drawing:
    """One picture. Coordinates are pixels; `title` is what a screen reader says."""

    def __init__(self, title: str, width: float, height: float) -> None:
        self._title = title
        self._width, self._height = width, height
        self._parts: list[str] = []

    def box(self, box: Box, *, final: bool = False) -> None:
        x, y = box.top[0], box.top[1] + box.height / 2 + 4
        kind = "diagram-box diagram-final" if final else "diagram-box"
        self._parts.append(
            f'<rect class="{kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
            f'height="{box.height:g}" rx="6"/>'
        )
        self.text(box.label, (x, y), "diagram-label")

    def text(self, text: str, at: Point, kind: str = "diagram-note") -> None:
        self._parts.append(
            f'<text class="{kind}" x="{at[0]:g}" y="{at[1]:g}">{escape(text)}</text>'
        )

    def line(self, start: Point, end: Point) -> None:
        self._path(f"M{start[0]:g} {start[1]:g}L{end[0]:g} {end[1]:g}")

    def curve(self, start: Point, end: Point, width: float | None = None) -> None:
        """From left to right; with `width` a band without a head."""
        middle = (start[0] + end[0]) / 2
        path = (
            f"M{start[0]:g} {start[1]:g}C{middle:g} {start[1]:g} {middle:g} {end[1]:g} "
            f"{end[0]:g} {end[1]:g}"
        )
        if width is None:
            self._path(path)
        else:
            self._parts.append(
                f'<path class="diagram-band" d="{path}" stroke-width="{width:.1f}"/>'
            )

    def arc(self, start: Point, end: Point, depth: float) -> None:
        """From edge to edge, by way of `depth` below (or, negative, above) the further one."""
        furthest = max(start[1], end[1]) if depth > 0 else min(start[1], end[1])
        y = furthest + depth
        self._path(
            f"M{start[0]:g} {start[1]:g}C{start[0]:g} {y:g} {end[0]:g} {y:g} {end[0]:g} {end[1]:g}"
        )

    def finished(self) -> str:
        """One line of HTML, which Markdown leaves alone."""
        head = (
            '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            'markerHeight="8" orient="auto"><path class="diagram-head" d="M0 0L8 4L0 8z"/>'
            "</marker></defs>"
        )
        return (
            f'<div class="diagram"><svg role="img" viewBox="0 0 {self._width:g} {self._height:g}" '
            f'width="{self._width:g}"><title>{escape(self._title)}</title>{head}'
            f"{''.join(self._parts)}</svg></div>"
        )

    def _path(self, path: str) -> None:
        self._parts.append(f'<path class="diagram-line" d="{path}" marker-end="url(#head)"/>')
