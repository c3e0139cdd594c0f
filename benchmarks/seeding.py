"""How fast a catalogue is seeded, against loading the same rows when they are made already."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import click

from benchmarks.databases import Database, command, seed
from benchmarks.parts import Effort
from marketplace.infrastructure.seeding.bulk import Scaffold, connect
from marketplace.infrastructure.seeding.products import COLUMNS
from marketplace.infrastructure.seeding.support import TABLES
from tests.databases import Server

ROUNDS: Final = 3
"""At most; each makes two catalogues."""

_LINES: Final = 5_000
_BEFORE: Final = dict.fromkeys((*TABLES, "catalogue_words"), "")
_COLUMNS: Final = {table: f"({columns})" for table, columns in COLUMNS.items()}


def seeding(server: Server, products: int, effort: Effort) -> dict[str, Any]:
    """Products a second, indexes and statistics included: of `marketplace seed`, and of as many
    connections that copy the same rows out of files."""
    seeded, copied = [], []
    for number in range(min(effort.rounds, ROUNDS)):
        with tempfile.TemporaryDirectory() as folder, _migrated(server) as source:
            seeded.append(_timed(lambda: seed(source, products)))
            _export(source, Path(folder))
            with _migrated(server) as target:
                copied.append(_timed(lambda: _copy(target, Path(folder))))
                if _rows(source) != _rows(target):
                    raise click.ClickException("What was copied is not what was seeded.")
        click.echo(
            f"round {number + 1}: seeded in {seeded[-1]:.1f} s, copied in {copied[-1]:.1f} s"
        )
    ratios = [a / b for a, b in zip(seeded, copied, strict=True)]
    return {
        "products": products,
        "rate": products / statistics.median(seeded),
        "copyRate": products / statistics.median(copied),
        "toCopy": statistics.median(ratios),
    }


@contextmanager
def _migrated(server: Server) -> Iterator[Database]:
    with server.database() as url:
        database = Database(server, str(url.database))
        command(database, "migrate")
        yield database


def _timed(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def _export(database: Database, folder: Path) -> None:
    """A file for each table and each stretch of its rows."""
    with closing(connect(database.dsn)) as connection, connection.cursor() as cursor:
        for table, columns in (_BEFORE | _COLUMNS).items():
            whole = folder / table
            with whole.open("wb") as file:
                cursor.copy_expert(f"COPY {table} {columns} TO STDOUT", file)
            with whole.open("rb") as lines:
                number = 0
                while stretch := b"".join(islice(lines, _LINES)):
                    (folder / f"{table}.{number}").write_bytes(stretch)
                    number += 1


def _copy(database: Database, folder: Path) -> None:
    at_once = len(os.sched_getaffinity(0))
    scaffold = Scaffold(database.dsn, list(COLUMNS))
    scaffold.take_down()
    for table in _BEFORE:
        _copy_files(database.dsn, table, "", list(folder.glob(f"{table}.*")))
    with ThreadPoolExecutor(at_once) as pool:
        for table, columns in _COLUMNS.items():
            files = sorted(folder.glob(f"{table}.*"))
            shares = [files[share::at_once] for share in range(at_once)]
            for done in [
                pool.submit(_copy_files, database.dsn, table, columns, share) for share in shares
            ]:
                done.result()
    scaffold.put_up(at_once)


def _copy_files(dsn: str, table: str, columns: str, files: list[Path]) -> None:
    with closing(connect(dsn)) as connection, connection.cursor() as cursor:
        for each in files:
            with each.open("rb") as file:
                cursor.copy_expert(f"COPY {table} {columns} FROM STDIN", file, 65_536)


def _rows(database: Database) -> list[int]:
    tables = (*_BEFORE, *_COLUMNS)
    return [database.ask(f"SELECT count(*) FROM {table}")[0][0] for table in tables]  # noqa: S608
