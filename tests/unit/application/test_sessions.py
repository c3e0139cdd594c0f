"""Accounts, sign-in, refresh and sign-out as use cases."""

from datetime import timedelta

import pytest

from marketplace.application.identity.commands import (
    AppointAdministrator,
    ChangeProfile,
    LoginLimits,
    Refresh,
    Register,
    SignIn,
    SignOut,
    TokenPair,
)
from marketplace.application.identity.services import (
    appoint_administrator,
    change_profile,
    refresh,
    register,
    sign_in,
    sign_out,
)
from marketplace.application.precondition import Precondition
from marketplace.domain.errors import (
    Conflict,
    MarketplaceError,
    Stale,
    TooManyAttempts,
    Unauthenticated,
    VersionRequired,
)
from marketplace.domain.identity.user import Role, User
from marketplace.domain.shared.ids import RefreshFamilyId, UserId
from tests.factories import an_actor, new_id
from tests.fakes import (
    FakeAccessTokens,
    FakeClock,
    FakeDatabase,
    FakeHasher,
    FakeRefreshTokens,
)

LIMITS = LoginLimits(per_account=3, per_address=5, window=timedelta(minutes=15))


class Accounts:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.database = FakeDatabase(self.clock)
        self.hasher = FakeHasher()

    def register(self, email: str = "ada@example.com") -> UserId:
        command = Register(user_id=UserId(new_id()), email=email, password="secret", name="Ada")
        return register(self.database.unit_of_work(), command, hasher=self.hasher)

    def sign_in(
        self, login: str = "ada@example.com", password: str = "secret", address: str = "10.0.0.1"
    ) -> TokenPair:
        return sign_in(
            self.database.unit_of_work(),
            SignIn(
                family_id=RefreshFamilyId(new_id()),
                login=login,
                password=password,
                address=address,
            ),
            hasher=self.hasher,
            access_tokens=FakeAccessTokens(),
            refresh_tokens=FakeRefreshTokens(),
            limits=LIMITS,
        )

    def refresh(self, token: str) -> TokenPair:
        return refresh(
            self.database.unit_of_work(),
            Refresh(token=token),
            access_tokens=FakeAccessTokens(),
            refresh_tokens=FakeRefreshTokens(),
        )

    def sign_out(self, token: str) -> None:
        sign_out(
            self.database.unit_of_work(),
            SignOut(token=token),
            refresh_tokens=FakeRefreshTokens(),
        )

    def user(self, user_id: UserId) -> User:
        with self.database.unit_of_work() as uow:
            return uow.users.get(user_id)


@pytest.fixture
def accounts() -> Accounts:
    return Accounts()


def code_of(error: pytest.ExceptionInfo[MarketplaceError]) -> str:
    return error.value.code


def test_an_address_is_registered_once_whatever_its_case(accounts: Accounts) -> None:
    accounts.register()
    with pytest.raises(Conflict) as error:
        accounts.register("ADA@example.com")
    assert code_of(error) == "email_taken"


def test_a_registered_account_signs_in_at_once(accounts: Accounts) -> None:
    user_id = accounts.register()
    pair = accounts.sign_in("Ada@Example.com")
    claims = FakeAccessTokens().read(pair.access)
    assert claims.user_id == user_id
    assert (pair.expires_in, pair.token_type) == (600, "Bearer")


def test_unknown_accounts_cost_a_hash_and_answer_alike(accounts: Accounts) -> None:
    accounts.register()
    details = []
    for login in ("ada@example.com", "nobody@example.com"):
        with pytest.raises(Unauthenticated) as error:
            accounts.sign_in(login, "wrong")
        details.append((code_of(error), error.value.detail))
    assert details[0] == details[1]
    assert accounts.hasher.verified == ["v1:secret", None]


def test_an_account_is_throttled_before_its_password_is_looked_at(accounts: Accounts) -> None:
    accounts.register()
    for number in range(3):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(password="wrong", address=f"10.0.0.{number}")
    looked_at = len(accounts.hasher.verified)
    for disguised in ("ada@example.com", " ADA@example.com", "ada@example.com\u00a0\t"):
        with pytest.raises(TooManyAttempts) as error:
            accounts.sign_in(disguised, address="10.0.0.9")
        assert error.value.params["retry_after"] == 900
    assert len(accounts.hasher.verified) == looked_at
    accounts.clock.advance(seconds=901)
    accounts.sign_in()


def test_an_address_is_throttled_over_all_accounts(accounts: Accounts) -> None:
    for number in range(5):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(f"user{number}@example.com")
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("another@example.com")
    accounts.register()
    accounts.sign_in(address="10.0.0.2")


def test_signing_in_forgets_the_failures_of_the_account(accounts: Accounts) -> None:
    accounts.register()
    for _ in range(3):
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                accounts.sign_in(password="wrong", address=str(new_id()))
        accounts.sign_in(address="10.0.0.1")


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(accounts: Accounts) -> None:
    user_id = accounts.register()
    accounts.hasher.parameters = "v2"
    accounts.sign_in()
    assert accounts.user(user_id).password_hash == "v2:secret"


def test_refreshing_rotates_and_reuse_ends_the_family(accounts: Accounts) -> None:
    accounts.register()
    first = accounts.sign_in()
    second = accounts.refresh(first.refresh)
    assert accounts.refresh(first.refresh).refresh == second.refresh
    accounts.clock.advance(seconds=10)
    with pytest.raises(Unauthenticated) as error:
        accounts.refresh(first.refresh)
    assert code_of(error) == "token_reused"
    with pytest.raises(Unauthenticated) as error:
        accounts.refresh(second.refresh)
    assert code_of(error) == "invalid_token"


def test_signing_out_ends_the_family(accounts: Accounts) -> None:
    accounts.register()
    pair = accounts.sign_in()
    accounts.sign_out(pair.refresh)
    with pytest.raises(Unauthenticated):
        accounts.refresh(pair.refresh)
    accounts.sign_out(pair.refresh)


def test_a_token_spent_just_now_still_signs_out(accounts: Accounts) -> None:
    accounts.register()
    pair = accounts.sign_in()
    successor = accounts.refresh(pair.refresh)

    accounts.sign_out(pair.refresh)

    with pytest.raises(Unauthenticated):
        accounts.refresh(successor.refresh)


def test_a_token_of_no_family_is_refused_and_signed_out_silently(accounts: Accounts) -> None:
    token = FakeRefreshTokens().first(RefreshFamilyId(new_id()))
    with pytest.raises(Unauthenticated) as error:
        accounts.refresh(token)
    assert code_of(error) == "invalid_token"
    accounts.sign_out(token)


def test_a_profile_changes_from_the_version_that_was_read(accounts: Accounts) -> None:
    user_id = accounts.register()
    actor = an_actor(accounts.user(user_id))

    def change(precondition: Precondition) -> None:
        change_profile(
            accounts.database.unit_of_work(),
            ChangeProfile(actor=actor, precondition=precondition, name="Grace"),
        )

    with pytest.raises(VersionRequired):
        change(Precondition.missing())
    with pytest.raises(Stale):
        change(Precondition(versions=frozenset({2, 3})))
    change(Precondition(versions=frozenset({1, 7})))
    assert accounts.user(user_id).name == "Grace"
    change(Precondition(anything=True))
    assert accounts.user(user_id).version == 3
    command = ChangeProfile(actor=actor, precondition=Precondition(anything=True))
    change_profile(accounts.database.unit_of_work(), command)
    assert accounts.user(user_id).version == 3


def test_an_administrator_is_appointed_new_or_not(accounts: Accounts) -> None:
    known = accounts.register()

    def appoint(email: str) -> UserId:
        command = AppointAdministrator(
            user_id=UserId(new_id()), email=email, password="other", name="Boss"
        )
        return appoint_administrator(
            accounts.database.unit_of_work(), command, hasher=accounts.hasher
        )

    assert appoint("ada@example.com") == known
    assert accounts.user(known).roles == {Role.CUSTOMER, Role.ADMIN}
    assert accounts.user(known).password_hash == "v1:secret"
    new = appoint("boss@example.com")
    assert Role.ADMIN in accounts.user(new).roles
