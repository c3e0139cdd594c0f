"""`python -m benchmarks`: measure, and write the report."""

import datetime as dt
import json
import os
import platform
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from benchmarks import cpu, load, parts, report
from benchmarks.analytics import analytics
from benchmarks.databases import Database, catalogue, history, server
from benchmarks.orders import orders
from benchmarks.searches import searches
from benchmarks.seeding import seeding

ROOT = Path(__file__).resolve().parents[1]
SIZES = "1000,100000,1000000"
PARTS = ("reads", "search", "growth", "memory", "orders", "analytics", "seeding")
SOLD = 20_000
"""Products of the catalogue of which a year of orders is."""
SEEDED = 300_000
"""Products at most that seeding is timed with: each round makes and loads them twice."""


@click.command()
@click.option("--short", is_flag=True, help="Only show that it runs.")
@click.option("--sizes", default=SIZES, show_default=True, help="Products of each catalogue.")
@click.option("--lines", default=1_000_000, show_default=True, help="Of orders, for analytics.")
@click.option("--rounds", default=7, show_default=True, type=click.IntRange(1))
@click.option("--seconds", default=4.0, show_default=True, type=click.FloatRange(1))
@click.option("--part", "chosen", multiple=True, type=click.Choice(PARTS), help="Only these.")
@click.option("--database-url", envvar="BENCH_DATABASE_URL", help="A server to use.")
@click.option(
    "--data-dir",
    default=ROOT / "marketplace-data" / "bench",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the embedded server keeps its catalogues for the next time.",
)
@click.option(
    "--output",
    default=ROOT / "docs",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the report.",
)
def main(
    short: bool,
    sizes: str,
    lines: int,
    rounds: int,
    seconds: float,
    chosen: tuple[str, ...],
    database_url: str | None,
    data_dir: Path,
    output: Path,
) -> None:
    """Measure what requests cost, and write performance.json, the tables of performance.md and
    the plot to the folder of the report."""
    load.require_tools()
    effort = parts.Effort(seconds=1, rounds=1) if short else parts.Effort(seconds, rounds)
    counts = [500] if short else sorted(int(each) for each in sizes.split(","))
    wanted = chosen or PARTS
    with server(data_dir, database_url) as postgres, ExitStack() as stack:
        databases = [catalogue(postgres, count) for count in counts]
        result = {
            "environment": environment(databases[0], effort),
            **measured(wanted, databases, effort, stack),
        }
        if "analytics" in wanted:
            sold = history(postgres, *((500, 1000) if short else (SOLD, lines)))
            result["analytics"] = analytics(sold, effort)
        if "seeding" in wanted:
            result["seeding"] = seeding(postgres, min(counts[-1], SEEDED), effort)
    if short:
        click.echo(json.dumps(result, indent=2))
        return
    report.write(result, output)


def measured(
    chosen: tuple[str, ...], databases: list[Database], effort: parts.Effort, stack: ExitStack
) -> dict[str, Any]:
    """The results of the chosen parts, those of one catalogue on the largest."""
    found: dict[str, Any] = {}
    if "memory" in chosen:
        found["memory"] = parts.memory(databases[-1], effort)
        click.echo(f"memory: {found['memory']}")
    if "orders" in chosen:
        found["orders"] = orders(databases[0], effort)
        click.echo(f"orders: {found['orders']}")
    opened = [parts.Catalogue(database, stack) for database in databases]
    if "reads" in chosen:
        found["reads"] = parts.reads(opened[-1], effort)
    if "growth" in chosen:
        found["growth"] = parts.growth(opened, effort)
    if "search" in chosen:
        found["search"] = searches(opened[-1], effort)
    return found


def environment(database: Database, effort: parts.Effort) -> dict[str, Any]:
    [(version,)] = database.ask("SHOW server_version")
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    ).stdout.strip()
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        "commit": commit,
        "python": platform.python_version(),
        "postgresql": version,
        "cpu": cpu.model(),
        "cores": len(os.sched_getaffinity(0)),
        "seconds": effort.seconds,
        "rounds": effort.rounds,
    }


if __name__ == "__main__":
    main()
