"""Events arrive as they were sent, from nobody else, and not much later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from marketplace.application.ports import ProviderEvent, ProviderEventKind
from marketplace.domain.errors import InvalidSignature, RuleViolated
from marketplace.infrastructure.payments.webhooks import SandboxWebhooks, encode
from marketplace.infrastructure.security.webhooks import Webhooks
from tests.factories import NOW, eur
from tests.sandbox import SECRET

EVENT = ProviderEvent(
    id="evt_1",
    kind=ProviderEventKind.REFUND_FAILED,
    payment_key="payment-1",
    operation_key="refund-1",
    amount=eur(1250),
    reference="sbx_1",
    reason="Zu spät",
    occurred_at=NOW,
)


@pytest.fixture
def webhooks() -> SandboxWebhooks:
    return SandboxWebhooks(SECRET)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize(
    "event",
    [
        EVENT,
        replace(EVENT, operation_key=None, reason=None, kind=ProviderEventKind.CAPTURED),
        replace(EVENT, amount=None, kind=ProviderEventKind.VOIDED),
        replace(EVENT, amount=eur(0)),
    ],
)
def test_an_event_comes_as_it_was(webhooks: SandboxWebhooks, event: ProviderEvent) -> None:
    assert webhooks.read(*webhooks.sign(event, now())) == event


def test_names_of_headers_have_no_case(webhooks: SandboxWebhooks) -> None:
    headers, body = webhooks.sign(EVENT, now())

    assert webhooks.read({name.title(): value for name, value in headers.items()}, body) == EVENT


def test_the_signature_is_that_of_the_specification(webhooks: SandboxWebhooks) -> None:
    headers, body = webhooks.sign(EVENT, now())

    document = Webhook(SECRET).verify(body, headers)

    assert document["type"] == "refundFailed"
    assert set(document) == {"type", "timestamp", "data"}


def test_one_good_signature_of_several_is_enough(webhooks: SandboxWebhooks) -> None:
    headers, body = webhooks.sign(EVENT, now())
    several = f"v1a,abcd v1,{'A' * 44} {headers['webhook-signature']}"

    assert webhooks.read(headers | {"webhook-signature": several}, body) == EVENT


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_header_that_is_missing(webhooks: SandboxWebhooks, missing: str) -> None:
    headers, body = webhooks.sign(EVENT, now())
    del headers[missing]

    with pytest.raises(InvalidSignature):
        webhooks.read(headers, body)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "evt_2"},
        {"webhook-timestamp": "1"},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "1e400"},
        {"webhook-timestamp": "now"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,a,b"},
        {"webhook-signature": "v1,é"},
        {"webhook-signature": "v1,abc"},
        {"webhook-signature": "v2,abcd"},
        {"webhook-signature": " "},
    ],
)
def test_headers_that_are_wrong(webhooks: SandboxWebhooks, changed: dict[str, str]) -> None:
    headers, body = webhooks.sign(EVENT, now())

    with pytest.raises(InvalidSignature):
        webhooks.read(headers | changed, body)


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"null"])
def test_another_body(webhooks: SandboxWebhooks, body: bytes) -> None:
    headers, _ = webhooks.sign(EVENT, now())

    with pytest.raises(InvalidSignature):
        webhooks.read(headers, body)


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_what_is_old_or_of_the_future(webhooks: SandboxWebhooks, off: timedelta) -> None:
    with pytest.raises(InvalidSignature):
        webhooks.read(*webhooks.sign(EVENT, now() + off))


def test_another_secret(webhooks: SandboxWebhooks) -> None:
    with pytest.raises(InvalidSignature):
        webhooks.read(*SandboxWebhooks(SECRET[::-1]).sign(EVENT, now()))


DOCUMENT: dict[str, Any] = encode(EVENT)


def data(**changed: Any) -> dict[str, Any]:
    return DOCUMENT | {"data": DOCUMENT["data"] | changed}


@pytest.mark.parametrize(
    "document",
    [
        b"not json",
        b"",
        [],
        None,
        {},
        DOCUMENT | {"type": "disputed"},
        DOCUMENT | {"timestamp": "yesterday"},
        DOCUMENT | {"timestamp": "2026-03-01T12:00:00"},
        DOCUMENT | {"timestamp": "9999-12-31T23:59:59-23:59"},
        DOCUMENT | {"data": None},
        DOCUMENT | {"data": {"paymentKey": "payment-1"}},
        data(paymentKey=5),
        data(paymentKey="a\x00b"),
        data(operationKey="k" * 201),
        data(amount=None),
        data(amount=12.5),
        data(amount=True),
        data(amount=-1),
        data(amount=2**53),
        data(currency="EURO"),
        data(reference=None),
        data(reason=["late"]),
    ],
)
def test_what_is_signed_well_and_none_of_its_events(
    webhooks: SandboxWebhooks, document: object
) -> None:
    body = document if isinstance(document, bytes) else orjson.dumps(document)

    with pytest.raises(RuleViolated) as refused:
        webhooks.read(Webhooks(SECRET).sign("evt_1", body, now()), body)

    assert refused.value.code == "invalid_event"


def test_an_id_that_is_too_long(webhooks: SandboxWebhooks) -> None:
    with pytest.raises(RuleViolated):
        webhooks.read(*webhooks.sign(replace(EVENT, id="e" * 201), now()))
