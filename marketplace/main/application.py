"""The Flask application, with everything that it works with."""

from dataclasses import asdict
from datetime import timedelta

from flask import Flask

from marketplace.application.identity.commands import LoginLimits
from marketplace.config import Environment, InvalidSettings, Settings
from marketplace.infrastructure.application import factory, logging
from marketplace.infrastructure.application.metrics import Gauge
from marketplace.infrastructure.database import patience, readiness
from marketplace.infrastructure.database.engine import DatabaseSettings, create_engines
from marketplace.infrastructure.database.idempotency import SqlIdempotencyAnswers
from marketplace.main.parts import Parts, new_id, now
from marketplace.presentation.ops import pages as ops_pages
from marketplace.presentation.rest import BLUEPRINTS, context
from marketplace.presentation.rest.api import Api
from marketplace.presentation.sandbox import pages as sandbox_pages


def assemble(parts: Parts) -> Flask:
    """Connects to nothing."""
    settings = parts.settings
    app = factory.create(
        settings=factory.ApplicationSettings(
            debug=settings.debug,
            testing=settings.environment is Environment.TEST,
            max_body=settings.http.max_body,
            trusted_hosts=settings.http.trusted_hosts,
            proxy_hops=settings.http.proxy_hops,
            cors_origins=settings.cors.origins,
            https=settings.environment is Environment.PRODUCTION,
        ),
        api_class=Api,
        blueprints=BLUEPRINTS,
        startup_tasks=[parts.require_database],
        # Connections belong to the process that opened them.
        fork_tasks=[lambda: parts.engines.dispose(close=False), patience.install],
        shutdown_tasks=[parts.engines.dispose],
        health_checks=[parts.database_faults],
        open_picture=None if settings.media.public_url else parts.ports.storage.open,
        gauges=[
            Gauge("outbox_pending", "Events not delivered yet.", lambda: _backlog(parts)[0]),
            Gauge("outbox_lag_seconds", "Age of the oldest of them.", lambda: _backlog(parts)[1]),
        ],
    )
    context.install(
        app,
        context.Dependencies(
            new_uow=parts.new_uow,
            reader=parts.reader,
            authenticate=parts.authenticate,
            answers=SqlIdempotencyAnswers(parts.engines.single, clock=now),
            new_id=new_id,
            now=now,
            ports=parts.ports,
            media_url=settings.media.public_url.rstrip("/"),
            rules=context.Rules(
                moderation=settings.moderation,
                import_bytes=settings.imports.max_bytes,
                picture_bytes=settings.media.max_bytes,
                picture_pixels=settings.media.max_pixels,
                capture=settings.payments.capture == "automatic",
                login_limits=LoginLimits(
                    per_account=settings.login.account_limit,
                    per_address=settings.login.address_limit,
                    window=timedelta(seconds=settings.login.window),
                ),
            ),
        ),
    )
    ops_pages.install(app, parts.ops_sessions)
    if settings.payments.provider == parts.sandbox.name:
        sandbox_pages.install(app, parts.sandbox)
    return app


def _backlog(parts: Parts) -> tuple[int, float]:
    backlog = parts.relay.backlog()
    return backlog.pending, (now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0


def configure_logging(settings: Settings) -> None:
    chosen = asdict(settings.logging)
    level, name = chosen.pop("level"), chosen.pop("file")
    logging.configure(level=level, file=logging.LogFile(name=name, **chosen) if name else None)


def faults_of(error: InvalidSettings) -> list[str]:
    """Of the settings, and of the database if they name one."""
    faults = [str(fault) for fault in error.faults]
    if error.database_url is not None:
        engines = create_engines(DatabaseSettings(url=error.database_url))
        faults += readiness.faults(engines.read)
        engines.dispose()
    return faults
