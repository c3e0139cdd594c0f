"""Where the parts of a chart lie: geometry in pixels of the SVG's view box, for a template to draw.

Values are whole numbers of whatever is counted, minor units of money among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

GRIDLINES = 5
_LEADING = (1, 2, 5)
_GAP = 0.28
_WIDEST_BAR = 44.0
_UNITS = ((10**12, "tn"), (10**9, "bn"), (10**6, "m"), (10**3, "k"))


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The size of a chart, its margins, and how much room a label below it takes."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    label: int


# The same chart for two screens: text does not shrink with the picture.
WIDE = Frame(width=580, height=230, left=52, right=24, top=12, bottom=28, label=70)
NARROW = Frame(width=340, height=210, left=48, right=20, top=12, bottom=28, label=66)


@dataclass(frozen=True, kw_only=True)
class Point:
    """What one column stands for: `values` are stacked, the first one lowest. `label` is written
    below it, `title` told of it."""

    label: str
    title: str
    values: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a column; `series` counts from 1."""

    series: int
    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Column:
    """`left` and `room` are where it can be pointed at, `x` and `width` where it is drawn."""

    title: str
    left: float
    room: float
    x: float
    width: float
    parts: Sequence[Part]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A label at an axis."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    frame: Frame
    gridlines: Sequence[Mark]
    columns: Sequence[Column]
    labels: Sequence[Mark]


def columns(points: Sequence[Point], frame: Frame, *, decimals: int = 0) -> Chart:
    """A column for each point. `decimals` is how many places of the values are behind the point,
    as the labels of the axis write them."""
    steps = ticks(max((sum(point.values) for point in points), default=0))
    bottom = frame.height - frame.bottom
    tall = bottom - frame.top
    room = (frame.width - frame.left - frame.right) / max(len(points), 1)
    width = min(room * (1 - _GAP), _WIDEST_BAR)
    every = stride(len(points), (frame.width - frame.left - frame.right) // frame.label)

    def height(value: int) -> float:
        return tall * value / steps[-1]

    def column(index: int, point: Point) -> Column:
        left = frame.left + index * room
        parts: list[Part] = []
        reached = 0
        for series, value in enumerate(point.values, 1):
            reached += value
            if value:
                part = Part(
                    series=series,
                    y=round(bottom - height(reached), 2),
                    height=round(height(value), 2),
                )
                parts.append(part)
        return Column(
            title=point.title,
            left=round(left, 2),
            room=round(room, 2),
            x=round(left + (room - width) / 2, 2),
            width=round(width, 2),
            parts=parts,
        )

    return Chart(
        frame=frame,
        gridlines=[
            Mark(at=round(bottom - height(step), 2), text=text)
            for step, text in zip(steps, axis(steps, decimals), strict=True)
        ],
        columns=[column(index, point) for index, point in enumerate(points)],
        labels=[
            Mark(at=round(frame.left + (index + 0.5) * room, 2), text=point.label)
            for index, point in enumerate(points)
            if index % every == 0
        ],
    )


def ticks(most: int) -> Sequence[int]:
    """From 0 in even steps up to `most` or just above it: 1, 2 or 5 times a power of ten, so that
    there are at most `GRIDLINES` steps."""
    power = 1
    while True:
        for leading in _LEADING:
            step = leading * power
            count = max(-(-most // step), 1)
            if count <= GRIDLINES:
                return [step * index for index in range(count + 1)]
        power *= 10


def axis(steps: Sequence[int], decimals: int) -> Sequence[str]:
    """The labels of `ticks`: short, all in the same unit, and no two alike."""
    most = Decimal(steps[-1]).scaleb(-decimals)
    for unit, letter in _UNITS:
        # A unit is taken when even the steps are worth naming in it.
        if most >= 10 * unit:
            return [_plain(Decimal(step).scaleb(-decimals) / unit, letter) for step in steps]
    return [_plain(Decimal(step).scaleb(-decimals), "") for step in steps]


def _plain(value: Decimal, letter: str) -> str:
    return f"{value.normalize():,f}{letter}" if value else "0"


def stride(count: int, fits: int) -> int:
    """Every how many of `count` labels is written, so that no more than `fits` are."""
    return max(-(-count // max(fits, 1)), 1)


def shares(values: Sequence[int]) -> Sequence[float]:
    """Each value as a percentage of the largest; what is there at all can be seen."""
    most = max(values, default=0)
    return [max(round(100 * value / most, 2), 0.5) if value else 0.0 for value in values]
