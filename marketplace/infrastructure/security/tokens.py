"""Access tokens (signed, short-lived) and refresh tokens (opaque, rotating)."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

import jwt

from marketplace.application.ports import AccessClaims
from marketplace.domain.errors import Unauthenticated
from marketplace.domain.shared.ids import OrderId, RefreshFamilyId, UserId

ALGORITHM = "HS256"
SHORTEST_SECRET = 32
"""Bytes. RFC 7518, section 3.2: a key no shorter than the hash."""

_LEEWAY = timedelta(seconds=5)
_FAMILY_BYTES = 16
_SECRET_BYTES = 32
_SEAL_BYTES = 15
_ORDER_PREFIX = "order."
_ORDER_BYTES = 16
_ORDER_SEAL_BYTES = 20


def derive_key(secret: str, purpose: str) -> bytes:
    """A key for one purpose out of the one secret, so that no token serves as another.

    Raises:
        ValueError: the secret is too short.
    """
    material = secret.encode()
    if len(material) < SHORTEST_SECRET:
        raise ValueError(f"the secret key needs at least {SHORTEST_SECRET} bytes")
    return hmac.digest(material, f"marketplace:{purpose}".encode(), "sha256")


class JwtAccessTokens:
    """Implements `application.ports.AccessTokens` by JWT (RFC 7519, RFC 8725)."""

    def __init__(self, *, secret: str, lifetime: timedelta, issuer: str, audience: str) -> None:
        self._key = derive_key(secret, "access")
        self._lifetime = lifetime
        self._issuer = issuer
        self._audience = audience

    @property
    def lifetime(self) -> timedelta:
        return self._lifetime

    def issue(self, claims: AccessClaims, now: datetime) -> str:
        payload = {
            "sub": str(claims.user_id),
            "sid": str(claims.family_id),
            "ver": claims.session_version,
            "iss": self._issuer,
            "aud": self._audience,
            "iat": now,
            "exp": now + self._lifetime,
        }
        return jwt.encode(payload, self._key, algorithm=ALGORITHM)

    def read(self, token: str) -> AccessClaims:
        try:
            payload = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "sid", "ver"]},
            )
            return AccessClaims(
                user_id=UserId(UUID(payload["sub"])),
                family_id=RefreshFamilyId(UUID(payload["sid"])),
                session_version=int(payload["ver"]),
            )
        except jwt.ExpiredSignatureError:
            raise Unauthenticated(
                "token_expired", "The access token has expired: refresh it."
            ) from None
        except (jwt.InvalidTokenError, ValueError, TypeError):
            raise Unauthenticated("invalid_token", "This is no access token of ours.") from None


class HmacRefreshTokens:
    """Implements `application.ports.RefreshTokens`.

    A token is its family's id, a secret, and an HMAC of both, in base64url: whoever knows the id
    from an access token can forge none. A successor's secret is an HMAC of its predecessor: a
    lost reply can be given again without storing any token.
    """

    def __init__(self, *, secret: str, lifetime: timedelta) -> None:
        self._key = derive_key(secret, "refresh")
        self._seal_key = derive_key(secret, "refresh seal")
        self._lifetime = lifetime

    @property
    def lifetime(self) -> timedelta:
        return self._lifetime

    def first(self, family_id: RefreshFamilyId) -> str:
        return self._sealed(family_id.bytes + secrets.token_bytes(_SECRET_BYTES))

    def successor(self, token: str) -> str:
        family_id = self.family(token)
        return self._sealed(family_id.bytes + hmac.digest(self._key, token.encode(), "sha256"))

    def family(self, token: str) -> RefreshFamilyId:
        try:
            raw = urlsafe_b64decode(token.encode("ascii"))
        except ValueError:
            raw = b""
        sealed = self._sealed(raw[: _FAMILY_BYTES + _SECRET_BYTES])
        if not hmac.compare_digest(sealed.encode(), token.encode()):
            raise Unauthenticated("invalid_token", "This is no refresh token of ours.")
        return RefreshFamilyId(UUID(bytes=raw[:_FAMILY_BYTES]))

    def _sealed(self, content: bytes) -> str:
        seal = hmac.digest(self._seal_key, content, "sha256")[:_SEAL_BYTES]
        return urlsafe_b64encode(content + seal).decode()

    def hash(self, token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


class HmacOrderTokens:
    """Implements `application.ports.OrderTokens`: the order's id and an HMAC of it."""

    def __init__(self, *, secret: str) -> None:
        self._key = derive_key(secret, "order")

    def issue(self, order_id: OrderId) -> str:
        seal = hmac.digest(self._key, order_id.bytes, "sha256")[:_ORDER_SEAL_BYTES]
        return _ORDER_PREFIX + urlsafe_b64encode(order_id.bytes + seal).decode()

    def names(self, token: str) -> bool:
        return token.startswith(_ORDER_PREFIX)

    def read(self, token: str) -> OrderId:
        try:
            raw = urlsafe_b64decode(token.removeprefix(_ORDER_PREFIX).encode("ascii"))
            order_id = OrderId(UUID(bytes=raw[:_ORDER_BYTES]))
        except ValueError:
            order_id = OrderId(UUID(int=0))
        if not hmac.compare_digest(self.issue(order_id).encode(), token.encode()):
            raise Unauthenticated("invalid_token", "This is no token of an order.")
        return order_id
