"""A market, and somebody who reads how it does."""

from collections.abc import Iterator

import pytest

from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.reader import SqlReader, open_reader
from tests.fakes import FakeClock
from tests.integration.database.analytics.market import Market


@pytest.fixture(scope="module")
def stalls(engines: Engines) -> Market:
    return Market(engines, FakeClock())


@pytest.fixture
def market(stalls: Market) -> Market:
    """Nothing has happened there yet."""
    stalls.forget()
    stalls.clock.now = FakeClock().now
    return stalls


@pytest.fixture(scope="module")
def read(engines: Engines) -> Iterator[SqlReader]:
    with open_reader(engines.read) as read:
        yield read
