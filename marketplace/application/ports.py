"""What the use cases ask of the outside world. Calls may take long: never inside a transaction."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import BinaryIO, Protocol, TypeAlias
from uuid import UUID

from marketplace.domain.catalogue.media import PictureSize
from marketplace.domain.shared.ids import OrderId, RefreshFamilyId, ShipmentId, UserId
from marketplace.domain.shared.money import Money
from marketplace.domain.shipping.statuses import CarrierStatus

IdFactory: TypeAlias = Callable[[], UUID]
Clock: TypeAlias = Callable[[], datetime]


class PasswordHasher(Protocol):
    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """False for None too, at the same cost: unknown accounts must not answer faster."""

    def needs_rehash(self, password_hash: str) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class AccessClaims:
    """What an access token says about its bearer."""

    user_id: UserId
    family_id: RefreshFamilyId
    session_version: int


class AccessTokens(Protocol):
    @property
    def lifetime(self) -> timedelta: ...

    def issue(self, claims: AccessClaims, now: datetime) -> str: ...

    def read(self, token: str) -> AccessClaims:
        """Raises `Unauthenticated` (`invalid_token`)."""


class RefreshTokens(Protocol):
    """Opaque tokens that name their family. Only hashes of them are ever stored."""

    @property
    def lifetime(self) -> timedelta: ...

    def first(self, family_id: RefreshFamilyId) -> str: ...

    def successor(self, token: str) -> str:
        """The same one for the same token, known to nobody without the secret key."""

    def family(self, token: str) -> RefreshFamilyId:
        """Raises `Unauthenticated` (`invalid_token`) when it is no token of ours."""

    def hash(self, token: str) -> str: ...


class OrderTokens(Protocol):
    """Tokens that let whoever holds one read and cancel one order. They never end."""

    def issue(self, order_id: OrderId) -> str:
        """The same one each time."""

    def names(self, token: str) -> bool:
        """Whether it has the form of one."""

    def read(self, token: str) -> OrderId:
        """Raises `Unauthenticated` (`invalid_token`)."""


class ProviderStatus(StrEnum):
    """What became of a payment: `pending` will be told by an event of the provider."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class NextAction:
    """What the buyer has to do before the provider goes on."""

    type: str
    url: str


@dataclass(frozen=True, kw_only=True)
class ProviderOutcome:
    """`reference` is the provider's id of the payment; `reason` says why it was declined."""

    status: ProviderStatus
    reference: str
    reason: str | None = None
    next_action: NextAction | None = None


@dataclass(frozen=True, kw_only=True)
class OperationOutcome:
    """What became of a capture or a refund; `reason` says why it failed."""

    succeeded: bool
    reference: str | None = None
    reason: str | None = None


class ProviderEventKind(StrEnum):
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    FAILED = "failed"
    VOIDED = "voided"
    REFUNDED = "refunded"
    REFUND_FAILED = "refundFailed"


@dataclass(frozen=True, kw_only=True)
class ProviderEvent:
    """What a provider tells of its own accord: at least once, late, and in any order.

    `payment_key` is the key of `authorize`; `operation_key` that of the capture or refund that the
    event is about, None where `authorize` itself brought it about.
    """

    id: str
    kind: ProviderEventKind
    payment_key: str
    operation_key: str | None
    amount: Money | None
    reference: str
    reason: str | None
    occurred_at: datetime


class PaymentProvider(Protocol):
    """Takes money. Every call is idempotent by `key`: a repeat returns the first outcome.

    All calls but `event` raise `Unavailable` (`payment_unknown`) when it is unknown what became of
    them. The words are those of Stripe's payment intents.
    """

    @property
    def name(self) -> str: ...

    def authorize(self, *, key: str, amount: Money, token: str, capture: bool) -> ProviderOutcome:
        """Reserve `amount`, and take it at once where `capture` is set."""

    def capture(
        self, *, key: str, payment_key: str, reference: str, amount: Money
    ) -> OperationOutcome:
        """Take a part of what was authorised; several times, until all of it is taken."""

    def refund(
        self, *, key: str, payment_key: str, reference: str, amount: Money
    ) -> OperationOutcome:
        """Give a part of what was captured back."""

    def void(self, *, key: str) -> None:
        """Undo what `authorize` did under `key`, captured or not; bars it where it never came."""

    def event(self, headers: Mapping[str, str], body: bytes) -> ProviderEvent:
        """Read what was sent to the webhook.

        Raises:
            InvalidSignature: the provider did not send this.
        """


PaymentProviders: TypeAlias = Mapping[str, PaymentProvider]


@dataclass(frozen=True, kw_only=True)
class RequestedAction:
    """What the sandbox asks of a buyer: may it take `amount`? None: there is no answer yet."""

    amount: Money
    approved: bool | None


class SandboxActions(Protocol):
    """The buyer's side of the sandbox. Knowing the reference of a payment is the right to answer.
    Both methods raise `NotFound` where nothing was ever asked."""

    def look_up(self, reference: str) -> RequestedAction: ...

    def answer(self, reference: str, *, approve: bool) -> RequestedAction:
        """The first answer stays."""


@dataclass(frozen=True, kw_only=True)
class CarrierEvent:
    """What a carrier tells of a parcel of its own accord: at least once, late, in any order."""

    id: str
    tracking_number: str
    status: CarrierStatus
    occurred_at: datetime
    location: str | None


class Carrier(Protocol):
    """Takes parcels to the door, and tells where they are."""

    @property
    def name(self) -> str: ...

    def tracking_number(self, shipment_id: ShipmentId) -> str:
        """The number that it will know the parcel by."""

    def tracking_url(self, tracking_number: str) -> str | None: ...

    def estimate(self, handed_over_at: datetime) -> datetime:
        """When the parcel is likely to be delivered."""

    def event(self, headers: Mapping[str, str], body: bytes) -> CarrierEvent:
        """Read what was sent to the webhook.

        Raises:
            InvalidSignature: the carrier did not send this.
        """


Carriers: TypeAlias = Mapping[str, Carrier]


@dataclass(frozen=True, kw_only=True)
class Mail:
    """`message_id` stays the same when delivery is repeated."""

    to: str
    subject: str
    text: str
    message_id: str


class Mailer(Protocol):
    def send(self, mail: Mail) -> None: ...


class FileStorage(Protocol):
    """Files by name: words between slashes, chosen by us. All methods raise `Unavailable`
    (`storage_unavailable`) when the storage does not answer."""

    def write(self, name: str, source: BinaryIO) -> None:
        """Store all of `source`, replacing what there was. Nobody sees half of it."""

    def open(self, name: str) -> BinaryIO:
        """Raises `NotFound`."""

    def remove(self, names: Iterable[str]) -> None:
        """What does not exist is removed already."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture made anew, a WebP file for each size. `width` and `height` are those of the
    large one."""

    width: int
    height: int
    files: Mapping[PictureSize, bytes]


class Pictures(Protocol):
    def render(self, data: bytes, *, media_type: str | None) -> Picture:
        """Decode what somebody sent, once, and encode it anew without anything else that was in
        it. `media_type` is what it is said to be; None where nothing is said.

        Raises:
            RuleViolated: `invalid_image`, `image_too_large`, always with the field `/file`.
        """
