"""A live server and a marketplace in it, for the tests that speak HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api import Shop, open_shop
from tests.documented import checking
from tests.processes import ADMIN, CLI, PASSWORD, environment, free_port, make_admin, serving


@pytest.fixture(scope="module")
def server_environment(module_database_url: str) -> dict[str, str]:
    """The settings of the module's server, and of commands that work on the same database."""
    return environment(
        module_database_url,
        MARKETPLACE__CORS__ORIGINS="http://localhost:*",
        MARKETPLACE__LOGIN__ACCOUNT_LIMIT="1000000",
        MARKETPLACE__LOGIN__ADDRESS_LIMIT="1000000",
        MARKETPLACE__SECURITY__ACCESS_TOKEN_TTL="43200",
        MARKETPLACE__SERVER__PORT=str(free_port()),
        MARKETPLACE__SERVER__WORKERS="2",
    )


@pytest.fixture(scope="module")
def live_server(
    server_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The base URL of gunicorn with two workers, on a database that the module shares."""
    base = f"http://127.0.0.1:{server_environment['MARKETPLACE__SERVER__PORT']}"
    log: Path = tmp_path_factory.mktemp("server") / "log"
    with serving(*CLI, "serve", ready=f"{base}/health/ready", env=server_environment, log=log):
        yield base


@pytest.fixture(scope="module")
def shop(live_server: str, server_environment: dict[str, str]) -> Iterator[Shop]:
    """Accounts of every role, two approved sellers and a category."""
    make_admin(server_environment)

    def document() -> dict[str, Any]:
        found: dict[str, Any] = httpx.get(f"{live_server}/openapi.json").json()
        return found

    hooks = {"response": [checking(document)]}
    with httpx.Client(base_url=live_server, timeout=30, event_hooks=hooks) as http:
        yield open_shop(http, ADMIN, PASSWORD)
