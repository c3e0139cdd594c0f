"""The application in process, on a PostgreSQL of its own."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

from marketplace.config import Cors, Database, Environment, Media, Security, Settings
from marketplace.infrastructure.database.invariants import violations
from marketplace.main import create_app
from marketplace.presentation.rest.api import openapi_document
from tests.api import Shop, open_shop
from tests.documented import checking
from tests.integration.buyers import Buyer, offer_of
from tests.processes import ADMIN, PASSWORD, SECRET, environment, make_admin


def settings_for(database_url: str, *, media: Media | None = None) -> Settings:
    """`media`: pictures are kept in memory otherwise."""
    return Settings(
        environment=Environment.TEST,
        database=Database(url=database_url),
        security=Security(secret_key=SECRET),
        cors=Cors(origins=("http://localhost:*",)),
        media=media or Media(url="memory://media"),
    )


@pytest.fixture(scope="module")
def app(module_database_url: str) -> Flask:
    """The whole application, on the database that the tests of the module share."""
    return create_app(settings_for(module_database_url))


@pytest.fixture(scope="module")
def http(app: Flask) -> Iterator[httpx.Client]:
    """A client that calls the application without a socket.

    A problem that the OpenAPI document does not list for the operation fails the test.
    """
    with httpx.Client(
        transport=httpx.WSGITransport(app=app),
        base_url="http://localhost",
        timeout=30,
        event_hooks={"response": [checking(lambda: openapi_document(app))]},
    ) as client:
        yield client


@pytest.fixture(scope="module")
def shop(http: httpx.Client, module_database_url: str) -> Shop:
    """Accounts of every role, two approved sellers and a category."""
    make_admin(environment(module_database_url))
    return open_shop(http, ADMIN, PASSWORD)


@pytest.fixture
def published(shop: Shop) -> dict[str, Any]:
    """A product of two variants that is for sale."""
    return shop.publish(f"edit-{uuid.uuid4().hex[:8]}", variants=2)


@pytest.fixture
def buyer(shop: Shop) -> Buyer:
    return Buyer(shop.anonymous.register("buyer"))


@pytest.fixture
def offer(shop: Shop) -> str:
    """Ten units for 19.99 EUR."""
    return offer_of(shop)


@pytest.fixture
def database(module_database_url: str) -> Iterator[Engine]:
    """That of the application."""
    engine = create_engine(module_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def adds_up(database: Engine) -> Iterator[None]:
    """Units and amounts do, when the test is over."""
    yield
    with database.connect() as connection:
        assert violations(connection, settled=False) == []
