"""The sandbox: a payment provider that moves no money and always does what its token says.

It keeps books of its own, as a provider elsewhere would, and honours its idempotency keys: the
first outcome of a key is the outcome of every repeat.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from marketplace.application.ports import ProviderOutcome, ProviderStatus
from marketplace.domain.errors import Unavailable
from marketplace.domain.shared.money import Money


class ChargeStatus(StrEnum):
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    DECLINED = "declined"
    VOIDED = "voided"


@dataclass(frozen=True, kw_only=True)
class SandboxCharge:
    key: str
    reference: str
    amount: Money
    status: ChargeStatus
    reason: str | None = None


class SandboxBooks(Protocol):
    def record(self, charge: SandboxCharge) -> SandboxCharge:
        """Write `charge` down unless its key is known; return what stands under the key."""

    def void(self, key: str) -> None:
        """Void what stands under the key, or bar the key where nothing does."""


class SandboxProvider:
    """Implements `application.ports.PaymentProvider`.

    Tokens: `tok_ok` pays; `tok_timeout` keeps the caller waiting for `timeout` seconds and then
    says nothing; `tok_declined`, and any that it does not know, is declined.
    """

    name = "sandbox"

    def __init__(
        self,
        books: SandboxBooks,
        *,
        timeout: float = 5.0,
        wait: Callable[[float], object] = time.sleep,
    ) -> None:
        self._books = books
        self._timeout = timeout
        self._wait = wait

    def authorize(self, *, key: str, amount: Money, token: str, capture: bool) -> ProviderOutcome:
        if token == "tok_timeout":  # noqa: S105 - a name in the sandbox, no secret
            self._wait(self._timeout)
            raise Unavailable(
                "payment_unknown",
                "The payment provider did not answer in time: repeat with the same key.",
            )
        reason = _refusal(token)
        if reason is not None:
            status = ChargeStatus.DECLINED
        else:
            status = ChargeStatus.CAPTURED if capture else ChargeStatus.AUTHORIZED
        charge = self._books.record(
            SandboxCharge(
                key=key, reference=_reference(key), amount=amount, status=status, reason=reason
            )
        )
        if charge.status is ChargeStatus.VOIDED:
            return ProviderOutcome(
                status=ProviderStatus.DECLINED,
                reference=charge.reference,
                reason="The payment was voided.",
            )
        return ProviderOutcome(
            status=ProviderStatus(charge.status), reference=charge.reference, reason=charge.reason
        )

    def void(self, *, key: str) -> None:
        self._books.void(key)


def _refusal(token: str) -> str | None:
    if token == "tok_ok":  # noqa: S105
        return None
    if token == "tok_declined":  # noqa: S105
        return "The card was declined; nothing was charged."
    return "The sandbox does not know this token; nothing was charged."


def _reference(key: str) -> str:
    return "sbx_" + hashlib.sha256(key.encode()).hexdigest()[:24]
