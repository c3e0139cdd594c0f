"""The sandbox does what its tokens say, and does it once."""

import pytest

from marketplace.application.ports import ProviderOutcome, ProviderStatus
from marketplace.domain.errors import Unavailable
from marketplace.infrastructure.payments.sandbox import (
    ChargeStatus,
    SandboxCharge,
    SandboxProvider,
)
from tests.factories import eur


class Books:
    def __init__(self) -> None:
        self.charges: dict[str, SandboxCharge] = {}

    def record(self, charge: SandboxCharge) -> SandboxCharge:
        return self.charges.setdefault(charge.key, charge)

    def void(self, key: str) -> None:
        self.charges[key] = SandboxCharge(
            key=key, reference="", amount=eur(0), status=ChargeStatus.VOIDED
        )


def authorize(sandbox: SandboxProvider, token: str, *, capture: bool = True) -> ProviderOutcome:
    return sandbox.authorize(key="k", amount=eur(100), token=token, capture=capture)


@pytest.mark.parametrize(
    ("token", "capture", "status"),
    [
        ("tok_ok", True, ProviderStatus.CAPTURED),
        ("tok_ok", False, ProviderStatus.AUTHORIZED),
        ("tok_declined", True, ProviderStatus.DECLINED),
        ("tok_unheard_of", True, ProviderStatus.DECLINED),
    ],
)
def test_tokens(token: str, capture: bool, status: ProviderStatus) -> None:
    outcome = authorize(SandboxProvider(Books()), token, capture=capture)
    assert outcome.status is status
    assert (outcome.reason is not None) is (status is ProviderStatus.DECLINED)


def test_the_first_outcome_of_a_key_is_that_of_every_repeat() -> None:
    sandbox = SandboxProvider(Books())
    first = authorize(sandbox, "tok_ok")
    assert authorize(sandbox, "tok_declined", capture=False) == first


def test_what_is_voided_or_barred_is_declined() -> None:
    sandbox = SandboxProvider(Books())
    sandbox.void(key="k")
    assert authorize(sandbox, "tok_ok").status is ProviderStatus.DECLINED


def test_a_timeout_waits_and_says_nothing() -> None:
    books, waited = Books(), list[float]()
    sandbox = SandboxProvider(books, timeout=5, wait=waited.append)
    with pytest.raises(Unavailable) as refused:
        authorize(sandbox, "tok_timeout")
    assert refused.value.code == "payment_unknown"
    assert waited == [5]
    assert books.charges == {}
