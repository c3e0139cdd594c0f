"""What the report says of orders."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from matplotlib import pyplot as plt

from benchmarks.tables import table

STATEMENTS: Final = 12
"""The most that an order may take, token and answer included."""

_SPREADS: Final = {"many": "over many products", "one": "all of the same two products"}
_HEAD: Final = (
    "clients",
    "rung",
    "worker, ms",
    "PostgreSQL, ms",
    "a second",
    "p50, ms",
    "p99, ms",
)
_COLOURS: Final = {"worker": "#3b6ea5", "database": "#c9834a"}


def worst(orders: Mapping[str, Any]) -> dict[str, float]:
    """Of all loads, the figures that the goals are about."""
    loads = orders["loads"]
    return {
        "statements": max(orders["statements"].values()),
        "toBare": max(each["ratios"]["toBare"] for each in loads),
        "rateToSame": min(each["ratios"]["rateToSame"] for each in loads),
        "naiveToOurs": min(
            each["ratios"]["naiveToOurs"] for each in loads if "naiveToOurs" in each["ratios"]
        ),
        "crowd": orders["crowd"]["ratio"],
    }


def sections(orders: Mapping[str, Any]) -> Iterator[str]:
    for spread, title in _SPREADS.items():
        rows = [row for each in orders["loads"] if each["spread"] == spread for row in _rows(each)]
        yield f"### Orders {title}\n\n{table(_HEAD, rows)}"
    rows = [
        (
            str(each["clients"]),
            _SPREADS[each["spread"]],
            f"{each['ratios']['toBare']:.2f}",
            f"{each['ratios']['rateToSame']:.2f}",
            f"{each['ratios']['naiveToOurs']:.2f}" if "naiveToOurs" in each["ratios"] else "",
        )
        for each in orders["loads"]
    ]
    head = ("clients", "orders", "CPU to bare", "rate to the same SQL", "CPU, naive to this")
    counted = " and ".join(f"{n} for {lines} lines" for lines, n in orders["statements"].items())
    yield f"### Orders compared\n\n{table(head, rows)}\n\nStatements: {counted}."
    yield _crowd(orders["crowd"])


def _rows(load: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    clients = str(load["clients"])
    for rung, cost in load["rungs"].items():
        figures = (f"{cost['worker']:.2f}", f"{cost['database']:.2f}", f"{cost['rate']:.0f}")
        yield (clients, rung, *figures, f"{cost['p50']:.1f}", f"{cost['p99']:.1f}")
    same = load["sameSql"]
    yield (clients, "same SQL", "", f"{same['database']:.2f}", f"{same['rate']:.0f}", "", "")


def _crowd(crowd: Mapping[str, Any]) -> str:
    rows = [
        ("statements alone", f"{crowd['statements']:.0f}", f"{crowd['plainStatements']:.0f}"),
        ("over HTTP", f"{crowd['application']:.0f}", f"{crowd['naive']:.0f}"),
    ]
    head = ("orders a second", "marketplace", "one transaction, stock locked first")
    return f"### {crowd['clients']} buyers of one product\n\n{table(head, rows)}"


def plot(orders: Mapping[str, Any], file: Path) -> None:
    """CPU of an order on each rung, and orders a second by the number of clients."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    [load] = [each for each in orders["loads"] if "naive" in each["rungs"] and _is_many(each)]
    rungs = load["rungs"]
    start = [0.0] * len(rungs)
    for name, label in (("worker", "web worker"), ("database", "PostgreSQL")):
        values = [cost[name] for cost in rungs.values()]
        left.barh(list(rungs), values, left=start, label=label, color=_COLOURS[name])
        start = [a + b for a, b in zip(start, values, strict=True)]
    left.set_title("An order of two lines")
    left.set_xlabel("CPU per order, ms")
    left.invert_yaxis()
    left.legend(frameon=False)
    many = [each for each in orders["loads"] if _is_many(each)]
    clients = [str(each["clients"]) for each in many]
    for rung in ("bare", "marketplace"):
        right.plot(clients, [each["rungs"][rung]["rate"] for each in many], "o-", label=rung)
    right.plot(clients, [each["sameSql"]["rate"] for each in many], "o-", label="same SQL")
    right.set_title("Orders over many products")
    right.set_xlabel("clients")
    right.set_ylabel("a second")
    right.set_ylim(bottom=0)
    right.legend(frameon=False)
    for place in (left, right):
        place.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def _is_many(load: Mapping[str, Any]) -> bool:
    return bool(load["spread"] == "many")
