"""The pages for people: Swagger UI at /docs, the problem codes at /docs/problems.

All assets come from an installed package or this one; nothing is loaded from elsewhere, and the
pages work under a policy that allows no inline script or style.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import flask_swagger_ui
import orjson
from flask import (
    Blueprint,
    Flask,
    Response,
    redirect,
    render_template,
    send_from_directory,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from marketplace.presentation.rest.codes import CODES
from marketplace.presentation.rest.schema import Json

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)
_ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
_SERVED = frozenset(
    {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "favicon-16x16.png"}
)
_ONE_DAY = 86400


def install(app: Flask, document: Callable[[], Json]) -> None:
    """Serve the pages. `document` is asked once, for the first request."""
    pages = Blueprint(
        "docs",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/docs/static",
    )

    @cache
    def rendered() -> bytes:
        return orjson.dumps(document(), option=orjson.OPT_INDENT_2)

    def openapi() -> Response:
        return Response(rendered(), mimetype="application/json")

    pages.add_url_rule("/", "home", _home)
    pages.add_url_rule("/docs", "swagger_ui", _swagger_ui)
    pages.add_url_rule("/docs/problems", "problems", _problems)
    pages.add_url_rule("/docs/assets/<name>", "asset", _asset)
    pages.add_url_rule("/openapi.json", "openapi", openapi)
    pages.after_request(_protect)
    app.register_blueprint(pages)


def _home() -> BaseResponse:
    return redirect(url_for("docs.swagger_ui"))


def _swagger_ui() -> str:
    return render_template("swagger_ui.html")


def _problems() -> str:
    codes = sorted(CODES.items(), key=lambda item: (item[1].status, item[0]))
    return render_template("problems.html", codes=codes)


def _asset(name: str) -> Response:
    if name not in _SERVED:
        name = "absent"
    return send_from_directory(_ASSETS, name, max_age=_ONE_DAY)


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
