"""Registering, and the sessions that a password opens."""

from dataclasses import dataclass
from datetime import timedelta

from flask import request
from flask.views import MethodView

from marketplace.application.identity.commands import (
    Refresh,
    Register,
    SignIn,
    SignOut,
    TokenPair,
)
from marketplace.application.identity.queries import UserView
from marketplace.application.identity.services import refresh, register, sign_in, sign_out
from marketplace.domain.errors import TooManyAttempts
from marketplace.domain.shared.ids import RefreshFamilyId, UserId
from marketplace.presentation.rest import context
from marketplace.presentation.rest.api import Blueprint
from marketplace.presentation.rest.identity import examples
from marketplace.presentation.rest.identity.schemas import (
    CredentialsSchema,
    OAuthTokenSchema,
    PasswordFormSchema,
    RefreshTokenSchema,
    RegistrationSchema,
    TokenPairSchema,
    UserSchema,
)
from marketplace.presentation.rest.policies import PUBLIC
from marketplace.presentation.rest.problems import RequestRefused
from marketplace.presentation.rest.schema import Json

blp = Blueprint("auth", __name__, description="Registering and signing in")


@blp.route("/auth/register")
class Registration(MethodView):
    @blp.named("register")
    @blp.allow(PUBLIC)
    @blp.idempotent(None)
    @blp.arguments(RegistrationSchema, example=examples.REGISTRATION)
    @blp.response(201, UserSchema, example=examples.NEW_USER)
    @blp.problems("email_taken", "invalid_text")
    def post(self, body: Json) -> tuple[UserView, dict[str, str]]:
        """Open an account.

        It can sign in at once.
        """
        command = Register(user_id=UserId(context.new_id()), **body)
        user_id = context.perform(register, command, hasher=context.ports().hasher)
        with context.reader() as read:
            user = read.users.get(user_id)
        return user, context.location("users.User", id=user_id)


@blp.route("/auth/token")
class Token(MethodView):
    @blp.named("signIn")
    @blp.allow(PUBLIC)
    @blp.idempotent(None)
    @blp.arguments(CredentialsSchema, example=examples.CREDENTIALS)
    @blp.response(200, TokenPairSchema, example=examples.TOKENS)
    @blp.problems("invalid_credentials", "too_many_attempts")
    def post(self, body: Json) -> TokenPair:
        """Exchange a password for tokens.

        Failed attempts are counted per account and per address; too many are answered with 429.
        """
        return _sign_in(body["login"], body["password"])


@dataclass(frozen=True)
class _OAuthToken:
    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int


@blp.route("/auth/openapi")
class PasswordForm(MethodView):
    @blp.named("signInByForm")
    @blp.allow(PUBLIC)
    @blp.idempotent(None)
    @blp.arguments(PasswordFormSchema, location="form", example=examples.PASSWORD_FORM)
    @blp.response(200, OAuthTokenSchema, raw=True, example=examples.OAUTH_TOKENS)
    @blp.problems("invalid_credentials", "too_many_attempts", "unsupported_grant_type")
    def post(self, body: Json) -> _OAuthToken:
        """Exchange a password for tokens by OAuth2's password form.

        What stands behind Authorize in Swagger UI; the answer is RFC 6749's, without `result`.
        """
        if body["grant_type"] != "password":
            raise RequestRefused("unsupported_grant_type", "The only grant type is password.")
        pair = _sign_in(body["username"], body["password"])
        return _OAuthToken(pair.access, pair.refresh, pair.token_type, pair.expires_in)


@blp.route("/auth/refresh")
class Refreshing(MethodView):
    @blp.named("refresh")
    @blp.allow(PUBLIC)
    @blp.idempotent(None)
    @blp.arguments(RefreshTokenSchema)
    @blp.response(200, TokenPairSchema, example=examples.TOKENS)
    @blp.problems("invalid_token", "token_reused", "stale")
    def post(self, body: Json) -> TokenPair:
        """Exchange a refresh token for a new pair.

        A refresh token is good once. For ten seconds a used one gives the same successor, in case
        the answer was lost; after that it ends the whole session.
        """
        ports = context.ports()
        return refresh(
            context.new_uow(),
            Refresh(token=body["refresh"]),
            access_tokens=ports.access_tokens,
            refresh_tokens=ports.refresh_tokens,
        )


@blp.route("/auth/logout")
class Logout(MethodView):
    @blp.named("signOut")
    @blp.allow(PUBLIC)
    @blp.idempotent(None)
    @blp.arguments(RefreshTokenSchema)
    @blp.response(204)
    @blp.problems("invalid_token", "stale")
    def post(self, body: Json) -> None:
        """End the session of a refresh token, its access tokens included, at once."""
        command = SignOut(token=body["refresh"])
        sign_out(context.new_uow(), command, refresh_tokens=context.ports().refresh_tokens)


def _sign_in(login: str, password: str) -> TokenPair:
    ports = context.ports()
    command = SignIn(
        family_id=RefreshFamilyId(context.new_id()),
        login=login,
        password=password,
        address=request.remote_addr or "unknown",
    )
    try:
        return sign_in(
            context.new_uow(),
            command,
            hasher=ports.hasher,
            access_tokens=ports.access_tokens,
            refresh_tokens=ports.refresh_tokens,
            limits=context.rules().login_limits,
        )
    except TooManyAttempts as refused:
        reset = context.now() + timedelta(seconds=refused.retry_after)
        context.rate_limit(refused.limit, 0, reset)
        raise
