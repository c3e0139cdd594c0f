"""The unit of work over PostgreSQL."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self, TypeVar

import stamina
from sqlalchemy import Engine

from marketplace.application.idempotency import LEASE, Effect, EffectResumed
from marketplace.application.ports import Clock, IdFactory
from marketplace.infrastructure.database import outbox
from marketplace.infrastructure.database.errors import Victim
from marketplace.infrastructure.database.idempotency import SqlLeases, claim
from marketplace.infrastructure.database.repositories.carts import SqlCartRepository
from marketplace.infrastructure.database.repositories.categories import SqlCategoryRepository
from marketplace.infrastructure.database.repositories.identity import (
    SqlLoginThrottle,
    SqlRefreshFamilyRepository,
    SqlSavedAddressRepository,
    SqlUserRepository,
)
from marketplace.infrastructure.database.repositories.imports import SqlImportRepository
from marketplace.infrastructure.database.repositories.inventory import SqlStockRepository
from marketplace.infrastructure.database.repositories.listings import SqlListings
from marketplace.infrastructure.database.repositories.media import SqlGalleryRepository
from marketplace.infrastructure.database.repositories.offers import SqlOfferRepository
from marketplace.infrastructure.database.repositories.orders import SqlOrderRepository
from marketplace.infrastructure.database.repositories.payments import (
    SqlPaymentRepository,
    SqlProviderEvents,
)
from marketplace.infrastructure.database.repositories.price_lists import SqlPriceLists
from marketplace.infrastructure.database.repositories.products import SqlProductRepository
from marketplace.infrastructure.database.repositories.sales_summaries import SqlSalesSummaries
from marketplace.infrastructure.database.repositories.sellers import SqlSellerRepository
from marketplace.infrastructure.database.repositories.shipments import SqlShipmentRepository
from marketplace.infrastructure.database.repositories.shipping import SqlShippingMethodRepository
from marketplace.infrastructure.database.transaction import Transaction

Result = TypeVar("Result")
TRIES = 3


class SqlUnitOfWork:
    """Implements `application.unit_of_work.UnitOfWork`. One for each use case, never shared.

    `effect`, if given, is the first thing written in each transaction until one commits; what
    entering may raise then is told in `application.idempotency`. `lease` is how long it is held.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        new_id: IdFactory,
        effect: Effect | None = None,
        lease: timedelta = LEASE,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._new_id = new_id
        self._effect = effect
        self._lease = lease
        self._transaction: Transaction | None = None
        self._committed = False

    def __enter__(self) -> Self:
        if self._transaction is not None:
            raise RuntimeError("this unit of work is open already")
        transaction = Transaction(self._engine, self._clock())
        try:
            self._claim(transaction)
        except BaseException:
            transaction.rollback()
            raise
        self._transaction, self._committed = transaction, False
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is None or self._committed:
            return
        forgotten = error is None and transaction.has_changes
        transaction.rollback()
        if forgotten:
            raise RuntimeError("this unit of work was left with changes, but without a commit")

    def commit(self) -> None:
        """Write the events of all changed aggregates to the outbox, then commit."""
        transaction = self._open
        transaction.flush()
        outbox.record(transaction, transaction.drain_events(), self._new_id)
        transaction.commit()
        self._committed = True
        self._effect = None

    def retry(self, step: Callable[[], Result]) -> Result:
        """Run one transaction; again, at most twice, when the database chose it as the victim.

        Raises:
            Unavailable: it was the victim three times.
        """
        try:
            return step()
        except Victim as error:
            first: Victim | None = error
        # stamina costs more than many a transaction, so it comes in only now; what failed already
        # is its first attempt.
        for attempt in stamina.retry_context(
            on=Victim, attempts=TRIES, wait_initial=0.01, wait_max=0.2, wait_jitter=0.05
        ):
            with attempt:
                if first is not None:
                    failed, first = first, None
                    raise failed
                return step()
        raise AssertionError("stamina returns or raises")

    @property
    def now(self) -> datetime:
        return self._open.now

    @property
    def users(self) -> SqlUserRepository:
        return SqlUserRepository(self._open)

    @property
    def addresses(self) -> SqlSavedAddressRepository:
        return SqlSavedAddressRepository(self._open)

    @property
    def refresh_families(self) -> SqlRefreshFamilyRepository:
        return SqlRefreshFamilyRepository(self._open)

    @property
    def login_throttle(self) -> SqlLoginThrottle:
        return SqlLoginThrottle(self._open)

    @property
    def sellers(self) -> SqlSellerRepository:
        return SqlSellerRepository(self._open)

    @property
    def shipping_methods(self) -> SqlShippingMethodRepository:
        return SqlShippingMethodRepository(self._open)

    @property
    def categories(self) -> SqlCategoryRepository:
        return SqlCategoryRepository(self._open)

    @property
    def products(self) -> SqlProductRepository:
        return SqlProductRepository(self._open)

    @property
    def galleries(self) -> SqlGalleryRepository:
        return SqlGalleryRepository(self._open)

    @property
    def offers(self) -> SqlOfferRepository:
        return SqlOfferRepository(self._open)

    @property
    def price_list(self) -> SqlPriceLists:
        return SqlPriceLists(self._open)

    @property
    def listings(self) -> SqlListings:
        return SqlListings(self._open)

    @property
    def stock(self) -> SqlStockRepository:
        return SqlStockRepository(self._open, self._new_id)

    @property
    def carts(self) -> SqlCartRepository:
        return SqlCartRepository(self._open)

    @property
    def imports(self) -> SqlImportRepository:
        return SqlImportRepository(self._open)

    @property
    def orders(self) -> SqlOrderRepository:
        return SqlOrderRepository(self._open)

    @property
    def payments(self) -> SqlPaymentRepository:
        return SqlPaymentRepository(self._open)

    @property
    def provider_events(self) -> SqlProviderEvents:
        return SqlProviderEvents(self._open)

    @property
    def shipments(self) -> SqlShipmentRepository:
        return SqlShipmentRepository(self._open)

    @property
    def sales_summaries(self) -> SqlSalesSummaries:
        return SqlSalesSummaries(self._open)

    @property
    def leases(self) -> SqlLeases:
        return SqlLeases(self._open)

    @property
    def handled_events(self) -> outbox.SqlHandledEvents:
        return outbox.SqlHandledEvents(self._open)

    @property
    def _open(self) -> Transaction:
        if self._transaction is None:
            raise RuntimeError("enter the unit of work first")
        if self._committed:
            raise RuntimeError("this transaction is committed: nothing may follow the commit")
        return self._transaction

    def _claim(self, transaction: Transaction) -> None:
        if self._effect is None:
            return
        try:
            claim(transaction, self._effect, self._lease)
        except EffectResumed:
            # The lease that was taken has to outlive this transaction.
            transaction.commit()
            self._effect = None
            raise
