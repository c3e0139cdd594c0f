"""A small application on the edge, without database: what the tests of this directory talk to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

from flask import Flask
from flask.views import MethodView

from marketplace.application.actor import Actor
from marketplace.application.idempotency import (
    Answer,
    Effect,
    EffectAnswered,
    EffectInFlight,
    EffectResumed,
    IdempotencyMismatch,
)
from marketplace.application.paging import InvalidCursor, Page
from marketplace.domain.errors import (
    InvalidTransition,
    NotFound,
    PaymentDeclined,
    RuleViolated,
    Stale,
    TooManyAttempts,
    Unauthenticated,
    Unavailable,
)
from marketplace.domain.identity.user import Role
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import RefreshFamilyId, SellerId, UserId
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.application.factory import ApplicationSettings, create
from marketplace.presentation.rest import context, fields
from marketplace.presentation.rest.api import Api, Blueprint
from marketplace.presentation.rest.pages import take_page
from marketplace.presentation.rest.policies import ADMIN, MEMBER, PUBLIC, SIGNED_IN
from marketplace.presentation.rest.schema import Json
from tests.unit.rest.toy_schemas import (
    NOW,
    LoginSchema,
    PartSchema,
    PartView,
    TokenSchema,
    ToyInputSchema,
    ToyQuerySchema,
    ToySchema,
    ToyView,
    UploadSchema,
    toy,
)


@dataclass
class Stored:
    """An aggregate, as far as conditions look at it."""

    version: int = 3


blp = Blueprint("toys", __name__, description="Toys")


@blp.route("/toys")
class Toys(MethodView):
    @blp.allow(PUBLIC | SIGNED_IN)
    @blp.arguments(ToyQuerySchema, location="query")
    @blp.response(200, ToySchema, kind="page")
    def get(self, query: Json) -> Page[ToyView]:
        """List toys."""
        state().seen.append(query)
        page = take_page(dict(query))
        if page.cursor == "bad":
            raise InvalidCursor
        return Page(
            items=[toy()],
            next="n&1",
            previous=None,
            limit=page.limit,
            total=7 if page.with_total else None,
        )

    @blp.allow(SIGNED_IN)
    @blp.arguments(ToyInputSchema, example={"name": "Oak table"})
    @blp.response(201, ToySchema)
    def post(self, body: Json) -> tuple[ToyView, dict[str, str]]:
        """Make a toy."""
        made = context.perform(make_toy, body, made=context.new_id())
        return toy(id=made, name=body["name"]), context.location("toys.Toy", id=made)


@blp.route("/toys/<id>")
class Toy(MethodView):
    @blp.allow(PUBLIC)
    @blp.response(200, ToySchema)
    def get(self, id_: UUID) -> ToyView:
        """Show a toy."""
        if id_ != toy().id:
            raise NotFound("toy", id_)
        return toy()

    @blp.allow(MEMBER | ADMIN)
    @blp.versioned
    @blp.arguments(ToyInputSchema)
    @blp.response(200, ToySchema)
    def patch(self, body: Json, id_: UUID) -> ToyView:
        """Change a toy."""
        context.precondition().check("toy", Stored())
        return toy(version=4)

    @blp.allow(ADMIN)
    @blp.versioned
    @blp.response(204)
    def delete(self, id_: UUID) -> None:
        """Destroy a toy."""
        context.precondition().check("toy", Stored())


@blp.route("/toys/<id>/paint")
class PaintToy(MethodView):
    @blp.allow(SIGNED_IN)
    @blp.response(200, ToySchema)
    def post(self, id_: UUID) -> ToyView:
        """Paint a toy that somebody else paints at the same time."""
        raise Stale


@blp.route("/orders/<order>/parts/<partId>")
class OrderPart(MethodView):
    @blp.allow(PUBLIC)
    @blp.response(200, TokenSchema)
    def get(self, order: UUID | str, part_id: UUID) -> SimpleNamespace:
        """Show a part of an order."""
        return SimpleNamespace(token=f"{order} {part_id}")


@blp.route("/colours")
class Colours(MethodView):
    @blp.allow(PUBLIC)
    @blp.response(200, PartSchema, kind="many")
    def get(self) -> list[PartView]:
        """List colours."""
        return [PartView(name="red", price=Money(0, "EUR"))]


@blp.route("/buy")
class BuyToy(MethodView):
    @blp.allow(PUBLIC | SIGNED_IN)
    @blp.idempotent(required=True)
    @blp.problems("payment_declined")
    @blp.arguments(ToyInputSchema)
    @blp.response(201, ToySchema)
    def post(self, body: Json) -> tuple[ToyView, dict[str, str]]:
        """Buy a toy."""
        if context.current_actor() is None and "email" in body:
            context.act_as_guest(body["email"])
        made = context.perform(make_toy, body, made=context.new_id())
        return toy(id=made), context.location("toys.Toy", id=made)


@blp.route("/refusals/<kind>", path={"kind": fields.Slug()})
class Refusals(MethodView):
    @blp.allow(PUBLIC)
    @blp.response(200, TokenSchema)
    def get(self, kind: str) -> None:
        """Refuse."""
        raise REFUSALS[kind]


@blp.route("/auth/form")
class SignInByForm(MethodView):
    @blp.allow(PUBLIC)
    @blp.idempotent(None)
    @blp.arguments(LoginSchema, location="form")
    @blp.response(200, TokenSchema, raw=True)
    def post(self, body: Json) -> SimpleNamespace:
        """Sign in."""
        return SimpleNamespace(token=body["username"])


@blp.route("/uploads")
class UploadFile(MethodView):
    @blp.allow(SIGNED_IN)
    @blp.arguments(UploadSchema, location="multipart")
    @blp.response(200, TokenSchema)
    def post(self, body: Json) -> SimpleNamespace:
        """Upload a file."""
        with context.new_uow():
            size = len(body["file"].stream.read())
        return SimpleNamespace(token=f"{size} {body.get('alt')} {body['dry_run']}")


@blp.route("/pings")
class PingToys(MethodView):
    @blp.allow(SIGNED_IN)
    @blp.response(204)
    def post(self) -> None:
        """Do nothing with an empty body."""
        context.rate_limit(10, 9, NOW)


REFUSALS: dict[str, Exception] = {
    "transition": InvalidTransition("toy", "draft", "sold", ["pending"]),
    "rule": RuleViolated("too_dear", "Too dear.", field="/items/0/price"),
    "throttled": TooManyAttempts("Slow down.", limit=5, retry_after=30),
    "unavailable": Unavailable("unavailable", "Soon.", 5),
    "bug": ZeroDivisionError("secret driver text"),
}


@dataclass
class State:
    """Stands for the database: keys, answers, and what was done."""

    made: list[UUID] = field(default_factory=list)
    seen: list[Json] = field(default_factory=list)
    keys: dict[tuple[str, str], Effect] = field(default_factory=dict)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    given_back: list[str] = field(default_factory=list)
    running: set[str] = field(default_factory=set)

    def store(self, effect: Effect, answer: Answer) -> None:
        self.answers[effect.actor, effect.key] = answer

    def give_back(self, effect: Effect) -> None:
        self.given_back.append(effect.key)


@dataclass
class FakeUow:
    state: State
    effect: Effect | None

    def __enter__(self) -> "FakeUow":
        if (effect := self.effect) is None:
            return self
        where = (effect.actor, effect.key)
        first = self.state.keys.setdefault(where, effect)
        if first is effect:
            return self
        if first.fingerprint != effect.fingerprint:
            raise IdempotencyMismatch
        if answer := self.state.answers.get(where):
            raise EffectAnswered(answer)
        if effect.key in self.state.running:
            raise EffectInFlight
        raise EffectResumed(first.makes)

    def __exit__(self, *_: object) -> None:
        pass


def make_toy(uow: Any, body: Json, *, made: UUID) -> UUID:
    with uow:
        if body["name"] == "refused":
            raise RuleViolated("too_dear", "Too dear.")
        if body["name"] == "declined":
            raise PaymentDeclined
        if body["name"] == "bug":
            raise ZeroDivisionError
        uow.state.made.append(made)
    return made


def state() -> State:
    return cast(State, context.dependencies().answers)


def actor(*roles: Role, member: bool = False) -> Actor:
    sellers = {SellerId(uuid4()): MemberRole.OWNER} if member else {}
    return Actor(
        user_id=UserId(UUID(int=1)),
        email="ada@example.com",
        name="Ada",
        roles=frozenset(roles),
        sellers=sellers,
        family_id=RefreshFamilyId(UUID(int=2)),
    )


ACTORS = {"buyer": actor(), "member": actor(member=True), "admin": actor(Role.ADMIN)}


def authenticate(token: str) -> Actor:
    if token not in ACTORS:
        raise Unauthenticated("invalid_token", "No.")
    return ACTORS[token]


@contextmanager
def no_reader() -> Iterator[Any]:
    yield None


def create_app() -> Flask:
    app = create(
        settings=ApplicationSettings(max_body=10_000, testing=True),
        api_class=Api,
        blueprints=[blp],
    )
    kept = State()
    context.install(
        app,
        context.Dependencies(
            new_uow=lambda effect: cast(Any, FakeUow(kept, effect)),
            reader=no_reader,
            authenticate=authenticate,
            answers=kept,
            new_id=uuid4,
            now=lambda: NOW,
            ports=cast(Any, None),
            rules=cast(Any, None),
        ),
    )
    return app
