"""Who has signed in to the pages: a session cookie, and the tokens that their forms carry.

A session is a refresh family as any other sign-in's, whose refresh token nobody gets. The cookie
holds an access token that the API does not take; each request asks the database whether its
family and its account's session version still stand.
"""

import hmac
from dataclasses import dataclass
from secrets import token_urlsafe

from flask import Response, g, request

from marketplace.application.actor import Actor
from marketplace.application.identity import services
from marketplace.application.identity.commands import SignIn, SignOut
from marketplace.application.ports import AccessTokens, RefreshTokens
from marketplace.domain.errors import Forbidden, Unauthenticated
from marketplace.domain.shared.ids import RefreshFamilyId
from marketplace.presentation.rest import context

SESSION_COOKIE = "marketplace_ops"
FORM_COOKIE = "marketplace_ops_form"
FORM_FIELD = "form_token"
PATH = "/ops"


@dataclass(frozen=True, kw_only=True)
class Sessions:
    """How sessions are made and told.

    :param tokens: of the cookie; they last as long as a session may.
    :param families: makes the refresh families that sessions are.
    :param form_key: seals the tokens of forms.
    :param https: whether the cookies travel by TLS only.
    """

    tokens: AccessTokens
    families: RefreshTokens
    form_key: bytes
    https: bool

    def actor(self) -> Actor | None:
        """Who sent this request, asked of the database once."""
        if "ops_actor" not in g:
            # Nobody, where the database cannot tell: the page that says so asks again.
            g.ops_actor = None
            g.ops_actor = self._actor(request.cookies.get(SESSION_COOKIE))
        actor: Actor | None = g.ops_actor
        return actor

    def _actor(self, cookie: str | None) -> Actor | None:
        if cookie is None:
            return None
        try:
            claims = self.tokens.read(cookie)
        except Unauthenticated:
            return None
        with context.reader() as read:
            return read.users.actor(claims)

    def open(self, response: Response, login: str, password: str) -> None:
        """Sign in, throttled as everywhere. Raises as `identity.services.sign_in`."""
        ports = context.ports()
        pair = services.sign_in(
            context.new_uow(),
            SignIn(
                family_id=RefreshFamilyId(context.new_id()),
                login=login,
                password=password,
                address=request.remote_addr or "unknown",
            ),
            hasher=ports.hasher,
            access_tokens=self.tokens,
            refresh_tokens=self.families,
            limits=context.rules().login_limits,
        )
        self._set(response, SESSION_COOKIE, pair.access)
        response.delete_cookie(FORM_COOKIE, path=PATH)

    def end(self, response: Response) -> None:
        """Sign out, wherever the cookie was copied to."""
        if actor := self.actor():
            # Any token of the family names it; this one was given to nobody.
            token = self.families.first(actor.family_id)
            services.sign_out(context.new_uow(), SignOut(token=token), refresh_tokens=self.families)
        response.delete_cookie(SESSION_COOKIE, path=PATH)

    def form_token(self) -> str:
        """What a form of this browser has to send back: bound to its session, or to a cookie of
        its own while there is none."""
        return self._sealed(self._bound_to() or self._new_nonce())

    def check_form(self) -> None:
        """Raises `Forbidden` for a form that was not made for this browser."""
        bound_to = self._bound_to()
        sent = request.form.get(FORM_FIELD, "")
        if not bound_to or not hmac.compare_digest(self._sealed(bound_to).encode(), sent.encode()):
            raise Forbidden("This form has expired, or cookies are turned off. Open it again.")

    def keep_nonce(self, response: Response) -> Response:
        """Send the cookie that `form_token` made; runs after every request."""
        if nonce := g.get("ops_nonce"):
            self._set(response, FORM_COOKIE, nonce)
        return response

    def _bound_to(self) -> str | None:
        if self.actor() is not None:
            return request.cookies.get(SESSION_COOKIE)
        return request.cookies.get(FORM_COOKIE)

    def _new_nonce(self) -> str:
        if "ops_nonce" not in g:
            g.ops_nonce = token_urlsafe(32)
        nonce: str = g.ops_nonce
        return nonce

    def _sealed(self, bound_to: str) -> str:
        return hmac.new(self.form_key, bound_to.encode(), "sha256").hexdigest()

    def _set(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name, value, path=PATH, httponly=True, samesite="Lax", secure=self.https
        )
