"""The pages over figures that a test makes up, without a database."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient

from marketplace.application.actor import Actor
from marketplace.application.catalogue.queries import ProductSummaryView
from marketplace.application.identity.commands import LoginLimits
from marketplace.application.identity.queries import MembershipView
from marketplace.application.orders.queries import OrderFilter, OrderView
from marketplace.application.paging import Page, PageRequest
from marketplace.application.ports import AccessClaims
from marketplace.application.reader import Reader
from marketplace.application.sellers.queries import SellerView
from marketplace.domain.errors import Unauthenticated
from marketplace.domain.identity.user import Role
from marketplace.domain.sellers.seller import MemberRole
from marketplace.domain.shared.ids import SellerId
from marketplace.presentation.ops import pages
from marketplace.presentation.ops.sessions import FORM_FIELD, Sessions
from marketplace.presentation.rest import context, problems
from tests.factories import a_user, new_id
from tests.fakes import FakeAccessTokens, FakeDatabase, FakeHasher, FakeRefreshTokens
from tests.unit.ops.figures import FakeAnalytics, FakeSellerViews, a_product, a_summary

PASSWORD = "correct horse battery staple"
LIMITS = LoginLimits(per_account=3, per_address=100, window=timedelta(minutes=5))


class CookieTokens(FakeAccessTokens):
    def read(self, token: str) -> AccessClaims:
        try:
            return super().read(token)
        except ValueError:
            raise Unauthenticated("invalid_token", "This is no token of ours.") from None


class World:
    """Accounts and figures, and browsers that look at them."""

    def __init__(self) -> None:
        self.database = FakeDatabase()
        self.analytics = FakeAnalytics()
        self.sellers = FakeSellerViews()
        self.memberships: dict[str, dict[SellerId, MemberRole]] = {}
        self.products: list[ProductSummaryView] = [a_summary()]
        self.product = a_product()
        self.orders: list[OrderView] = []
        self.fault: Exception | None = None
        self.listed: list[tuple[str, PageRequest, object]] = []
        self.app = Flask("pages", static_folder=None)
        problems.register(self.app)
        context.install(self.app, self._dependencies())
        pages.install(
            self.app,
            Sessions(
                tokens=CookieTokens(),
                families=FakeRefreshTokens(),
                form_key=b"k" * 32,
                https=False,
            ),
        )

    def account(
        self, login: str, *, sellers: Collection[SellerView] = (), admin: bool = False
    ) -> None:
        roles = frozenset({Role.CUSTOMER, Role.ADMIN} if admin else {Role.CUSTOMER})
        user = a_user(
            email=login, name=f"Name of {login}", password_hash=f"v1:{PASSWORD}", roles=roles
        )
        self.database.state.users[user.id] = user
        self.memberships[login] = {seller.id: MemberRole.VIEWER for seller in sellers}

    def browser(self, login: str | None = None) -> FlaskClient:
        """With a session, if there is a login."""
        client = self.app.test_client()
        if login is not None:
            answer = sign_in(client, login)
            assert answer.status_code == 303, answer.text
        return client

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        yield cast(
            Reader,
            SimpleNamespace(
                users=SimpleNamespace(actor=self._actor, get=self._user),
                sellers=self.sellers,
                analytics=self.analytics,
                products=SimpleNamespace(
                    get=lambda product, viewer: self.product,
                    list_of_seller=lambda seller, page, status, viewer: self._page(
                        "of seller", page, (seller, status)
                    ),
                    list_for_moderation=lambda page, status: self._page(
                        "for moderation", page, status
                    ),
                ),
                search=SimpleNamespace(
                    find=lambda asked: self._page("search", asked.page, asked.wanted)
                ),
                orders=SimpleNamespace(
                    list=self._orders,
                    list_of_seller=lambda seller, page, wanted, viewer: self._orders(
                        page, wanted, viewer, seller
                    ),
                ),
            ),
        )

    def _dependencies(self) -> context.Dependencies:
        ports: Any = SimpleNamespace(hasher=FakeHasher())
        rules: Any = SimpleNamespace(login_limits=LIMITS)
        nothing: Any = None
        return context.Dependencies(
            new_uow=self.database.unit_of_work,
            reader=self.reader,
            authenticate=nothing,
            answers=nothing,
            new_id=new_id,
            now=self.database.clock,
            ports=ports,
            rules=rules,
        )

    def _actor(self, claims: AccessClaims) -> Actor | None:
        if self.fault is not None:
            raise self.fault
        state = self.database.state
        user, family = state.users.get(claims.user_id), state.families.get(claims.family_id)
        if user is None or family is None or family.ended_at is not None:
            return None
        if user.session_version != claims.session_version:
            return None
        return Actor(
            user_id=user.id,
            email=user.email,
            name=user.name,
            roles=user.roles,
            sellers=self.memberships[user.email],
            family_id=family.id,
        )

    def _user(self, user_id: Any) -> Any:
        own = self.memberships[self.database.state.users[user_id].email]
        return SimpleNamespace(
            sellers=[
                MembershipView(id=each, name=self.sellers.stored[each].name, role=role)
                for each, role in own.items()
            ]
        )

    def _page(self, how: str, page: PageRequest, wanted: object) -> Page[ProductSummaryView]:
        self.listed.append((how, page, wanted))
        return Page(items=self.products, next="N+/=", previous=None, limit=page.limit)

    def _orders(
        self, page: PageRequest, wanted: OrderFilter, viewer: Actor, seller: object = None
    ) -> Page[OrderView]:
        self.listed.append(("orders", page, (wanted, seller)))
        return Page(items=self.orders, next=None, previous=None, limit=page.limit)


def form_token(page: str) -> str:
    [token] = re.findall(rf'name="{FORM_FIELD}" value="([0-9a-f]+)"', page)
    return str(token)


def sign_in(client: FlaskClient, login: str, password: str = PASSWORD, query: str = "") -> Any:
    token = form_token(client.get("/ops/sign-in").text)
    return client.post(
        f"/ops/sign-in{query}", data={"login": login, "password": password, FORM_FIELD: token}
    )
