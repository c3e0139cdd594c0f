"""Builds the Flask application. Everything it is made of arrives as an argument, so that this
module knows neither the settings nor the API."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace.infrastructure.application import (
    browsers,
    health,
    lifecycle,
    media,
    metrics,
    observation,
)
from marketplace.infrastructure.application.bodies import BoundedRequest
from marketplace.infrastructure.application.health import HealthCheck
from marketplace.infrastructure.application.lifecycle import Lifecycle, Task
from marketplace.infrastructure.application.metrics import Gauge, Metrics


@dataclass(frozen=True, kw_only=True)
class ApplicationSettings:
    """How the application faces its clients.

    `max_body` is in bytes. `trusted_hosts` are the names it answers to, `*` among them for any.
    `proxy_hops` is how many proxies in front are believed about the client's address, the scheme
    and the host.
    """

    debug: bool = False
    testing: bool = False
    max_body: int = 1_048_576
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    proxy_hops: int = 0
    cors_origins: tuple[str, ...] = ()
    https: bool = False


class Api(Protocol):
    """What registers blueprints and documents them."""

    def register_blueprint(self, blueprint: Any, /) -> None: ...


class _Application(Flask):
    """Flask without async functions, which it would look for at each call of a view or a hook."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create(
    *,
    settings: ApplicationSettings,
    api_class: Callable[[Flask], Api],
    blueprints: Iterable[Any],
    startup_tasks: Iterable[Task] = (),
    fork_tasks: Iterable[Task] = (),
    shutdown_tasks: Iterable[Task] = (),
    health_checks: Iterable[HealthCheck] = (),
    gauges: Iterable[Gauge] = (),
    open_picture: media.OpenFile | None = None,
) -> Flask:
    """Build an application that serves `blueprints` through an `api_class`.

    No task runs and no check is asked here; see `Lifecycle`. Without `open_picture` pictures are
    served elsewhere.
    """
    app = _Application("marketplace", static_folder=None, template_folder=None)
    app.request_class = BoundedRequest
    app.config.update(
        DEBUG=settings.debug,
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=settings.max_body,
        MAX_FORM_MEMORY_SIZE=settings.max_body,
        TRUSTED_HOSTS=None if "*" in settings.trusted_hosts else list(settings.trusted_hosts),
        PROPAGATE_EXCEPTIONS=False,
    )
    # Clients rely on these paths as they are written; a redirect would lose a POST's body.
    app.url_map.strict_slashes = True
    app.url_map.redirect_defaults = False
    if hops := settings.proxy_hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    measured = Metrics(gauges)
    observation.observe(app, measured)
    browsers.allow_origins(app, settings.cors_origins)
    browsers.add_security_headers(app, https=settings.https)
    health.serve(app, health_checks)
    metrics.serve(app, measured)
    if open_picture is not None:
        media.serve(app, open_picture)

    api = api_class(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)

    lifecycle.attach(app, Lifecycle(startup_tasks, fork_tasks, shutdown_tasks))
    return app
