"""What the commands need of the program, handed in by `main`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import click

from marketplace.application.imports.queries import ImportView


class Refused(click.ClickException):
    """The program does not do it like this: every reason, each with its remedy."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"- {fault}" for fault in self.faults))

    def show(self, file: Any = None) -> None:
        click.echo(f"{len(self.faults)} fault(s) found:\n{self.message}", file=file, err=True)


class Account(Protocol):
    """Somebody who can sign in."""

    @property
    def login(self) -> str: ...
    @property
    def password(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The parts of the demo.

    `database` starts or finds the database of a directory (emptied first, if told so) and gives
    its URL; `prepare` migrates it and loads the sample data unless that is there. `environment`
    is what the processes run with, given the database's URL, the directory and the host.
    `processes` are their command lines, by name; `order` is the body of an order that goes
    through.
    """

    database: Callable[[Path, bool], AbstractContextManager[str]]
    prepare: Callable[[str, Path], None]
    environment: Callable[[str, Path, str], Mapping[str, str]]
    processes: Mapping[str, Sequence[str]]
    accounts: Mapping[str, Account]
    order: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Seeding:
    """A catalogue to be made up, and a history of orders. `categories` is a CSV file with a tree of
    them; no products at all leave the catalogue as it is."""

    products: int
    sellers: int
    seed: int
    orders: int = 0
    categories: Path | None = None
    append: bool = False


@dataclass(frozen=True, kw_only=True)
class Program:
    """What can be asked of the program. Each raises `Refused` where it is not fit to run.

    `faults` names all that is wrong with settings and database; `migrate` returns the revision
    reached; `reindex` rebuilds what searches read; `rebuild_analytics` counts all sales anew and
    returns how many rows were wrong, which `analytics_differences` names; `document` is the
    OpenAPI document; `appoint` makes an administrator of an e-mail, a name and a password.

    `import_products` imports a file for the slug of a seller, in a currency, as a dry run or not,
    and shows the import again and again until it is over. `export_products` gives the number of a
    seller's products, and a file of them in pieces, each with how many products it has.
    """

    faults: Callable[[], Sequence[str]]
    serve: Callable[[], None]
    work: Callable[[], None]
    migrate: Callable[[], str]
    reindex: Callable[[], None]
    rebuild_analytics: Callable[[], int]
    analytics_differences: Callable[[], Sequence[str]]
    seed: Callable[[Seeding, Callable[[str, int], None]], None]
    document: Callable[[], Mapping[str, Any]]
    appoint: Callable[[str, str, str], None]
    import_products: Callable[[BinaryIO, str, str, bool], Iterator[ImportView]]
    export_products: Callable[[str], tuple[int, Iterator[tuple[str, int]]]]
    demo: Demo
