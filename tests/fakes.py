"""The ports of the application and of the domain, in memory.

`FakeUnitOfWork` keeps the contract of the unit of work, versions and constraints included, so that
use cases can be tested without a database; tests/integration/database/test_contract.py holds it
against the SQL one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from io import BytesIO
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar
from uuid import UUID

from marketplace.application.idempotency import (
    LEASE,
    RETENTION,
    Answer,
    Effect,
    EffectAnswered,
    EffectInFlight,
    EffectResumed,
    IdempotencyMismatch,
)
from marketplace.application.ports import (
    AccessClaims,
    Clock,
    IdFactory,
    Mail,
    Picture,
)
from marketplace.domain.catalogue.media import PictureSize
from marketplace.domain.errors import (
    NotFound,
    RuleViolated,
    Stale,
    Unauthenticated,
    Unavailable,
)
from marketplace.domain.shared.events import Event
from marketplace.domain.shared.ids import RefreshFamilyId, UserId
from tests.factories import NOW, new_id
from tests.fake_carts import FakeCarts
from tests.fake_catalogue import (
    FakeCategories,
    FakeGalleries,
    FakeListings,
    FakeOffers,
    FakeProducts,
    FakeSellers,
)
from tests.fake_identity import FakeAddresses, FakeFamilies, FakeThrottle, FakeUsers
from tests.fake_imports import FakeImports
from tests.fake_orders import FakeOrders, FakePayments, FakeProviderEvents
from tests.fake_price_list import FakePriceLists
from tests.fake_repositories import FakeHandledEvents, FakeLeases, FakeSalesSummaries
from tests.fake_shipping import FakeShipments, FakeShippingMethods
from tests.fake_state import State, StoredEffect, copied, plain
from tests.fake_stock import FakeStock

Result = TypeVar("Result")


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class FakeDatabase:
    """What units of work share: the committed state, and the events that were written down."""

    def __init__(self, clock: Clock | None = None, ids: IdFactory = new_id) -> None:
        self.clock = clock or FakeClock()
        self.new_id = ids
        self.state = State()
        self.outbox: list[tuple[UUID, Event]] = []

    def unit_of_work(self, effect: Effect | None = None) -> "FakeUnitOfWork":
        return FakeUnitOfWork(self, effect)

    @property
    def events(self) -> list[Event]:
        return [event for _, event in self.outbox]


class FakeUnitOfWork:
    """Works on a copy of the state, which the commit compares with what others made of it."""

    def __init__(self, database: FakeDatabase, effect: Effect | None = None) -> None:
        self._database = database
        self._effect = effect
        self._open = False
        self._committed = False

    def __enter__(self) -> Self:
        if self._open:
            raise RuntimeError("this unit of work is open already")
        self.now = self._database.clock()
        self._before = copied(self._database.state)
        self._state = copied(self._database.state)
        if self._effect is not None:
            self._claim(self._effect)
        self.seen: list[Any] = []
        self._open, self._committed = True, False
        state, seen, now = self._state, self.seen, self.now
        self.users = FakeUsers(state.users, seen)
        self.addresses = FakeAddresses(state.addresses, seen)
        self.refresh_families = FakeFamilies(state.families, seen)
        self.login_throttle = FakeThrottle(state.throttle)
        self.sellers = FakeSellers(state.sellers, seen)
        self.shipping_methods = FakeShippingMethods(state.shipping_methods, seen)
        self.categories = FakeCategories(state, seen, now)
        self.products = FakeProducts(state, seen)
        self.galleries = FakeGalleries(state, seen, now)
        self.offers = FakeOffers(state, seen)
        self.price_list = FakePriceLists(state)
        self.listings = FakeListings(state)
        self.stock = FakeStock(state, self.seen, now, self._database.new_id)
        self.carts = FakeCarts(state.carts, seen, now)
        self.imports = FakeImports(state, self.seen, now)
        self.orders = FakeOrders(state, seen)
        self.payments = FakePayments(state.payments, seen)
        self.provider_events = FakeProviderEvents(state.provider_events)
        self.shipments = FakeShipments(state.shipments, seen)
        self.sales_summaries = FakeSalesSummaries(state)
        self.leases = FakeLeases(state.effects, now)
        self.handled_events = FakeHandledEvents(state.handled)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._open = False
        if error is None and not self._committed and self._has_changes:
            raise RuntimeError("this unit of work was left with changes, but without a commit")

    def commit(self) -> None:
        if not self._open or self._committed:
            raise RuntimeError("enter the unit of work first")
        events = [event for aggregate in self.seen for event in aggregate.drain_events()]
        self._merge()
        self._database.outbox += [(self._database.new_id(), event) for event in events]
        self._committed = True
        self._effect = None

    def retry(self, step: Callable[[], Result]) -> Result:
        return step()

    @property
    def _has_changes(self) -> bool:
        # The claim of a key is none.
        return any(
            plain(mine) != plain(getattr(self._before, name))
            for name, mine in vars(self._state).items()
            if name != "effects"
        )

    def _merge(self) -> None:
        """Take over what this unit of work changed, unless somebody else changed it meanwhile."""
        merged = State()
        for name, theirs in vars(self._database.state).items():
            setattr(merged, name, dict(theirs) if isinstance(theirs, dict) else theirs)
        for name, mine in vars(self._state).items():
            if not isinstance(mine, dict):
                setattr(merged, name, copied(mine))
                continue
            before, theirs = getattr(self._before, name), getattr(merged, name)
            for key in {*before, *mine}:
                if plain(mine.get(key)) == plain(before.get(key)):
                    continue
                if plain(theirs.get(key)) != plain(before.get(key)):
                    raise Stale
                if key in mine:
                    theirs[key] = copied(mine[key])
                else:
                    del theirs[key]
        merged.check_constraints()
        self._database.state = merged

    def _claim(self, effect: Effect) -> None:
        found = self._state.effects.get((effect.actor, effect.key))
        if found is None or found.created_at < self.now - RETENTION:
            self._state.effects[effect.actor, effect.key] = StoredEffect(
                fingerprint=effect.fingerprint,
                makes=effect.makes,
                lease_until=self.now + LEASE,
                created_at=self.now,
            )
            return
        if found.fingerprint != effect.fingerprint:
            raise IdempotencyMismatch
        if found.answer is not None:
            raise EffectAnswered(found.answer)
        if found.lease_until > self.now:
            raise EffectInFlight
        self._database.state.effects[effect.actor, effect.key].lease_until = self.now + LEASE
        self._effect = None
        raise EffectResumed(found.makes)


class FakeAnswers:
    """Implements `application.idempotency.IdempotencyAnswers`."""

    def __init__(self, database: FakeDatabase) -> None:
        self._database = database

    def store(self, effect: Effect, answer: Answer) -> None:
        if (found := self._open_effect(effect)) is not None:
            found.answer = answer

    def give_back(self, effect: Effect) -> None:
        if (found := self._open_effect(effect)) is not None:
            found.lease_until = self._database.clock()

    def _open_effect(self, effect: Effect) -> StoredEffect | None:
        found = self._database.state.effects.get((effect.actor, effect.key))
        if found is None or found.answer or found.fingerprint != effect.fingerprint:
            return None
        return found


class FakeHasher:
    """A hash is the password behind a word that names its parameters."""

    def __init__(self, parameters: str = "v1") -> None:
        self.parameters = parameters
        self.verified: list[str | None] = []

    def hash(self, password: str) -> str:
        return f"{self.parameters}:{password}"

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.verified.append(password_hash)
        return password_hash is not None and password_hash.partition(":")[2] == password

    def needs_rehash(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"{self.parameters}:")


class FakeAccessTokens:
    lifetime = timedelta(minutes=10)

    def issue(self, claims: AccessClaims, now: datetime) -> str:
        return f"{claims.user_id}/{claims.family_id}/{claims.session_version}"

    def read(self, token: str) -> AccessClaims:
        user_id, family_id, version = token.split("/")
        return AccessClaims(
            user_id=UserId(UUID(user_id)),
            family_id=RefreshFamilyId(UUID(family_id)),
            session_version=int(version),
        )


class FakeRefreshTokens:
    lifetime = timedelta(days=30)

    def first(self, family_id: RefreshFamilyId) -> str:
        return f"{family_id}.1"

    def successor(self, token: str) -> str:
        family, _, number = token.partition(".")
        return f"{family}.{int(number) + 1}"

    def family(self, token: str) -> RefreshFamilyId:
        try:
            return RefreshFamilyId(UUID(token.partition(".")[0]))
        except ValueError:
            raise Unauthenticated("invalid_token", "This is no token of ours.") from None

    def hash(self, token: str) -> str:
        return f"hash of {token}"


class FakeMailer:
    def __init__(self) -> None:
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        self.sent.append(mail)


class FakeStorage:
    """Files in a dictionary. While `broken` it does not answer."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.broken = False

    def write(self, name: str, source: BinaryIO) -> None:
        self._answer()
        self.files[name] = source.read()

    def open(self, name: str) -> BinaryIO:
        self._answer()
        if name not in self.files:
            raise NotFound("file", name)
        return BytesIO(self.files[name])

    def remove(self, names: Iterable[str]) -> None:
        self._answer()
        for name in names:
            self.files.pop(name, None)

    def _answer(self) -> None:
        if self.broken:
            raise Unavailable("storage_unavailable", "Try again.")


class FakePictures:
    """Takes what it is given for a picture, unless that says that it is none."""

    def render(self, data: bytes, *, media_type: str | None) -> Picture:
        if data == b"no picture":
            raise RuleViolated("invalid_image", "This is no picture.", field="/file")
        files = {size: size.encode() + data for size in PictureSize}
        return Picture(width=16, height=9, files=files)
