"""Rows of a table that carry a bar."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.presentation.ops.charts import shares


@dataclass(frozen=True, kw_only=True)
class Bar:
    """`share` is the length in percent of the longest."""

    name: str
    count: int
    share: float


def bars(counts: Sequence[tuple[str, int]]) -> Sequence[Bar]:
    lengths = shares([count for _, count in counts])
    return [
        Bar(name=name, count=count, share=share)
        for (name, count), share in zip(counts, lengths, strict=True)
    ]
