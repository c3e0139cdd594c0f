"""What always holds of the stored data; `invariants.sql` says what that is."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import Connection


class Violation(NamedTuple):
    """`settled`: only a fault once requests and worker have come to rest."""

    invariant: str
    settled: bool
    id: str
    found: str


def violations(connection: Connection, *, settled: bool) -> list[Violation]:
    """What does not hold in one snapshot; `settled` asks for what holds at rest only, too."""
    rows = [Violation(*row) for row in connection.exec_driver_sql(_statement())]
    return [each for each in rows if settled or not each.settled]


@cache
def _statement() -> str:
    return files(__package__).joinpath("invariants.sql").read_text(encoding="utf-8")
