"""What operators do: serve, work, migrate, look after the data."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any, NoReturn

from sqlalchemy.exc import SQLAlchemyError

from marketplace.application.identity.commands import AppointAdministrator
from marketplace.application.identity.services import appoint_administrator
from marketplace.config import Database, InvalidSettings, Search, Security, Settings
from marketplace.domain.errors import MarketplaceError
from marketplace.domain.shared.ids import UserId
from marketplace.infrastructure.application import serving
from marketplace.infrastructure.database import housekeeping, patience, readiness, revision
from marketplace.infrastructure.database.engine import DatabaseSettings, create_engines
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from marketplace.main.application import assemble, configure_logging, faults_of
from marketplace.main.parts import Parts, new_id, now
from marketplace.presentation.cli.program import Refused
from marketplace.presentation.rest.api import openapi_document
from marketplace.presentation.worker import loop

# Few at a time: told to stop, the worker finishes what it has claimed.
RELAY_BATCH = 20

HOUSEKEEPING_INTERVAL = 60.0


def faults() -> list[str]:
    try:
        return Parts(Settings.from_env()).database_faults()
    except InvalidSettings as error:
        return faults_of(error)


def fit_parts() -> Parts:
    """By the environment's settings, on a database that is fit to work on. Raises Refused."""
    try:
        parts = Parts(Settings.from_env())
    except InvalidSettings as error:
        raise Refused(faults_of(error)) from None
    if found := parts.database_faults():
        raise Refused(found)
    return parts


def serve() -> NoReturn:
    server = fit_parts().settings.server
    serving.become_gunicorn("marketplace.main:create_app()", **asdict(server))


def work() -> None:
    parts = fit_parts()
    configure_logging(parts.settings)
    patience.install()
    pace = parts.settings.worker
    tasks = [
        loop.Task(
            name="outbox relay",
            run=lambda: parts.relay.run_once(RELAY_BATCH),
            every=pace.poll_interval,
        ),
        loop.Task(name="unfinalised orders", run=parts.sweep, every=pace.sweep_interval),
        loop.Task(name="sandbox events", run=parts.courier.run_once, every=pace.poll_interval),
        loop.Task(name="pending orders", run=parts.sweep_pending, every=pace.sweep_interval),
        loop.Task(name="unanswered payments", run=parts.sweep_payments, every=pace.sweep_interval),
        loop.Task(name="unused pictures", run=parts.sweep_pictures, every=pace.sweep_interval),
        loop.Task(name="imports", run=parts.work_on_imports, every=pace.poll_interval),
        loop.Task(
            name="housekeeping",
            run=lambda: housekeeping.purge(
                parts.engines.write,
                now(),
                keep_carts=timedelta(seconds=parts.settings.carts.keep),
            ),
            every=HOUSEKEEPING_INTERVAL,
        ),
    ]
    if parts.sandbox_pace:
        tasks.append(
            loop.Task(name="sandbox parcels", run=parts.walker.run_once, every=pace.poll_interval)
        )
    with loop.stopped_by_signals() as stop:
        loop.run(tasks, stop)
    parts.engines.dispose()


def migrate(url: str | None = None) -> str:
    # Imported here, for the sake of the workers' memory.
    from marketplace.infrastructure.database import migrations

    if url is None:
        url = _database_url()
    # A migration may take longer than any request.
    engines = create_engines(
        DatabaseSettings(url=url, statement_timeout=3600, search_language=_language())
    )
    try:
        migrations.upgrade(engines.write)
        with SqlUnitOfWork(engines.write, clock=now, new_id=new_id) as uow:
            # An earlier release may have published products without.
            uow.listings.add_missing()
            uow.commit()
        return revision.HEAD
    except SQLAlchemyError as error:
        raise Refused(readiness.faults(engines.read) or [str(error)]) from error
    finally:
        engines.dispose()


def _database_url() -> str:
    """Migrating needs the database's URL only, be the rest of the settings as it may."""
    try:
        return Settings.from_env().database.url
    except InvalidSettings as error:
        if error.database_url is None:
            raise Refused(map(str, error.faults)) from None
        return error.database_url


def _language() -> str:
    try:
        return Settings.from_env().search.language
    except InvalidSettings:
        return Search().language


def reindex() -> None:
    parts = fit_parts()
    with parts.new_uow() as uow:
        uow.listings.refresh_all()
        uow.commit()
    parts.engines.dispose()


def rebuild_analytics() -> int:
    parts = fit_parts()
    wrong = parts.count_sales()
    parts.engines.dispose()
    return wrong


def analytics_differences() -> Sequence[str]:
    parts = fit_parts()
    with parts.new_uow() as uow:
        differences = uow.sales_summaries.differences()
    parts.engines.dispose()
    return differences


def document() -> dict[str, Any]:
    nowhere = Database(url="postgresql+psycopg2://")
    security = Security(secret_key=token_urlsafe(48))
    return openapi_document(assemble(Parts(Settings(database=nowhere, security=security))))


def appoint(email: str, name: str, password: str) -> None:
    parts = fit_parts()
    command = AppointAdministrator(
        user_id=UserId(new_id()), email=email, name=name, password=password
    )
    try:
        appoint_administrator(parts.new_uow(), command, hasher=parts.ports.hasher)
    except MarketplaceError as error:
        raise Refused([str(error)]) from error
    finally:
        parts.engines.dispose()
