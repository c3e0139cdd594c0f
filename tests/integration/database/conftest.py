"""The database layer on databases of its own; everything commits for real."""

import os
import random
import secrets
import sys
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from marketplace.application.idempotency import Effect
from marketplace.infrastructure.database import mappings
from marketplace.infrastructure.database.engine import (
    DatabaseSettings,
    Engines,
    create_engines,
)
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import new_id
from tests.fakes import FakeClock

# Tests build aggregates before they open a unit of work, which is what maps the classes.
mappings.configure()

NewUow: TypeAlias = Callable[..., SqlUnitOfWork]


def connected(url: str) -> Iterator[Engines]:
    # Races are run by up to 60 threads at once.
    engines = create_engines(DatabaseSettings(url=url, pool_size=70, pool_timeout=20))
    yield engines
    engines.dispose()


@pytest.fixture(scope="module")
def engines(module_database_url: str) -> Iterator[Engines]:
    """Connections to the database that the tests of the module share."""
    yield from connected(module_database_url)


@pytest.fixture
def own_engines(database_url: str) -> Iterator[Engines]:
    """Connections to a database that is empty at first."""
    yield from connected(database_url)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def new_uow(engines: Engines, clock: FakeClock) -> NewUow:
    def make(effect: Effect | None = None) -> SqlUnitOfWork:
        return SqlUnitOfWork(engines.write, clock=clock, new_id=new_id, effect=effect)

    return make


@pytest.fixture
def chance() -> random.Random:
    """Another one each time; TEST_SEED brings one back."""
    seed = int(os.environ.get("TEST_SEED", secrets.randbits(32)))
    sys.stdout.write(f"TEST_SEED={seed}\n")
    return random.Random(seed)  # noqa: S311
