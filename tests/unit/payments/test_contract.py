"""What use cases may rely on, of the sandbox and of the provider that stands for it in tests."""

from collections.abc import Callable

import pytest

from marketplace.application.ports import OperationOutcome, PaymentProvider, ProviderStatus
from marketplace.domain.errors import InvalidSignature
from tests.factories import eur
from tests.fake_provider import FakeProvider
from tests.sandbox import a_sandbox


@pytest.fixture(params=[FakeProvider, a_sandbox])
def provider(request: pytest.FixtureRequest) -> PaymentProvider:
    make: Callable[[], PaymentProvider] = request.param
    return make()


def authorize(provider: PaymentProvider, *, capture: bool) -> ProviderStatus:
    return provider.authorize(key="k", amount=eur(100), token="tok_ok", capture=capture).status


def capture(provider: PaymentProvider, key: str, amount: int) -> OperationOutcome:
    return provider.capture(key=key, payment_key="k", reference="", amount=eur(amount))


def refund(provider: PaymentProvider, key: str, amount: int) -> OperationOutcome:
    return provider.refund(key=key, payment_key="k", reference="", amount=eur(amount))


@pytest.mark.parametrize(
    ("at_once", "status"), [(True, ProviderStatus.CAPTURED), (False, ProviderStatus.AUTHORIZED)]
)
def test_a_repeat_of_a_payment_tells_the_same(
    provider: PaymentProvider, at_once: bool, status: ProviderStatus
) -> None:
    assert authorize(provider, capture=at_once) is status
    assert authorize(provider, capture=not at_once) is status


def test_a_payment_is_captured_and_refunded_in_parts(provider: PaymentProvider) -> None:
    authorize(provider, capture=False)

    assert not refund(provider, "r0", 1).succeeded
    assert capture(provider, "c1", 70).succeeded
    assert not capture(provider, "c2", 31).succeeded
    assert capture(provider, "c3", 30).succeeded
    assert refund(provider, "r1", 99).succeeded
    assert not refund(provider, "r2", 2).succeeded
    assert refund(provider, "r3", 1).succeeded


def test_a_repeat_of_an_operation_does_nothing(provider: PaymentProvider) -> None:
    authorize(provider, capture=True)
    first = refund(provider, "r1", 60)

    assert refund(provider, "r1", 60) == first
    assert first.succeeded
    assert first.reference is not None
    assert refund(provider, "r2", 40).succeeded


def test_a_refusal_is_final(provider: PaymentProvider) -> None:
    authorize(provider, capture=False)
    refused = refund(provider, "r", 10)
    capture(provider, "c", 10)

    assert refund(provider, "r", 10) == refused
    assert refused.reason is not None


@pytest.mark.parametrize("at_once", [True, False])
def test_of_a_void_payment_nothing_is_left(provider: PaymentProvider, at_once: bool) -> None:
    authorize(provider, capture=at_once)

    provider.void(key="k")
    provider.void(key="k")

    assert authorize(provider, capture=at_once) is ProviderStatus.DECLINED
    assert not capture(provider, "c", 1).succeeded
    assert not refund(provider, "r", 1).succeeded


def test_a_void_bars_what_never_came(provider: PaymentProvider) -> None:
    provider.void(key="k")

    assert authorize(provider, capture=True) is ProviderStatus.DECLINED


def test_nobody_else_can_tell_events(provider: PaymentProvider) -> None:
    with pytest.raises(InvalidSignature):
        provider.event({}, b"{}")
