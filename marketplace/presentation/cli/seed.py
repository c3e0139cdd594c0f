"""`marketplace seed`: a made-up catalogue of any size, and a year of orders."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from marketplace.presentation.cli.program import Program, Seeding


def seed_command(program: Program) -> click.Command:
    @click.command("seed")
    @click.option("--products", default=10_000, show_default=True, type=click.IntRange(0))
    @click.option("--sellers", default=100, show_default=True, type=click.IntRange(1, 100_000))
    @click.option(
        "--orders",
        default=0,
        show_default=True,
        type=click.IntRange(0, 10**8),
        help="Ordered, paid and shipped in the year up to now.",
    )
    @click.option(
        "--seed",
        default=1,
        show_default=True,
        type=click.IntRange(0, 2**31),
        help="The same makes the same.",
    )
    @click.option(
        "--categories",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="A CSV file with id, parentId and name; without it, those of the demo.",
    )
    @click.option("--append", is_flag=True, help="Add to a catalogue that is there already.")
    def command(
        products: int,
        sellers: int,
        orders: int,
        seed: int,
        categories: Path | None,
        append: bool,
    ) -> None:
        """Fill an empty database with a made-up catalogue, for tests and measurements.

        Orders are of that; with --products 0, of what is on sale already.
        """
        if not products and not orders:
            raise click.UsageError("There is nothing to make: give --products or --orders.")
        wanted = Seeding(
            products=products,
            sellers=sellers,
            orders=orders,
            seed=seed,
            categories=categories,
            append=append,
        )
        run(program, wanted)

    return command


def run(program: Program, wanted: Seeding) -> None:
    """Seed the catalogue, then the orders, showing how far it is where there is a terminal."""
    if wanted.products:
        seconds = _seed(program, replace(wanted, orders=0), "products", wanted.products)
        click.echo(
            f"{wanted.products} products of {wanted.sellers} sellers in {seconds:.1f} s, "
            f"{wanted.products / seconds:.0f} a second."
        )
    if wanted.orders:
        seconds = _seed(program, replace(wanted, products=0), "orders", wanted.orders)
        click.echo(
            f"{wanted.orders} orders in {seconds:.1f} s, {wanted.orders / seconds:.0f} a second."
        )


def _seed(program: Program, wanted: Seeding, what: str, total: int) -> float:
    """How many seconds it took."""
    began = time.monotonic()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task(what, total=total)

        def tell(stage: str, more: int) -> None:
            shown.update(task, description=stage, advance=more)

        program.seed(wanted, tell)
    return time.monotonic() - began
