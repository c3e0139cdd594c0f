"""The pages at /ops. They are no part of the API: they read by the same queries and write nothing.

The forms to sign in and out are the only ones that are posted.
"""

import re
from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, redirect, request, url_for
from loguru import logger
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Response as BaseResponse

from marketplace.domain.errors import Forbidden, MarketplaceError, TooManyAttempts, Unauthenticated
from marketplace.presentation.ops import forms, orders, overview, products
from marketplace.presentation.ops.formatting import HELPERS
from marketplace.presentation.ops.render import show
from marketplace.presentation.ops.sessions import FORM_FIELD, PATH, Sessions
from marketplace.presentation.rest.problems import RequestRefused, status_of

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_OPEN = {"ops.static", "ops.sign_in_form", "ops.sign_in", "ops.sign_out"}
_LOCAL = re.compile(rf"{PATH}(?:[/?][!-~]{{0,2000}})?")
# Browsers show no dialog for a scheme that they do not know.
_CHALLENGE = {"WWW-Authenticate": 'Cookie realm="marketplace"'}

_TITLES = {
    400: "This cannot be read",
    403: "Not for this account",
    404: "Nothing here",
    422: "Please correct this",
    503: "Not just now",
}


def install(app: Flask, sessions: Sessions) -> None:
    """Serve the pages."""
    pages = Blueprint(
        "ops", __name__, url_prefix=PATH, template_folder="templates", static_folder="static"
    )

    def let_in() -> BaseResponse | None:
        if request.endpoint in _OPEN:
            return None
        actor = sessions.actor()
        if actor is None:
            asked = request.full_path.rstrip("?")
            return redirect(f"{url_for('ops.sign_in_form')}?{urlencode({'next': asked})}", 303)
        if not actor.is_admin and not actor.sellers:
            raise Forbidden("These pages are for administrators and for members of sellers.")
        return None

    def values() -> dict[str, object]:
        return {
            **HELPERS,
            "actor": sessions.actor(),
            "form_field": FORM_FIELD,
            "form_token": sessions.form_token,
        }

    pages.before_request(let_in)
    pages.context_processor(values)
    pages.after_request(sessions.keep_nonce)
    pages.after_request(_protect)
    _add_doors(pages, sessions)
    _add_pages(pages, sessions)
    _add_errors(pages)
    app.register_blueprint(pages)


def _add_doors(pages: Blueprint, sessions: Sessions) -> None:
    @pages.get("/sign-in")
    def sign_in_form() -> BaseResponse:
        if sessions.actor() is not None:
            return redirect(_next(), 303)
        return show("sign_in.html", form=None, fault=None)

    @pages.post("/sign-in")
    def sign_in() -> BaseResponse:
        sessions.check_form()
        form = forms.read_credentials()
        if form.errors:
            return show("sign_in.html", 422, form=form, fault=None)
        response = Response(status=303, headers={"Location": _next()})
        try:
            sessions.open(response, form["login"], form["password"])
        except Unauthenticated as error:
            return show("sign_in.html", 401, _CHALLENGE, form=form, fault=error.detail)
        except TooManyAttempts as error:
            wait = {"Retry-After": str(error.retry_after)}
            return show("sign_in.html", 429, wait, form=form, fault=error.detail)
        return response

    @pages.post("/sign-out")
    def sign_out() -> BaseResponse:
        if sessions.actor() is not None:
            sessions.check_form()
        response = Response(status=303, headers={"Location": url_for("ops.sign_in_form")})
        sessions.end(response)
        return response


def _add_pages(pages: Blueprint, sessions: Sessions) -> None:
    def for_actor(view: Callable[..., BaseResponse]) -> Callable[..., BaseResponse]:
        def call(**values: str) -> BaseResponse:
            actor = sessions.actor()
            if actor is None:
                raise AssertionError("let_in() lets nobody else in")
            return view(actor, **values)

        return call

    for rule, name, view in (
        ("", "overview", overview.overview),
        ("/products", "products", products.products),
        ("/products/<product>", "product", products.product),
        ("/orders", "orders", orders.orders),
        ("/<path:rest>", "unknown", _unknown),
    ):
        pages.add_url_rule(rule, name, for_actor(view))
    pages.add_url_rule("/", "slash", lambda: redirect(url_for("ops.overview"), 308))


def _unknown(*_: object, **__: str) -> BaseResponse:
    raise NotFound("There is no such page.")


def _add_errors(pages: Blueprint) -> None:
    def refused(error: MarketplaceError) -> BaseResponse:
        status = status_of(error)
        after = error.params.get("retry_after")
        return _error(status, error.detail, {"Retry-After": str(after)} if after else {})

    def unread(error: RequestRefused) -> BaseResponse:
        return _error(400, error.detail)

    def http_error(error: HTTPException) -> BaseResponse:
        if error.code is None or error.code < 400:
            return error.get_response()
        return _error(error.code, error.description or error.name)

    def unexpected(error: Exception) -> BaseResponse:
        logger.opt(exception=error).error("Unhandled error in {} {}", request.method, request.path)
        return _error(500, "Something went wrong on our side.")

    pages.register_error_handler(MarketplaceError, refused)
    pages.register_error_handler(RequestRefused, unread)
    pages.register_error_handler(HTTPException, http_error)
    pages.register_error_handler(Exception, unexpected)


def _error(status: int, detail: str, headers: dict[str, str] | None = None) -> BaseResponse:
    title = _TITLES.get(status, "Something went wrong")
    return show("error.html", status, headers, title=title, detail=detail)


def _next() -> str:
    """Where to go after signing in: a page of ours and nothing else."""
    wanted = request.args.get("next", "")
    return wanted if _LOCAL.fullmatch(wanted) else url_for("ops.overview")


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
