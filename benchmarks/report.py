"""The report of a run: JSON with everything, tables for people, and a plot."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click
import matplotlib as mpl
from matplotlib import pyplot as plt

from benchmarks import analytics, order_report
from benchmarks.tables import table

mpl.use("Agg")
mpl.rcParams["svg.hashsalt"] = "marketplace"

BEGIN: Final = "<!-- figures: written by tox -e bench -->"
END: Final = "<!-- end of the figures -->"
_COLOURS: Final = {"worker": "#3b6ea5", "database": "#c9834a"}


def write(result: Mapping[str, Any], folder: Path) -> None:
    """Write all three; what a run left out keeps its figures of the run before."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "performance.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    whole = {**known, **result}
    file.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    page = folder / "performance.md"
    text = page.read_text(encoding="utf-8") if page.exists() else f"{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = "\n\n".join(_sections(whole))
    page.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}", encoding="utf-8")
    assets = folder / "assets"
    assets.mkdir(exist_ok=True)
    if "reads" in whole:
        plot(whole, assets / "performance.svg")
    if "orders" in whole:
        order_report.plot(whole["orders"], assets / "performance-orders.svg")
    click.echo(f"{file} and {page} are written.")


def _sections(result: Mapping[str, Any]) -> Iterator[str]:
    run = result["environment"]
    yield (
        f"Measured {run['date']} at `{run['commit']}`: Python {run['python']}, PostgreSQL "
        f"{run['postgresql']}, {run['cores']} cores of {run['cpu']}; {run['rounds']} rounds of "
        f"{run['seconds']:g} s."
    )
    yield "### Goals\n\n" + table(("figure", "goal", "measured", ""), list(goals(result)))
    for part, title in (("page", "A page of 50 products"), ("product", "One product")):
        if "reads" in result:
            yield f"### {title}\n\n{_rungs(result['reads'][part])}"
    if "search" in result:
        yield f"### Search\n\n{_search(result['search'])}"
    if "growth" in result:
        yield f"### Growth\n\n{_growth(result['growth'])}"
    if "memory" in result:
        found = result["memory"]
        rows = [
            (str(number), f"{each['rss']:.0f} MB", f"{each['unique']:.0f} MB")
            for number, each in enumerate(found["workers"], 1)
        ]
        yield (
            "### Memory\n\n"
            + table(("worker", "resident", "of its own"), rows)
            + (f"\n\nThe first request was answered {found['startUp']:.1f} s after the start.")
        )
    if "orders" in result:
        yield from order_report.sections(result["orders"])
    if "analytics" in result:
        yield f"### Analytics\n\n{_analytics(result['analytics'])}"
    if "seeding" in result:
        yield f"### Seeding\n\n{_seeding(result['seeding'])}"


Row = tuple[str, str, str, str]


def goals(result: Mapping[str, Any]) -> Iterator[Row]:
    """What is to be reached, what was, and whether that is enough."""
    for part, rows in _GOALS.items():
        if part in result:
            yield from rows(result[part])


def _at_most(name: str, limit: float, value: float, unit: str = "") -> Row:
    met = "met" if value <= limit else "**missed**"
    return name, f"<= {limit:g}{unit}", f"{value:.2f}{unit}", met


def _at_least(name: str, limit: float, value: float) -> Row:
    return name, f">= {limit:g}", f"{value:.2f}", "met" if value >= limit else "**missed**"


def _reading(reads: Mapping[str, Any]) -> Iterator[Row]:
    page, product = reads["page"], reads["product"]
    yield _at_most("page: CPU of the worker to bare", 1.5, page["ratios"]["workerToBare"])
    yield _at_most("page: statements", 1, page["statements"])
    yield _at_most("product: CPU of the worker to bare", 1.2, product["ratios"]["workerToBare"])
    yield _at_most("product: statements", 1, product["statements"])
    yield _at_least("page: naive to this", 3, page["ratios"]["naiveToOurs"])


def _searching(search: Mapping[str, Any]) -> Iterator[Row]:
    yield _at_most("search: worst p50 to naive ts_rank", 0.15, search["worstToNaive"])
    yield _at_most("search: worst p99", 80, search["worstP99"], " ms")


def _growing(sizes: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    for part, limit in (("page", 1.6), ("product", 1.3)):
        grown = sizes[-1][part]["database"] / sizes[0][part]["database"]
        yield _at_most(f"growth: PostgreSQL for a {part}", limit, grown)
    deep = max(each["deep"]["database"] / each["page"]["database"] for each in sizes)
    yield _at_most("growth: deep page to the first", 1.2, deep)


def _remembering(memory: Mapping[str, Any]) -> Iterator[Row]:
    yield _at_most("memory: resident", 100, memory["rss"], " MB")
    yield _at_most("memory: of its own", 60, memory["unique"], " MB")


def _ordering(orders: Mapping[str, Any]) -> Iterator[Row]:
    found = order_report.worst(orders)
    yield _at_most("order: CPU to bare", 2.0, found["toBare"])
    yield _at_least("order: rate to the same SQL", 0.5, found["rateToSame"])
    yield _at_most("order: statements", order_report.STATEMENTS, found["statements"])
    yield _at_least("order: naive to this", 2.5, found["naiveToOurs"])
    yield _at_least("order: 100 buyers, rate to locking first", 2, found["crowd"])


def _analysing(found: Mapping[str, Any]) -> Iterator[Row]:
    yield _at_most("analytics: p50 to that of a product", 3, analytics.worst(found))


def _loading(seeding: Mapping[str, Any]) -> Iterator[Row]:
    yield _at_least("seeding: thousands of products a second", 20, seeding["rate"] / 1000)


_GOALS: Final[Mapping[str, Callable[[Any], Iterator[Row]]]] = {
    "reads": _reading,
    "search": _searching,
    "growth": _growing,
    "memory": _remembering,
    "orders": _ordering,
    "analytics": _analysing,
    "seeding": _loading,
}


def _rungs(part: Mapping[str, Any]) -> str:
    rows = [
        (
            rung,
            f"{cost['worker']:.3f}",
            f"{cost['database']:.3f}",
            f"{cost['rate']:.0f}",
            f"{cost['p50']:.1f}",
            f"{cost['p99']:.1f}",
        )
        for rung, cost in part["rungs"].items()
    ]
    same = part["sameSql"]
    rows.append(("same SQL", "", f"{same['database']:.3f}", f"{same['rate']:.0f}", "", ""))
    head = ("rung", "worker, ms", "PostgreSQL, ms", "a second", "p50, ms", "p99, ms")
    return table(head, rows)


def _search(search: Mapping[str, Any]) -> str:
    rows = [
        (
            name,
            str(each["matches"]),
            f"{each['p50']:.1f}",
            f"{each['p99']:.1f}",
            f"{each['worker']:.1f}",
            f"{each['database']:.1f}",
        )
        for name, each in search["classes"].items()
    ]
    naive = search["naive"]
    rows.append(
        (f"naive: {naive['word']}", str(naive["matches"]), f"{naive['p50']:.1f}", "", "", "")
    )
    head = ("words", "matches", "p50, ms", "p99, ms", "worker, ms", "PostgreSQL, ms")
    return table(head, rows)


def _analytics(found: Mapping[str, Any]) -> str:
    rows = [
        (
            kind,
            part,
            f"{cost['p50']:.2f}",
            f"{cost['p99']:.2f}",
            f"{cost['worker']:.3f}",
            f"{cost['database']:.3f}",
            f"{cost['toProduct']:.2f}",
        )
        for kind, parts in found["kinds"].items()
        for part, cost in parts.items()
    ]
    head = ("of", "asked for", "p50, ms", "p99, ms", "worker, ms", "PostgreSQL, ms", "to product")
    text = (
        f"{found['lines']} order lines, of which {found['most']} orders hold the busiest product."
    )
    return f"{text}\n\n{table(head, rows)}"


def _seeding(found: Mapping[str, Any]) -> str:
    rows = [
        ("marketplace", f"{found['rate']:.0f}", f"{found['toCopy']:.2f}"),
        ("the same rows by COPY", f"{found['copyRate']:.0f}", "1.00"),
    ]
    return f"{found['products']} products.\n\n" + table(("rung", "a second", "time to COPY"), rows)


def _growth(sizes: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            f"{each['products']}",
            *(f"{each[p]['database']:.3f}" for p in ("page", "deep", "product")),
        )
        for each in sizes
    ]
    head = ("products", "first page, ms", "deep page, ms", "product, ms")
    return table(head, rows)


def plot(result: Mapping[str, Any], file: Path) -> None:
    """CPU of a request on each rung, as bars of worker and database."""
    figure, places = plt.subplots(1, 2, figsize=(9, 3.2))
    for place, (part, title) in zip(
        places, (("page", "A page of 50 products"), ("product", "One product")), strict=True
    ):
        rungs = result["reads"][part]["rungs"]
        names = list(rungs)
        left = [0.0] * len(names)
        for name, label in (("worker", "web worker"), ("database", "PostgreSQL")):
            values = [rungs[rung][name] for rung in names]
            place.barh(names, values, left=left, label=label, color=_COLOURS[name])
            left = [a + b for a, b in zip(left, values, strict=True)]
        place.set_title(title)
        place.set_xlabel("CPU per request, ms")
        place.invert_yaxis()
        place.spines[["top", "right"]].set_visible(False)
    places[0].legend(frameon=False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
