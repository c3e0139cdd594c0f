"""The composition root: reads the settings, builds every part and hands it to whoever needs it.

Everything else in the package receives what it works with; only this module knows it all.
"""

import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from secrets import token_urlsafe
from time import sleep
from typing import Any, BinaryIO, NoReturn

import uuid_utils.compat
from click import version_option
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from marketplace import __version__
from marketplace.application.actor import Caller, OrderAccess
from marketplace.application.catalogue.media_sweeping import sweep_unused_pictures
from marketplace.application.idempotency import LEASE, Effect
from marketplace.application.identity.commands import AppointAdministrator, LoginLimits
from marketplace.application.identity.services import appoint_administrator
from marketplace.application.imports.commands import RequestImportAsOperator
from marketplace.application.imports.exporting import export_products
from marketplace.application.imports.queries import ExportQueries, ImportView
from marketplace.application.imports.running import work_on_imports
from marketplace.application.imports.services import request_import_as_operator
from marketplace.application.orders.provider_events import receive_provider_event
from marketplace.application.orders.sweeping import expire_pending_orders, sweep_unfinalised_orders
from marketplace.application.payments.commands import ReceiveProviderEvent
from marketplace.application.payments.sweeping import sweep_unanswered_operations
from marketplace.application.ports import Mailer
from marketplace.application.reader import Reader
from marketplace.application.shipping.shipment_commands import ReceiveCarrierEvent
from marketplace.application.shipping.shipment_services import receive_carrier_event
from marketplace.application.subscriptions import subscriptions
from marketplace.config import (
    Database,
    Environment,
    InvalidSettings,
    Media,
    Search,
    Security,
    Settings,
)
from marketplace.domain.errors import MarketplaceError, Unauthenticated
from marketplace.domain.shared.ids import ImportId, UserId
from marketplace.infrastructure.application import factory, logging, serving
from marketplace.infrastructure.application.lifecycle import StartRefused
from marketplace.infrastructure.application.metrics import Gauge
from marketplace.infrastructure.database import housekeeping, patience, readiness, revision
from marketplace.infrastructure.database.embedded import EmbeddedUnavailable
from marketplace.infrastructure.database.engine import DatabaseSettings, create_engines
from marketplace.infrastructure.database.idempotency import SqlIdempotencyAnswers
from marketplace.infrastructure.database.outbox import OutboxRelay
from marketplace.infrastructure.database.reader import open_reader
from marketplace.infrastructure.database.sandbox_books import SqlSandboxBooks
from marketplace.infrastructure.database.sandbox_parcels import SqlParcels
from marketplace.infrastructure.database.sandbox_post import SqlSandboxPost
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from marketplace.infrastructure.demo import imports, pictures, place, sample
from marketplace.infrastructure.demo.catalogue import STOCKED
from marketplace.infrastructure.mail.mailers import LogMailer, SmtpMailer
from marketplace.infrastructure.payments.courier import SandboxCourier
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks
from marketplace.infrastructure.security.passwords import Argon2PasswordHasher
from marketplace.infrastructure.security.tokens import (
    HmacOrderTokens,
    HmacRefreshTokens,
    JwtAccessTokens,
    derive_key,
)
from marketplace.infrastructure.seeding import loading, tree
from marketplace.infrastructure.seeding.orders.loading import seed_orders
from marketplace.infrastructure.seeding.orders.market import NothingToOrder
from marketplace.infrastructure.shipping.sandbox import SandboxCarrier, SandboxWalker
from marketplace.infrastructure.shipping.webhooks import CarrierWebhooks
from marketplace.infrastructure.storage.files import FsspecStorage
from marketplace.infrastructure.storage.pictures import PillowPictures
from marketplace.presentation.cli import commands
from marketplace.presentation.cli.program import Demo, Program, Refused, Seeding
from marketplace.presentation.ops import pages as ops_pages
from marketplace.presentation.ops.sessions import Sessions
from marketplace.presentation.rest import BLUEPRINTS, context
from marketplace.presentation.rest.api import Api, openapi_document
from marketplace.presentation.rest.value_fields import decimals_of
from marketplace.presentation.sandbox import pages as sandbox_pages
from marketplace.presentation.worker import loop

new_id: Callable[[], uuid.UUID] = getattr(uuid, "uuid7", uuid_utils.compat.uuid7)

# Few at a time: told to stop, the worker finishes what it has claimed.
RELAY_BATCH = 20

OPS_SESSION = timedelta(hours=12)
HOUSEKEEPING_INTERVAL = 60.0
IMPORT_WATCHED = 0.5


def now() -> datetime:
    return datetime.now(UTC)


class Parts:
    """All parts of one process, by its settings. Building them connects to nothing."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engines = create_engines(
            DatabaseSettings(**asdict(settings.database), search_language=settings.search.language)
        )
        security = settings.security
        self.ports = context.Ports(
            hasher=Argon2PasswordHasher(),
            access_tokens=JwtAccessTokens(
                secret=security.secret_key,
                lifetime=timedelta(seconds=security.access_token_ttl),
                issuer=security.token_issuer,
                audience=security.token_audience,
            ),
            refresh_tokens=HmacRefreshTokens(
                secret=security.secret_key, lifetime=timedelta(seconds=security.refresh_token_ttl)
            ),
            order_tokens=HmacOrderTokens(secret=security.secret_key),
            pictures=PillowPictures(most_pixels=settings.media.max_pixels),
            storage=FsspecStorage(settings.media.url),
            providers={"sandbox": self.sandbox},
            carriers={SandboxCarrier.name: self.sandbox_carrier},
        )

    @cached_property
    def ops_sessions(self) -> Sessions:
        security = self.settings.security
        return Sessions(
            tokens=JwtAccessTokens(
                secret=security.secret_key,
                lifetime=OPS_SESSION,
                issuer=security.token_issuer,
                # The API does not take them, nor the pages those of the API.
                audience=f"{security.token_audience}/ops",
            ),
            families=HmacRefreshTokens(secret=security.secret_key, lifetime=OPS_SESSION),
            form_key=derive_key(security.secret_key, "ops forms"),
            https=self.settings.environment is Environment.PRODUCTION,
        )

    @cached_property
    def sandbox_webhooks(self) -> SandboxWebhooks:
        secret = self.settings.payments.webhook_secret.encode()
        return SandboxWebhooks(
            secret or derive_key(self.settings.security.secret_key, "sandbox webhooks")
        )

    @cached_property
    def sandbox(self) -> SandboxProvider:
        return SandboxProvider(
            SqlSandboxBooks(self.engines, clock=now),
            webhooks=self.sandbox_webhooks,
            clock=now,
            delay=timedelta(seconds=self.settings.payments.event_delay),
        )

    @cached_property
    def carrier_webhooks(self) -> CarrierWebhooks:
        secret = self.settings.shipping.webhook_secret.encode()
        return CarrierWebhooks(
            secret or derive_key(self.settings.security.secret_key, "sandbox carrier webhooks")
        )

    @cached_property
    def sandbox_carrier(self) -> SandboxCarrier:
        return SandboxCarrier(self.carrier_webhooks, pace=self.sandbox_pace)

    @property
    def sandbox_pace(self) -> timedelta:
        return timedelta(seconds=self.settings.shipping.sandbox_pace)

    @cached_property
    def walker(self) -> SandboxWalker:
        return SandboxWalker(
            SqlParcels(self.engines.read),
            webhooks=self.carrier_webhooks,
            pace=self.sandbox_pace,
            receive=self.receive_carrier_event,
            clock=now,
        )

    @cached_property
    def relay(self) -> OutboxRelay:
        return OutboxRelay(
            self.engines.write,
            new_uow=self.new_uow,
            subscriptions=subscriptions(mailer=_mailer(self.settings)),
            clock=now,
        )

    @cached_property
    def courier(self) -> SandboxCourier:
        return SandboxCourier(
            self.sandbox,
            SqlSandboxPost(self.engines.single),
            webhooks=self.sandbox_webhooks,
            receive=self.receive_provider_event,
            clock=now,
        )

    def receive_provider_event(self, headers: Mapping[str, str], body: bytes) -> None:
        event = self.sandbox.event(headers, body)
        receive_provider_event(
            self.new_uow(), ReceiveProviderEvent(provider=self.sandbox.name, event=event)
        )

    def receive_carrier_event(self, headers: Mapping[str, str], body: bytes) -> None:
        event = self.sandbox_carrier.event(headers, body)
        command = ReceiveCarrierEvent(carrier=self.sandbox_carrier.name, event=event)
        receive_carrier_event(self.new_uow(), command, new_id=new_id)

    def new_uow(self, effect: Effect | None = None) -> SqlUnitOfWork:
        return SqlUnitOfWork(self.engines.write, clock=now, new_id=new_id, effect=effect)

    def reader(self) -> AbstractContextManager[Reader]:
        return open_reader(self.engines.read)

    def authenticate(self, token: str) -> Caller:
        if self.ports.order_tokens.names(token):
            return OrderAccess(order_id=self.ports.order_tokens.read(token))
        claims = self.ports.access_tokens.read(token)
        with self.reader() as read:
            actor = read.users.actor(claims)
        if actor is None:
            raise Unauthenticated("invalid_token", "This session has ended: sign in again.")
        return actor

    def sweep(self) -> int:
        return sweep_unfinalised_orders(
            self.new_uow(),
            providers=self.ports.providers,
            after=timedelta(seconds=self.settings.payments.unfinalised_after),
        )

    def sweep_pending(self) -> int:
        return expire_pending_orders(
            self.new_uow(),
            providers=self.ports.providers,
            after=timedelta(seconds=self.settings.payments.pending_for),
            new_id=new_id,
        )

    def sweep_payments(self) -> int:
        return sweep_unanswered_operations(
            self.new_uow(), providers=self.ports.providers, after=LEASE
        )

    def sweep_pictures(self) -> int:
        return sweep_unused_pictures(
            self.new_uow(),
            storage=self.ports.storage,
            after=timedelta(seconds=self.settings.media.keep_unused),
        )

    def work_on_imports(self, import_id: ImportId | None = None) -> int:
        return work_on_imports(
            self.new_uow(),
            moderation=self.settings.moderation,
            new_id=new_id,
            import_id=import_id,
        )

    def count_sales(self) -> int:
        """Count all that was sold anew; returns how many rows were wrong."""
        with self.new_uow() as uow:
            wrong = uow.sales_summaries.rebuild()
            uow.commit()
        return wrong

    def database_faults(self) -> list[str]:
        return readiness.faults(self.engines.read)

    def require_database(self) -> None:
        """Raises StartRefused."""
        if faults := self.database_faults():
            raise StartRefused("\n".join(faults))


def create_app(settings: Settings | None = None) -> Flask:
    """The application, by `settings` or by those of the environment; connects to nothing.

    Raises StartRefused where the environment's settings are no good: with everything that is
    wrong, and then with what is wrong with the database too.
    """
    if settings is None:
        try:
            settings = Settings.from_env()
        except InvalidSettings as error:
            raise StartRefused("\n".join(_faults_of(error))) from None
    _configure_logging(settings)
    return _assemble(Parts(settings))


def _assemble(parts: Parts) -> Flask:
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
    for command in commands.build(PROGRAM):
        app.cli.add_command(command)
    return app


def _backlog(parts: Parts) -> tuple[int, float]:
    backlog = parts.relay.backlog()
    return backlog.pending, (now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0


def _mailer(settings: Settings) -> Mailer:
    return SmtpMailer(**asdict(settings.mail)) if settings.mail.host else LogMailer()


def _configure_logging(settings: Settings) -> None:
    chosen = asdict(settings.logging)
    level, name = chosen.pop("level"), chosen.pop("file")
    logging.configure(level=level, file=logging.LogFile(name=name, **chosen) if name else None)


def _faults_of(error: InvalidSettings) -> list[str]:
    faults = [str(fault) for fault in error.faults]
    if error.database_url is not None:
        engines = create_engines(DatabaseSettings(url=error.database_url))
        faults += readiness.faults(engines.read)
        engines.dispose()
    return faults


def _faults() -> list[str]:
    try:
        return Parts(Settings.from_env()).database_faults()
    except InvalidSettings as error:
        return _faults_of(error)


def _fit_parts() -> Parts:
    """By the environment's settings, on a database that is fit to work on. Raises Refused."""
    try:
        parts = Parts(Settings.from_env())
    except InvalidSettings as error:
        raise Refused(_faults_of(error)) from None
    if faults := parts.database_faults():
        raise Refused(faults)
    return parts


def _serve() -> NoReturn:
    server = _fit_parts().settings.server
    serving.become_gunicorn("marketplace.main:create_app()", **asdict(server))


def _work() -> None:
    parts = _fit_parts()
    _configure_logging(parts.settings)
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


def _migrate(url: str | None = None) -> str:
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


def _reindex() -> None:
    parts = _fit_parts()
    with parts.new_uow() as uow:
        uow.listings.refresh_all()
        uow.commit()
    parts.engines.dispose()


def _rebuild_analytics() -> int:
    parts = _fit_parts()
    wrong = parts.count_sales()
    parts.engines.dispose()
    return wrong


def _analytics_differences() -> Sequence[str]:
    parts = _fit_parts()
    with parts.new_uow() as uow:
        differences = uow.sales_summaries.differences()
    parts.engines.dispose()
    return differences


def _seed(wanted: Seeding, progress: Callable[[str, int], None]) -> None:
    parts = _fit_parts()
    settings = parts.settings
    url = settings.database.url
    try:
        if wanted.products:
            nodes = tree.read(wanted.categories) if wanted.categories else tree.built_in()
            loading.load(
                url,
                settings.search.language,
                loading.Wanted(
                    products=wanted.products,
                    sellers=wanted.sellers,
                    seed=wanted.seed,
                    append=wanted.append,
                ),
                nodes,
                progress,
            )
        if wanted.orders:
            seed_orders(url, orders=wanted.orders, seed=wanted.seed, now=now(), progress=progress)
            # No event tells of them.
            progress("summaries", 0)
            parts.count_sales()
    except tree.UnreadableTree as error:
        raise Refused([str(error)]) from error
    except loading.NotEmpty:
        raise Refused(
            ["The database holds a catalogue. Fix: take an empty database, or --append to it."]
        ) from None
    except NothingToOrder:
        raise Refused(
            ["Nothing is on sale that could be ordered. Fix: seed --products too."]
        ) from None


def _document() -> dict[str, Any]:
    nowhere = Database(url="postgresql+psycopg2://")
    security = Security(secret_key=token_urlsafe(48))
    return openapi_document(_assemble(Parts(Settings(database=nowhere, security=security))))


def _appoint(email: str, name: str, password: str) -> None:
    parts = _fit_parts()
    command = AppointAdministrator(
        user_id=UserId(new_id()), email=email, name=name, password=password
    )
    try:
        appoint_administrator(parts.new_uow(), command, hasher=parts.ports.hasher)
    except MarketplaceError as error:
        raise Refused([str(error)]) from error
    finally:
        parts.engines.dispose()


def _import_products(
    source: BinaryIO, seller: str, currency: str, dry_run: bool
) -> Iterator[ImportView]:
    parts = _fit_parts()
    command = RequestImportAsOperator(
        import_id=ImportId(new_id()),
        source=source,
        seller=seller,
        currency=currency,
        decimals=decimals_of(currency),
        dry_run=dry_run,
    )
    try:
        import_id = request_import_as_operator(parts.new_uow(), command)
        while True:
            with parts.reader() as read:
                view = read.imports.watch(import_id)
            yield view
            if view.finished_at is not None:
                return
            if not parts.work_on_imports(import_id):
                # The worker was faster.
                sleep(IMPORT_WATCHED)
    except MarketplaceError as error:
        raise Refused([str(error)]) from error
    finally:
        parts.engines.dispose()


def _export_products(seller: str) -> tuple[int, Iterator[tuple[str, int]]]:
    parts = _fit_parts()

    @contextmanager
    def exports() -> Iterator[ExportQueries]:
        with parts.reader() as read:
            yield read.exports

    try:
        with exports() as read:
            seller_id = read.any_seller(seller)
            number = read.count(seller_id)
    except MarketplaceError as error:
        raise Refused([str(error)]) from error
    return number, export_products(exports, seller_id, decimals=decimals_of)


@contextmanager
def _demo_database(directory: Path, reset: bool) -> Iterator[str]:
    try:
        url: str | None = Settings.from_env().database.url
    except InvalidSettings as error:
        url = error.database_url
    if url is not None:
        if reset:
            raise Refused(["--reset empties the demo's own database, not the one you have set."])
        yield url
        return
    try:
        with place.database(directory, reset=reset) as url:
            yield url
    except EmbeddedUnavailable as error:
        raise Refused([str(error)]) from error


def _prepare_demo(url: str, directory: Path) -> None:
    log = logging.LogFile(name="demo", directory=str(directory / "logs"))
    logging.configure(level="WARNING", file=log, stream=None)
    _migrate(url)
    security = Security(secret_key=token_urlsafe(48))
    parts = Parts(
        Settings(
            database=Database(url=url, statement_timeout=60),
            security=security,
            media=Media(url=place.media(directory)),
        )
    )
    if not sample.is_loaded(parts.new_uow):
        sample.load(
            parts.new_uow,
            stocking=SqlUnitOfWork(parts.engines.write, clock=lambda: STOCKED, new_id=new_id),
            history=partial(seed_orders, url, orders=sample.HISTORY, seed=1, now=now()),
            hasher=parts.ports.hasher,
            providers=parts.ports.providers,
            carriers=parts.ports.carriers,
        )
        pictures.add_pictures(
            parts.new_uow, pictures=parts.ports.pictures, storage=parts.ports.storage
        )
        imports.add_import(parts.new_uow)
        # The history has no events to be counted by.
        parts.count_sales()
    parts.engines.dispose()


def _itself(command: str) -> Sequence[str]:
    return (sys.executable, "-c", "from marketplace.main import cli; cli()", command)


PROGRAM = Program(
    faults=_faults,
    serve=_serve,
    work=_work,
    migrate=_migrate,
    reindex=_reindex,
    rebuild_analytics=_rebuild_analytics,
    analytics_differences=_analytics_differences,
    seed=_seed,
    document=_document,
    appoint=_appoint,
    import_products=_import_products,
    export_products=_export_products,
    demo=Demo(
        database=_demo_database,
        prepare=_prepare_demo,
        environment=place.environment,
        processes={"web": _itself("serve"), "worker": _itself("worker")},
        accounts=sample.ACCOUNTS,
        order=sample.ORDER,
    ),
)

cli = AppGroup("marketplace", help="An internet marketplace: REST API, worker and tools.")
version_option(__version__, prog_name="marketplace")(cli)
for _command in commands.build(PROGRAM):
    cli.add_command(_command)
