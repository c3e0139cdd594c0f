"""All parts of one process, built from its settings."""

import uuid
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cached_property

import uuid_utils.compat

from marketplace.application.actor import Caller, OrderAccess
from marketplace.application.catalogue.media_sweeping import sweep_unused_pictures
from marketplace.application.idempotency import LEASE, Effect
from marketplace.application.imports.running import work_on_imports
from marketplace.application.orders.provider_events import receive_provider_event
from marketplace.application.orders.sweeping import expire_pending_orders, sweep_unfinalised_orders
from marketplace.application.payments.commands import ReceiveProviderEvent
from marketplace.application.payments.sweeping import sweep_unanswered_operations
from marketplace.application.ports import Mailer
from marketplace.application.reader import Reader
from marketplace.application.shipping.shipment_commands import ReceiveCarrierEvent
from marketplace.application.shipping.shipment_services import receive_carrier_event
from marketplace.application.subscriptions import subscriptions
from marketplace.config import Environment, Settings
from marketplace.domain.errors import Unauthenticated
from marketplace.domain.shared.ids import ImportId
from marketplace.infrastructure.application.lifecycle import StartRefused
from marketplace.infrastructure.database import readiness
from marketplace.infrastructure.database.engine import DatabaseSettings, create_engines
from marketplace.infrastructure.database.outbox import OutboxRelay
from marketplace.infrastructure.database.reader import open_reader
from marketplace.infrastructure.database.sandbox_books import SqlSandboxBooks
from marketplace.infrastructure.database.sandbox_parcels import SqlParcels
from marketplace.infrastructure.database.sandbox_post import SqlSandboxPost
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
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
from marketplace.infrastructure.shipping.sandbox import SandboxCarrier, SandboxWalker
from marketplace.infrastructure.shipping.webhooks import CarrierWebhooks
from marketplace.infrastructure.storage.files import FsspecStorage
from marketplace.infrastructure.storage.pictures import PillowPictures
from marketplace.presentation.ops.sessions import Sessions
from marketplace.presentation.rest import context

new_id: Callable[[], uuid.UUID] = getattr(uuid, "uuid7", uuid_utils.compat.uuid7)

OPS_SESSION = timedelta(hours=12)


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


def _mailer(settings: Settings) -> Mailer:
    return SmtpMailer(**asdict(settings.mail)) if settings.mail.host else LogMailer()
