"""The unit of work: one transaction, its repositories, and the events that come of it."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from types import TracebackType
from typing import Concatenate, ParamSpec, Protocol, Self, TypeVar
from uuid import UUID

from marketplace.application.price_list import PriceLists
from marketplace.application.sales_summaries import SalesSummaries
from marketplace.domain.carts.repositories import CartRepository
from marketplace.domain.catalogue.listings import Listings
from marketplace.domain.catalogue.repositories import (
    CategoryRepository,
    GalleryRepository,
    OfferRepository,
    ProductRepository,
)
from marketplace.domain.identity.repositories import (
    LoginThrottle,
    RefreshFamilyRepository,
    SavedAddressRepository,
    UserRepository,
)
from marketplace.domain.imports.repositories import ImportRepository
from marketplace.domain.inventory.repositories import StockRepository
from marketplace.domain.orders.repositories import OrderRepository
from marketplace.domain.payments.repositories import PaymentRepository, ProviderEvents
from marketplace.domain.sellers.repositories import SellerRepository
from marketplace.domain.shipping.repositories import ShipmentRepository, ShippingMethodRepository

Result = TypeVar("Result")
Parameters = ParamSpec("Parameters")


class Leases(Protocol):
    """The leases of effects that are under way, by the id of what they make."""

    def take_over(self, makes: UUID) -> bool:
        """Hold the lease from now on, unless somebody holds it. False: somebody does."""

    def give_back(self, makes: UUID) -> None:
        """End the lease: whoever repeats the key may go on at once."""


class HandledEvents(Protocol):
    """Which handler has dealt with which event, so that a repeat changes nothing."""

    def contains(self, handler: str, event_id: UUID) -> bool: ...

    def add(self, handler: str, event_id: UUID) -> None:
        """Noting it twice is no fault."""


class UnitOfWork(Protocol):
    """`with uow:` is one transaction. Leaving it without `commit()` rolls everything back.

    Closed, it may be entered again as a new transaction; open, it may not.
    """

    @property
    def now(self) -> datetime:
        """The one instant of this transaction, in UTC."""

    @property
    def users(self) -> UserRepository: ...
    @property
    def addresses(self) -> SavedAddressRepository: ...
    @property
    def refresh_families(self) -> RefreshFamilyRepository: ...
    @property
    def login_throttle(self) -> LoginThrottle: ...
    @property
    def sellers(self) -> SellerRepository: ...
    @property
    def shipping_methods(self) -> ShippingMethodRepository: ...
    @property
    def categories(self) -> CategoryRepository: ...
    @property
    def products(self) -> ProductRepository: ...
    @property
    def galleries(self) -> GalleryRepository: ...
    @property
    def offers(self) -> OfferRepository: ...
    @property
    def price_list(self) -> PriceLists: ...
    @property
    def listings(self) -> Listings: ...
    @property
    def stock(self) -> StockRepository: ...
    @property
    def carts(self) -> CartRepository: ...
    @property
    def imports(self) -> ImportRepository: ...
    @property
    def orders(self) -> OrderRepository: ...
    @property
    def payments(self) -> PaymentRepository: ...
    @property
    def provider_events(self) -> ProviderEvents: ...
    @property
    def shipments(self) -> ShipmentRepository: ...
    @property
    def sales_summaries(self) -> SalesSummaries: ...
    @property
    def leases(self) -> Leases: ...
    @property
    def handled_events(self) -> HandledEvents: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Raises `RuntimeError` for changes neither committed nor given up by an error."""

    def commit(self) -> None:
        """Write the events of all changed aggregates to the outbox, then commit."""

    def retry(self, step: Callable[[], Result]) -> Result:
        """Run one transaction; again, at most twice, when the database chose it as the victim.

        Raises:
            Unavailable: it was the victim three times.
        """


def transaction_step(
    step: Callable[Concatenate[UnitOfWork, Parameters], Result],
) -> Callable[Concatenate[UnitOfWork, Parameters], Result]:
    """Let a function that is one transaction be repeated after a deadlock.

    It must do nothing outside its `with uow:` block that may not happen twice.
    """

    @wraps(step)
    def repeatable(
        uow: UnitOfWork, /, *args: Parameters.args, **kwargs: Parameters.kwargs
    ) -> Result:
        return uow.retry(lambda: step(uow, *args, **kwargs))

    return repeatable
