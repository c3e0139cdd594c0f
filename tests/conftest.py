"""Fixtures shared by the integration and the end-to-end tests: servers and databases.

A test that changes nothing but rows of its own takes `module_database_url`; one that counts,
races or needs an empty table takes `database_url`. Both commit for real.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.databases import Server, server
from tests.processes import CLI, environment, run


def shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this test process."""
    with server() as found:
        yield found


@pytest.fixture(scope="session")
def template(postgres: Server) -> Iterator[URL]:
    """A migrated, empty database that nobody connects to, so that it can be copied."""
    with postgres.database() as url:
        migrated = run(*CLI, "migrate", env=environment(shown(url)))
        assert migrated.returncode == 0, migrated.stdout + migrated.stderr
        yield url


@pytest.fixture
def database_url(postgres: Server, template: URL) -> Iterator[str]:
    """A migrated, empty database for one test."""
    with postgres.database(template=template) as url:
        yield shown(url)


@pytest.fixture(scope="module")
def module_database_url(postgres: Server, template: URL) -> Iterator[str]:
    """A migrated database that the tests of one module share."""
    with postgres.database(template=template) as url:
        yield shown(url)
