"""An application that tells what reached it, for what a proxy makes of requests."""

from typing import Any

import orjson
from flask import Blueprint, Flask, Response, request

from marketplace.infrastructure.application.factory import ApplicationSettings, create
from marketplace.infrastructure.application.logging import configure

views = Blueprint("views", __name__)


@views.post("/echo")
def echo() -> Response:
    told = {"headers": dict(request.headers), "body": len(request.get_data())}
    return Response(orjson.dumps(told), content_type="application/json")


@views.post("/refuse")
def refuse() -> Response:
    return Response("no", status=503, headers={"Retry-After": "7"})


class EchoApi:
    def __init__(self, app: Flask) -> None:
        self.app = app

    def register_blueprint(self, blueprint: Any, /) -> None:
        self.app.register_blueprint(blueprint)


configure(level="INFO")
app = create(settings=ApplicationSettings(), api_class=EchoApi, blueprints=[views])
