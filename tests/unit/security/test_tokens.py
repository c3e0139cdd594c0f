"""Tokens and passwords, and what is no token of ours."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest

from marketplace.application.ports import AccessClaims
from marketplace.domain.errors import Unauthenticated
from marketplace.domain.shared.ids import OrderId, RefreshFamilyId, UserId
from marketplace.infrastructure.security.passwords import Argon2PasswordHasher
from marketplace.infrastructure.security.tokens import (
    HmacOrderTokens,
    HmacRefreshTokens,
    JwtAccessTokens,
    derive_key,
)

SECRET = "s" * 32
CLAIMS = AccessClaims(
    user_id=UserId(uuid4()), family_id=RefreshFamilyId(uuid4()), session_version=3
)


def access(secret: str = SECRET, issuer: str = "us", audience: str = "api") -> JwtAccessTokens:
    return JwtAccessTokens(
        secret=secret, lifetime=timedelta(minutes=10), issuer=issuer, audience=audience
    )


def test_access_tokens_carry_their_claims() -> None:
    token = access().issue(CLAIMS, datetime.now(UTC))
    assert access().read(token) == CLAIMS


def test_an_expired_access_token_says_so() -> None:
    token = access().issue(CLAIMS, datetime.now(UTC) - timedelta(minutes=10, seconds=6))
    with pytest.raises(Unauthenticated) as refused:
        access().read(token)
    assert refused.value.code == "token_expired"


def forged(**changes: object) -> str:
    now = datetime.now(UTC)
    payload: dict[str, object] = {
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "ver": 1,
        "iss": "us",
        "aud": "api",
        "iat": now,
        "exp": now + timedelta(hours=1),
    }
    payload.update(changes)
    payload = {name: value for name, value in payload.items() if value is not None}
    return jwt.encode(payload, derive_key(SECRET, "access"), algorithm="HS256")


def test_the_forger_would_succeed_with_all_claims_in_place() -> None:
    assert access().read(forged()).session_version == 1


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x.y.z",
        access("t" * 32).issue(CLAIMS, datetime.now(UTC)),
        access(issuer="them").issue(CLAIMS, datetime.now(UTC)),
        access(audience="them").issue(CLAIMS, datetime.now(UTC)),
        jwt.encode({"sub": "x"}, "", algorithm="none"),
        *(forged(**{claim: None}) for claim in ("sub", "sid", "ver", "iss", "aud", "iat", "exp")),
        forged(sub="nobody"),
        forged(ver="x"),
    ],
)
def test_what_is_no_access_token(token: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        access().read(token)
    assert refused.value.code == "invalid_token"


def test_a_refresh_token_names_its_family_and_has_one_successor() -> None:
    tokens = HmacRefreshTokens(secret=SECRET, lifetime=timedelta(days=30))
    family = RefreshFamilyId(uuid4())
    first = tokens.first(family)
    assert tokens.first(family) != first
    assert tokens.family(first) == family
    successor = tokens.successor(first)
    assert successor == tokens.successor(first) != first
    assert tokens.family(successor) == family
    assert tokens.hash(successor) != tokens.hash(first)
    other = HmacRefreshTokens(secret="t" * 32, lifetime=timedelta(days=30))
    with pytest.raises(Unauthenticated):
        other.successor(first)


def test_who_knows_a_family_can_forge_none_of_its_tokens() -> None:
    tokens = HmacRefreshTokens(secret=SECRET, lifetime=timedelta(days=30))
    raw = urlsafe_b64decode(tokens.first(RefreshFamilyId(uuid4())))
    for position in (0, 16, 48, len(raw) - 1):
        changed = bytearray(raw)
        changed[position] ^= 1
        with pytest.raises(Unauthenticated):
            tokens.family(urlsafe_b64encode(bytes(changed)).decode())


@pytest.mark.parametrize("token", ["", "x", "é", "A" * 84, "A" * 88, "A" * 83 + "=", "\n" * 84])
def test_what_is_no_refresh_token(token: str) -> None:
    with pytest.raises(Unauthenticated):
        HmacRefreshTokens(secret=SECRET, lifetime=timedelta(days=30)).family(token)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        derive_key("s" * 31, "access")


def test_passwords() -> None:
    hasher = Argon2PasswordHasher(memory_kib=64, time_cost=1)
    stored = hasher.hash("correct horse")
    assert hasher.verify(stored, "correct horse")
    assert not hasher.verify(stored, "wrong horse")
    assert not hasher.verify(None, "nobody has this password")
    assert not hasher.verify("no hash", "correct horse")
    assert not hasher.needs_rehash(stored)
    assert Argon2PasswordHasher(memory_kib=128, time_cost=1).needs_rehash(stored)


class TestOrderTokens:
    tokens = HmacOrderTokens(secret=SECRET)

    def test_name_their_order(self) -> None:
        order_id = OrderId(uuid4())
        token = self.tokens.issue(order_id)
        assert self.tokens.names(token)
        assert self.tokens.read(token) == order_id
        assert token == self.tokens.issue(order_id)
        assert not self.tokens.names(access().issue(CLAIMS, datetime.now(UTC)))

    def test_forged_ones_are_refused(self) -> None:
        token = self.tokens.issue(OrderId(uuid4()))
        other = self.tokens.issue(OrderId(uuid4()))
        elsewhere = HmacOrderTokens(secret="t" * 32).issue(OrderId(uuid4()))
        forged = [
            "order.",
            "order.junk",
            token[:-1],
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            token + "=",
            token + "\n",
            token[:30] + other[30:],
            token.removeprefix("order."),
            elsewhere,
            "order.ü",
        ]
        for each in forged:
            with pytest.raises(Unauthenticated) as refused:
                self.tokens.read(each)
            assert refused.value.code == "invalid_token"
