from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.unit.rest import toy

Send = Callable[..., Any]


@pytest.fixture
def app() -> Flask:
    return toy.create_app()


@pytest.fixture
def state(app: Flask) -> toy.State:
    with app.app_context():
        return toy.state()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Sends to /api/v1 as `who`; further headers by name."""

    def send(
        method: str, path: str, *, who: str | None = None, headers: Any = None, **kwargs: Any
    ) -> Any:
        sent = dict(headers or {})
        if who:
            sent["Authorization"] = f"Bearer {who}"
        return client.open("/api/v1" + path, method=method, headers=sent, **kwargs)

    return send
