"""Accounts: register, change; sessions: sign in, refresh, sign out."""

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
from marketplace.application.ports import (
    AccessClaims,
    AccessTokens,
    PasswordHasher,
    RefreshTokens,
)
from marketplace.application.unit_of_work import UnitOfWork, transaction_step
from marketplace.domain.errors import Conflict, TooManyAttempts, Unauthenticated
from marketplace.domain.identity.refresh_family import RefreshFamily
from marketplace.domain.identity.repositories import AttemptLimit
from marketplace.domain.identity.user import User, fold_email
from marketplace.domain.shared.ids import RefreshFamilyId, UserId


def register(uow: UnitOfWork, command: Register, *, hasher: PasswordHasher) -> UserId:
    """Open an account, which can sign in at once.

    Raises:
        Conflict: `email_taken`.
    """
    return _open_account(uow, command, hasher.hash(command.password))


@transaction_step
def _open_account(uow: UnitOfWork, command: Register, password_hash: str) -> UserId:
    with uow:
        if uow.users.find_by_email(command.email) is not None:
            raise Conflict("email_taken", "An account with this address exists.", field="/email")
        user = User.register(
            id=command.user_id,
            email=command.email,
            name=command.name,
            password_hash=password_hash,
            now=uow.now,
        )
        uow.users.add(user)
        uow.commit()
    return command.user_id


def appoint_administrator(
    uow: UnitOfWork, command: AppointAdministrator, *, hasher: PasswordHasher
) -> UserId:
    """Open an account that may administer, or make an administrator of the one there is."""
    password_hash = hasher.hash(command.password)
    with uow:
        user = uow.users.find_by_email(command.email)
        if user is None:
            user = User.register(
                id=command.user_id,
                email=command.email,
                name=command.name,
                password_hash=password_hash,
                now=uow.now,
            )
            uow.users.add(user)
        user.make_admin(uow.now)
        uow.commit()
    return user.id


@transaction_step
def change_profile(uow: UnitOfWork, command: ChangeProfile) -> None:
    with uow:
        user = uow.users.get(command.actor.user_id)
        command.precondition.check("user", user)
        if command.name is not None:
            user.rename(command.name, uow.now)
        uow.commit()


def sign_in(
    uow: UnitOfWork,
    command: SignIn,
    *,
    hasher: PasswordHasher,
    access_tokens: AccessTokens,
    refresh_tokens: RefreshTokens,
    limits: LoginLimits,
) -> TokenPair:
    """Exchange a password for a pair of tokens.

    The attempt is counted before the password is hashed, and hashing holds no transaction.

    Raises:
        TooManyAttempts: of this account or from this address.
        Unauthenticated: `invalid_credentials`, whether or not the account exists.
    """
    counted = _limits_of(command, limits)
    user = _count_attempt(uow, command, counted)
    if not hasher.verify(user.password_hash if user else None, command.password) or user is None:
        raise Unauthenticated("invalid_credentials", "The login or the password is wrong.")
    rehashed = hasher.hash(command.password) if hasher.needs_rehash(user.password_hash) else None
    return _open_session(uow, command, user.id, counted, rehashed, access_tokens, refresh_tokens)


def _limits_of(command: SignIn, limits: LoginLimits) -> list[AttemptLimit]:
    return [
        AttemptLimit(f"account:{fold_email(command.login)}", limits.per_account, limits.window),
        AttemptLimit(f"address:{command.address}", limits.per_address, limits.window),
    ]


@transaction_step
def _count_attempt(uow: UnitOfWork, command: SignIn, counted: list[AttemptLimit]) -> User | None:
    with uow:
        exceeded = uow.login_throttle.attempt(counted, uow.now)
        if exceeded is not None:
            raise TooManyAttempts(
                "Too many failed sign-ins: wait, then try again.",
                limit=exceeded.most,
                retry_after=exceeded.retry_after,
            )
        user = uow.users.find_by_email(command.login)
        uow.commit()
    return user


@transaction_step
def _open_session(
    uow: UnitOfWork,
    command: SignIn,
    user_id: UserId,
    counted: list[AttemptLimit],
    rehashed: str | None,
    access_tokens: AccessTokens,
    refresh_tokens: RefreshTokens,
) -> TokenPair:
    token = refresh_tokens.first(command.family_id)
    with uow:
        user = uow.users.get(user_id)
        uow.login_throttle.succeeded(counted, uow.now)
        if rehashed is not None:
            user.rehash_password(rehashed)
        uow.refresh_families.add(
            RefreshFamily.start(
                id=command.family_id,
                user_id=user.id,
                token_hash=refresh_tokens.hash(token),
                now=uow.now,
                lifetime=refresh_tokens.lifetime,
            )
        )
        pair = _pair(uow, user, command.family_id, token, access_tokens)
        uow.commit()
    return pair


@transaction_step
def refresh(
    uow: UnitOfWork,
    command: Refresh,
    *,
    access_tokens: AccessTokens,
    refresh_tokens: RefreshTokens,
) -> TokenPair:
    """Exchange a refresh token for its successor.

    Raises:
        Unauthenticated: `invalid_token`; `token_reused` when it was spent before, which ends
            the whole family.
    """
    family_id = refresh_tokens.family(command.token)
    successor = refresh_tokens.successor(command.token)
    with uow:
        family = uow.refresh_families.find_for_update(family_id)
        if family is None:
            raise Unauthenticated("invalid_token", "This refresh token is unknown.")
        good = family.rotate(
            token_hash=refresh_tokens.hash(command.token),
            successor_hash=refresh_tokens.hash(successor),
            now=uow.now,
            lifetime=refresh_tokens.lifetime,
        )
        user = uow.users.get(family.user_id)
        pair = _pair(uow, user, family_id, successor, access_tokens)
        uow.commit()
    if not good:
        raise Unauthenticated("token_reused", "This refresh token was used before: sign in again.")
    return pair


@transaction_step
def sign_out(uow: UnitOfWork, command: SignOut, *, refresh_tokens: RefreshTokens) -> None:
    """End the session of a refresh token, spent or not. Ending it twice is no fault."""
    family_id = refresh_tokens.family(command.token)
    with uow:
        family = uow.refresh_families.find_for_update(family_id)
        if family is not None:
            family.end(uow.now)
        uow.commit()


def _pair(
    uow: UnitOfWork,
    user: User,
    family_id: RefreshFamilyId,
    refresh_token: str,
    access_tokens: AccessTokens,
) -> TokenPair:
    claims = AccessClaims(
        user_id=user.id, family_id=family_id, session_version=user.session_version
    )
    return TokenPair(
        access=access_tokens.issue(claims, uow.now),
        refresh=refresh_token,
        expires_in=int(access_tokens.lifetime.total_seconds()),
    )
