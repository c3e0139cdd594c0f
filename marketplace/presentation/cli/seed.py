"""`marketplace seed`: a made-up catalogue of any size."""

import sys
import time
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
    @click.option("--products", default=10_000, show_default=True, type=click.IntRange(1))
    @click.option("--sellers", default=100, show_default=True, type=click.IntRange(1, 100_000))
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
        products: int, sellers: int, seed: int, categories: Path | None, append: bool
    ) -> None:
        """Fill an empty database with a made-up catalogue, for tests and measurements."""
        wanted = Seeding(
            products=products, sellers=sellers, seed=seed, categories=categories, append=append
        )
        run(program, wanted)

    return command


def run(program: Program, wanted: Seeding) -> None:
    """Seed, showing how far it is where there is a terminal."""
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
        task = shown.add_task("products", total=wanted.products)

        def tell(stage: str, more: int) -> None:
            shown.update(task, description=stage, advance=more)

        program.seed(wanted, tell)
    seconds = time.monotonic() - began
    click.echo(
        f"{wanted.products} products of {wanted.sellers} sellers in {seconds:.1f} s, "
        f"{wanted.products / seconds:.0f} a second."
    )
