"""Products from and to files, at the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from marketplace.application.imports.queries import ImportView
from marketplace.domain.imports.product_import import ImportStatus
from marketplace.presentation.cli.program import Program, Refused
from marketplace.presentation.rest.fields import CURRENCIES


def import_command(program: Program) -> click.Command:
    @click.command("import")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--seller", required=True, help="Slug of the seller whose products they are.")
    @click.option(
        "--currency",
        required=True,
        type=click.Choice(CURRENCIES, case_sensitive=False),
        metavar="CODE",
        help="Of the prices, as EUR.",
    )
    @click.option("--dry-run", is_flag=True, help="Count, and change nothing.")
    def import_products(file: Path, seller: str, currency: str, dry_run: bool) -> None:
        """Bring the products of FILE, a CSV with Shopify's columns, into the catalogue.

        Fails where a row is wrong; the others are imported all the same. Interrupted, it is gone
        on with by the worker.
        """
        view: ImportView | None = None
        with file.open("rb") as source, _bar() as bar:
            task = bar.add_task("Importing", total=None)
            for view in program.import_products(source, seller, currency, dry_run):
                bar.update(task, total=view.rows, completed=view.done)
        if view is None or not _tell(view):
            sys.exit(1)

    return import_products


def export_command(program: Program) -> click.Command:
    @click.command("export")
    @click.argument(
        "file", type=click.Path(dir_okay=False, writable=True, path_type=Path), required=False
    )
    @click.option("--seller", required=True, help="Slug of the seller whose products they are.")
    def export_products(file: Path | None, seller: str) -> None:
        """Write all products of a seller to FILE, or to where the output goes, as CSV."""
        total, pieces = program.export_products(seller)
        with _written(file) as output, _bar() as bar:
            task = bar.add_task("Exporting", total=total)
            for text, number in pieces:
                output.write(text)
                bar.advance(task, number)

    return export_products


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _tell(view: ImportView) -> bool:
    """Say what became of the file; whether all of it went well."""
    click.echo(
        f"{view.rows} rows: {view.created} created, {view.updated} updated,"
        f" {view.unchanged} unchanged, {view.failed} failed"
        f"{' (dry run: nothing was changed)' if view.dry_run else ''}."
    )
    if view.ignored_columns:
        click.echo(f"Ignored columns: {', '.join(view.ignored_columns)}.")
    if view.errors:
        table = Table("row", "column", "what is wrong", box=None)
        for error in view.errors:
            table.add_row(str(error.row), error.pointer.removeprefix("/"), error.message)
        Console(stderr=True, markup=False).print(table)
    if view.status is ImportStatus.FAILED:
        raise Refused([view.reason or "The import failed."])
    return view.failed == 0


@contextmanager
def _written(file: Path | None) -> Iterator[TextIO]:
    if file is None:
        # Line ends are part of the format.
        sys.stdout.reconfigure(newline="", encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdout
        return
    with file.open("w", encoding="utf-8", newline="") as output:
        yield output
