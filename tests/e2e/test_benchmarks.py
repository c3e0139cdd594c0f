"""What benchmarks compare with has to do the same work: that it keeps up with the application."""

from contextlib import ExitStack

from benchmarks.databases import catalogue
from benchmarks.orders import Shop
from benchmarks.parts import Catalogue, Effort, check_answers
from benchmarks.seeding import seeding
from tests.databases import Server


def test_every_rung_answers_as_the_application(postgres: Server) -> None:
    """Both checks raise where an answer differs."""
    database = catalogue(postgres, 500)
    try:
        with ExitStack() as stack:
            check_answers(Catalogue(database, stack))
        with database.copied() as copy, ExitStack() as stack:
            shop = Shop(copy, stack)
            assert shop.requests.statements[2] == shop.requests.statements[20] <= 12
    finally:
        postgres.execute("DROP DATABASE {} WITH (FORCE)", database.name)


def test_what_is_copied_is_what_was_seeded(postgres: Server) -> None:
    """It raises where they differ."""
    seeding(postgres, 500, Effort(seconds=1, rounds=1))
