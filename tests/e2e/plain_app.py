"""An application without a database, for what concerns only the server in front of it."""

import time
from typing import Any

from flask import Blueprint, Flask, Response, request

from marketplace.infrastructure.application.factory import ApplicationSettings, create
from marketplace.infrastructure.application.logging import configure

views = Blueprint("views", __name__)


@views.get("/slow")
def slow() -> Response:
    """Long enough for connections to queue up behind it."""
    time.sleep(0.02)
    return Response("served")


@views.post("/read")
def read() -> Response:
    return Response(str(len(request.get_data())))


@views.post("/unread")
def leave_unread() -> Response:
    return Response("unread", status=401)


class PlainApi:
    def __init__(self, app: Flask) -> None:
        self.app = app

    def register_blueprint(self, blueprint: Any, /) -> None:
        self.app.register_blueprint(blueprint)


configure(level="INFO")
app = create(settings=ApplicationSettings(), api_class=PlainApi, blueprints=[views])
