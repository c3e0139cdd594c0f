"""What views may use of the running application, all of it handed in by `main`.

Nothing here is global: the dependencies hang on the Flask application, and what belongs to one
request (its actor, its idempotency key, its ids) on `flask.g`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import urljoin
from uuid import UUID

from flask import Flask, Request, Response, current_app, g, request, url_for

from marketplace.application.actor import Actor, Caller, Guest, OrderAccess
from marketplace.application.idempotency import Effect, EffectResumed, IdempotencyAnswers
from marketplace.application.identity.commands import LoginLimits
from marketplace.application.ports import (
    AccessTokens,
    Carriers,
    FileStorage,
    OrderTokens,
    PasswordHasher,
    PaymentProviders,
    Pictures,
    RefreshTokens,
)
from marketplace.application.precondition import Precondition
from marketplace.application.reader import Reader
from marketplace.application.unit_of_work import UnitOfWork
from marketplace.domain.errors import Forbidden, Unauthenticated
from marketplace.presentation.rest.etag import read_if_match

Result = TypeVar("Result")
Somebody = TypeVar("Somebody", bound=Caller)
_EXTENSION = "marketplace"


@dataclass(frozen=True, kw_only=True)
class Ports:
    """What views pass on to use cases that ask the outside world."""

    hasher: PasswordHasher
    access_tokens: AccessTokens
    refresh_tokens: RefreshTokens
    order_tokens: OrderTokens
    providers: PaymentProviders
    carriers: Carriers
    pictures: Pictures
    storage: FileStorage


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the operator of this marketplace has decided.

    :param capture: take the money when an order is placed; else it is authorised only.
    :param moderation: products wait for an administrator; else submitting publishes them.
    :param import_bytes: how large a file of products may be.
    :param picture_bytes: how large a picture may be that is uploaded.
    :param picture_pixels: and of how many pixels.
    """

    login_limits: LoginLimits
    capture: bool
    moderation: bool
    import_bytes: int
    picture_bytes: int
    picture_pixels: int


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """Everything the REST API needs from outside.

    :param new_uow: makes a closed unit of work that records the effect, if there is one.
    :param reader: opens a reader.
    :param authenticate: turns a token into whom it stands for, with at most one statement, or
        raises `Unauthenticated` (`invalid_token`).
    :param answers: keeps the answers to idempotent requests.
    :param new_id: makes UUIDv7.
    :param now: the present instant in UTC.
    :param media_url: what the names of files are appended to; empty where this application
        serves them itself.
    """

    new_uow: Callable[[Effect | None], UnitOfWork]
    reader: Callable[[], AbstractContextManager[Reader]]
    authenticate: Callable[[str], Caller]
    answers: IdempotencyAnswers
    new_id: Callable[[], UUID]
    now: Callable[[], datetime]
    ports: Ports
    rules: Rules
    media_url: str = ""


@dataclass(frozen=True)
class Claim:
    """The Idempotency-Key of this request; it becomes an `Effect` once the actor is known."""

    key: str
    fingerprint: str


def install(app: Flask, dependencies: Dependencies) -> None:
    """Give `app` its dependencies; called once, by `main`."""
    app.extensions[_EXTENSION] = dependencies


def dependencies() -> Dependencies:
    return cast(Dependencies, current_app.extensions[_EXTENSION])


def ports() -> Ports:
    return dependencies().ports


def rules() -> Rules:
    return dependencies().rules


def current_request() -> Request:
    """The request itself, for who asks it a lot: each use of Flask's proxy looks for it anew."""
    return cast(Request, request._get_current_object())  # type: ignore[attr-defined]


def reader() -> AbstractContextManager[Reader]:
    """`with context.reader() as read:` gives the queries."""
    return dependencies().reader()


def now() -> datetime:
    return dependencies().now()


def new_id() -> UUID:
    """A fresh id. The first one of a request is taken to be that of what the request makes."""
    made = dependencies().new_id()
    g.setdefault("made_id", made)
    return made


def current_caller() -> Caller | None:
    """Who calls, or None without a token. Asked of the database once per request.

    :raises Unauthenticated: for a token that is malformed, expired or revoked, and for any other
        scheme than Bearer.
    """
    if "caller" not in g:
        token = bearer_token()
        g.caller = None if token is None else dependencies().authenticate(token)
    return cast(Caller | None, g.caller)


def current_actor() -> Actor | None:
    """`current_caller` where only accounts are meant.

    :raises Forbidden: for the token of an order.
    """
    found = current_caller()
    if isinstance(found, OrderAccess):
        raise Forbidden("This token is for reading and cancelling one order.")
    return found


def signed_in() -> Actor:
    """`current_actor` for operations whose policy lets nobody else in."""
    return _somebody(current_actor())


def caller() -> Caller:
    """`current_caller` for operations whose policy lets no anonymous in."""
    return _somebody(current_caller())


def _somebody(found: Somebody | None) -> Somebody:
    if found is None:
        raise Unauthenticated("unauthenticated", "This needs a signed-in account.")
    return found


def bearer_token() -> str | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise Unauthenticated("invalid_token", "Send the header Authorization: Bearer TOKEN.")
    return token


def precondition() -> Precondition:
    """What `If-Match` says. Whether it holds is asked by the use case, after it has looked at
    who may see and change the object."""
    header = request.headers.get("If-Match")
    if header is None:
        return Precondition.missing()
    versions = read_if_match(header)
    if versions is None:
        return Precondition(anything=True)
    return Precondition(versions=versions)


def act_as_guest(email: str) -> Guest:
    """Bind the Idempotency-Key of a caller without token to an e-mail address."""
    g.guest = email.lower()
    return Guest(email=g.guest)


def new_uow(makes: UUID | None = None) -> UnitOfWork:
    """A fresh, closed unit of work; under an Idempotency-Key it records the effect.

    :param makes: id of what the use case makes; the first `new_id()` of the request otherwise.
    """
    return dependencies().new_uow(_effect(makes))


def perform(service: Callable[..., Result], command: object, /, **ports: Any) -> Result:
    """Run a use case of one transaction that returns the id of what it made, or nothing.

    When an earlier request with the same key committed it and only the answer was lost, the id
    comes from the record of that, and the caller goes on to read the answer.
    """
    try:
        return service(new_uow(), command, **ports)
    except EffectResumed as resumed:
        return cast(Result, resumed.makes)


def location(endpoint: str, **values: Any) -> dict[str, str]:
    """The `Location` header of a created resource, for `return view, context.location(...)`.

    :param endpoint: blueprint and class, such as `orders.Order`.
    """
    return {"Location": url_for(endpoint, **values)}


def media_url(name: str) -> str:
    """The absolute address of a file, by its name in the storage."""
    return f"{media_base()}/{name}"


def absolute_url(url: str) -> str:
    """`url` itself, with the host of this request where it has none."""
    return urljoin(request.host_url, url)


def media_base() -> str:
    """What the names of files are appended to."""
    return dependencies().media_url or f"{request.scheme}://{request.host}/media"


def rate_limit(limit: int, remaining: int, reset: datetime) -> None:
    """Tell the client how much it has left: X-RateLimit-Limit, -Remaining and -Reset."""
    g.rate_limit = (limit, max(remaining, 0), int(reset.timestamp()))


def mark_rate_limit(response: Response) -> Response:
    """Write what `rate_limit` noted; runs after every request."""
    if limits := g.get("rate_limit"):
        for name, value in zip(("Limit", "Remaining", "Reset"), limits, strict=True):
            response.headers[f"X-RateLimit-{name}"] = str(value)
    return response


def _effect(makes: UUID | None) -> Effect | None:
    claim = cast(Claim | None, g.get("claim"))
    if claim is None or "effect" in g:
        # Only the first unit of work of a request records the effect.
        return None
    owner = _owner(current_caller())
    if owner is None:
        return None
    effect = Effect(
        actor=owner,
        key=claim.key,
        fingerprint=claim.fingerprint,
        makes=makes or g.get("made_id") or new_id(),
    )
    g.effect = effect
    return effect


def _owner(caller: Caller | None) -> str | None:
    """Whose the Idempotency-Keys of a request are."""
    if isinstance(caller, Actor):
        return str(caller.user_id)
    if isinstance(caller, OrderAccess):
        return f"order {caller.order_id}"
    return cast(str | None, g.get("guest"))
