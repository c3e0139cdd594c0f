"""Ticks, labels and columns of charts, whatever the values are."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.presentation.ops.charts import (
    GRIDLINES,
    NARROW,
    WIDE,
    Frame,
    Point,
    axis,
    columns,
    shares,
    stride,
    ticks,
)

AMOUNTS = st.integers(min_value=0, max_value=2**53 - 1)
SLACK = 0.011
"""Pixels: what is drawn is rounded to hundredths."""


@given(most=AMOUNTS)
def test_ticks_go_from_nothing_to_just_above_the_most(most: int) -> None:
    steps = ticks(most)

    [step] = {after - before for before, after in pairwise(steps)}
    assert str(step).rstrip("0") in {"1", "2", "5"}
    assert steps[0] == 0
    assert steps[-1] - step < max(most, 1) <= steps[-1]
    assert 1 <= len(steps) - 1 <= GRIDLINES


@given(most=AMOUNTS)
def test_ticks_are_as_many_as_there_is_room_for(most: int) -> None:
    step = ticks(most)[1]

    finer = step * 2 // 5 if str(step).startswith("5") else step // 2
    assert step == 1 or -(-most // finer) > GRIDLINES


@pytest.mark.parametrize(
    ("most", "decimals", "labels"),
    [
        (0, 0, ["0", "1"]),
        (3, 0, ["0", "1", "2", "3"]),
        (37, 0, ["0", "10", "20", "30", "40"]),
        (123_456, 2, ["0", "500", "1,000", "1,500"]),
        (7, 2, ["0", "0.02", "0.04", "0.06", "0.08"]),
        (1_234_567, 2, ["0", "5k", "10k", "15k"]),
        (1_234_567, 0, ["0", "500k", "1,000k", "1,500k"]),
        (2_500_000_000, 2, ["0", "5m", "10m", "15m", "20m", "25m"]),
        (5, 3, ["0", "0.001", "0.002", "0.003", "0.004", "0.005"]),
    ],
)
def test_labels_are_short(most: int, decimals: int, labels: list[str]) -> None:
    assert axis(ticks(most), decimals) == labels


@example(most=800_000_000_000_001, decimals=0)
@given(most=AMOUNTS, decimals=st.integers(0, 4))
def test_labels_are_all_different_and_short_enough_for_the_margin(most: int, decimals: int) -> None:
    labels = axis(ticks(most), decimals)

    assert len(set(labels)) == len(labels)
    assert max(len(label) for label in labels) <= 9


@given(
    stacks=st.lists(st.lists(AMOUNTS, min_size=1, max_size=3), max_size=120),
    frame=st.sampled_from([WIDE, NARROW]),
)
def test_everything_lies_within_the_frame(stacks: list[list[int]], frame: Frame) -> None:
    points = [Point(label="x", title=str(n), values=stack) for n, stack in enumerate(stacks)]
    most = max((sum(stack) for stack in stacks), default=0)

    chart = columns(points, frame)

    bottom = frame.height - frame.bottom
    assert [column.title for column in chart.columns] == [point.title for point in points]
    for stack, column in zip(stacks, chart.columns, strict=True):
        assert frame.left - SLACK <= column.left <= column.x
        assert column.x + column.width <= column.left + column.room + 2 * SLACK
        assert column.left + column.room <= frame.width - frame.right + len(stacks) * SLACK
        assert [part.series for part in column.parts] == [
            series for series, value in enumerate(stack, 1) if value
        ]
        for part in column.parts:
            assert frame.top - SLACK <= part.y <= part.y + part.height <= bottom + 2 * SLACK
        if sum(stack) == most > 0:
            # The axis leaves less than half of the height unused.
            assert sum(part.height for part in column.parts) > (bottom - frame.top) / 2 - 1
    assert [mark.at for mark in chart.gridlines] == sorted(
        (mark.at for mark in chart.gridlines), reverse=True
    )
    assert (chart.gridlines[0].at, chart.gridlines[-1].at) == (bottom, frame.top)


@given(count=st.integers(1, 1000), frame=st.sampled_from([WIDE, NARROW]))
def test_labels_do_not_run_into_each_other(count: int, frame: Frame) -> None:
    chart = columns([Point(label=str(n), title="", values=[n]) for n in range(count)], frame)

    every = stride(count, (frame.width - frame.left - frame.right) // frame.label)
    assert [label.text for label in chart.labels] == [str(n) for n in range(0, count, every)]
    apart = [after.at - before.at for before, after in pairwise(chart.labels)]
    assert all(gap >= frame.label - 2 * SLACK for gap in apart)


@given(count=st.integers(0, 10**6), fits=st.integers(0, 100))
def test_a_stride_leaves_no_more_than_fit(count: int, fits: int) -> None:
    every = stride(count, fits)

    assert -(-count // every) <= max(fits, 1)
    # And no fewer than it has to.
    assert every == 1 or -(-count // (every - 1)) > max(fits, 1)


def test_columns_are_stacked() -> None:
    points = [Point(label="a", title="", values=[30, 10]), Point(label="b", title="", values=[0])]
    frame = Frame(width=100, height=110, left=0, right=0, top=0, bottom=10, label=10)

    chart = columns(points, frame)

    kept, cancelled = chart.columns[0].parts
    assert (kept.y, kept.height, kept.series) == (25.0, 75.0, 1)
    assert (cancelled.y, cancelled.height, cancelled.series) == (0.0, 25.0, 2)
    assert chart.columns[1].parts == []
    assert [(mark.at, mark.text) for mark in chart.gridlines] == [
        (100.0, "0"),
        (75.0, "10"),
        (50.0, "20"),
        (25.0, "30"),
        (0.0, "40"),
    ]


@given(values=st.lists(AMOUNTS))
def test_bars_are_shares_of_the_longest(values: list[int]) -> None:
    lengths = shares(values)

    assert all(0.5 <= length <= 100 for value, length in zip(values, lengths, strict=True) if value)
    assert all(length == 0 for value, length in zip(values, lengths, strict=True) if not value)
    assert not any(values) or max(lengths) == 100
