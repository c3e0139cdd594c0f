"""The sandbox does what its tokens say, does it once, and tells it."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from marketplace.application.ports import (
    OperationOutcome,
    ProviderEventKind,
    ProviderOutcome,
    ProviderStatus,
    RequestedAction,
)
from marketplace.domain.errors import NotFound, Unavailable
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.infrastructure.payments.tokens import Token
from tests.factories import NOW, eur
from tests.fakes import FakeClock
from tests.sandbox import DELAY, FakeBooks, a_sandbox


@pytest.fixture
def books() -> FakeBooks:
    return FakeBooks()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(books: FakeBooks, clock: FakeClock) -> SandboxProvider:
    return a_sandbox(books, clock=clock)


def authorize(
    sandbox: SandboxProvider, token: str = "tok_ok", *, capture: bool = True
) -> ProviderOutcome:
    return sandbox.authorize(key="k", amount=eur(100), token=token, capture=capture)


def capture(sandbox: SandboxProvider, amount: int, key: str = "c") -> OperationOutcome:
    return sandbox.capture(key=key, payment_key="k", reference="", amount=eur(amount))


def refund(sandbox: SandboxProvider, amount: int, key: str = "r") -> OperationOutcome:
    return sandbox.refund(key=key, payment_key="k", reference="", amount=eur(amount))


def kinds(books: FakeBooks) -> list[ProviderEventKind]:
    return [event.kind for event in books.told]


@pytest.mark.parametrize(
    ("token", "capture", "status", "told"),
    [
        ("tok_ok", True, ProviderStatus.CAPTURED, [ProviderEventKind.CAPTURED]),
        ("tok_ok", False, ProviderStatus.AUTHORIZED, [ProviderEventKind.AUTHORIZED]),
        ("tok_refund_fails", True, ProviderStatus.CAPTURED, [ProviderEventKind.CAPTURED]),
        ("tok_declined", True, ProviderStatus.DECLINED, [ProviderEventKind.FAILED]),
        ("tok_unheard_of", True, ProviderStatus.DECLINED, [ProviderEventKind.FAILED]),
        ("tok_pending", True, ProviderStatus.PENDING, []),
        ("tok_pending_fails", True, ProviderStatus.PENDING, []),
        ("tok_action", True, ProviderStatus.PENDING, []),
    ],
)
def test_tokens(
    sandbox: SandboxProvider,
    books: FakeBooks,
    token: str,
    capture: bool,
    status: ProviderStatus,
    told: list[ProviderEventKind],
) -> None:
    outcome = authorize(sandbox, token, capture=capture)

    assert outcome.status is status
    assert (outcome.reason is not None) is (status is ProviderStatus.DECLINED)
    assert (outcome.next_action is not None) is (token == "tok_action")
    assert kinds(books) == told


def test_the_documentation_lists_every_token() -> None:
    page = (Path(__file__).parents[3] / "docs/concepts/sandbox.md").read_text(encoding="utf-8")

    assert set(re.findall(r"`(tok_\w+)`", page)) == set(Token)


def test_what_it_tells_is_what_happened(sandbox: SandboxProvider, books: FakeBooks) -> None:
    outcome = authorize(sandbox)

    (notice,) = books.notices
    assert notice.due_at == NOW + DELAY
    assert notice.event.payment_key == "k"
    assert notice.event.operation_key is None
    assert notice.event.amount == eur(100)
    assert notice.event.reference == outcome.reference
    assert notice.event.occurred_at == NOW


def test_the_first_outcome_of_a_key_is_that_of_every_repeat(
    sandbox: SandboxProvider, books: FakeBooks
) -> None:
    first = authorize(sandbox)

    assert authorize(sandbox, "tok_declined", capture=False) == first
    assert len(books.told) == 1


def test_a_slow_payment_is_made_after_a_second(books: FakeBooks) -> None:
    waited: list[float] = []

    outcome = authorize(a_sandbox(books, wait=waited.append), "tok_slow")

    assert (outcome.status, waited) == (ProviderStatus.CAPTURED, [1])


def test_a_timeout_waits_and_says_nothing(books: FakeBooks) -> None:
    waited: list[float] = []
    with pytest.raises(Unavailable) as refused:
        authorize(a_sandbox(books, wait=waited.append), "tok_timeout")

    assert refused.value.code == "payment_unknown"
    assert waited == [5]
    assert books == FakeBooks()


def test_of_a_lost_reply_the_repeat_tells(sandbox: SandboxProvider, books: FakeBooks) -> None:
    with pytest.raises(Unavailable, match="did not answer"):
        authorize(sandbox, "tok_lost_reply")
    assert authorize(sandbox, "tok_lost_reply").status is ProviderStatus.CAPTURED

    with pytest.raises(Unavailable, match="did not answer"):
        refund(sandbox, 30)
    assert refund(sandbox, 30).succeeded
    assert books.charges["k"].refunded == 30


@pytest.mark.parametrize(
    ("token", "capture", "status", "told"),
    [
        ("tok_pending", True, ProviderStatus.CAPTURED, ProviderEventKind.CAPTURED),
        ("tok_pending", False, ProviderStatus.AUTHORIZED, ProviderEventKind.AUTHORIZED),
        ("tok_pending_fails", True, ProviderStatus.DECLINED, ProviderEventKind.FAILED),
    ],
)
def test_what_is_pending_is_decided_later(
    sandbox: SandboxProvider,
    books: FakeBooks,
    clock: FakeClock,
    token: str,
    capture: bool,
    status: ProviderStatus,
    told: ProviderEventKind,
) -> None:
    authorize(sandbox, token, capture=capture)
    clock.now = NOW + DELAY - timedelta(microseconds=1)
    assert sandbox.settle_due(10) == 0

    clock.now = NOW + DELAY
    assert [sandbox.settle_due(10) for _ in range(2)] == [1, 0]

    assert authorize(sandbox, token).status is status
    (notice,) = books.notices
    assert (notice.event.kind, notice.due_at) == (told, clock.now)


def test_what_was_voided_while_pending_stays_so(
    sandbox: SandboxProvider, books: FakeBooks, clock: FakeClock
) -> None:
    authorize(sandbox, "tok_pending")
    sandbox.void(key="k")
    clock.now = NOW + DELAY

    assert sandbox.settle_due(10) == 0
    assert kinds(books) == [ProviderEventKind.VOIDED]


@pytest.mark.parametrize(
    ("approve", "status", "told"),
    [
        (True, ProviderStatus.CAPTURED, ProviderEventKind.CAPTURED),
        (False, ProviderStatus.DECLINED, ProviderEventKind.FAILED),
    ],
)
def test_the_buyer_decides_once(
    sandbox: SandboxProvider,
    books: FakeBooks,
    clock: FakeClock,
    approve: bool,
    status: ProviderStatus,
    told: ProviderEventKind,
) -> None:
    asked = authorize(sandbox, "tok_action")
    assert asked.next_action is not None
    assert asked.next_action.url == f"/sandbox/actions/{asked.reference}"
    clock.advance(days=1)
    assert sandbox.settle_due(10) == 0
    assert sandbox.look_up(asked.reference) == RequestedAction(amount=eur(100), approved=None)

    answered = RequestedAction(amount=eur(100), approved=approve)
    assert sandbox.answer(asked.reference, approve=approve) == answered
    assert sandbox.answer(asked.reference, approve=not approve) == answered

    assert sandbox.look_up(asked.reference) == answered
    repeated = authorize(sandbox, "tok_action")
    assert (repeated.status, repeated.next_action) == (status, None)
    assert kinds(books) == [told]


@pytest.mark.parametrize("reference", ["sbx_nothing", "of another token"])
def test_only_what_was_asked_can_be_answered(sandbox: SandboxProvider, reference: str) -> None:
    other = authorize(sandbox, "tok_pending").reference
    with pytest.raises(NotFound):
        sandbox.answer(other if reference == "of another token" else reference, approve=True)
    with pytest.raises(NotFound):
        sandbox.look_up(other if reference == "of another token" else reference)
    assert authorize(sandbox).status is ProviderStatus.PENDING


def test_an_authorisation_is_captured_in_parts(sandbox: SandboxProvider, books: FakeBooks) -> None:
    first = authorize(sandbox, capture=False)

    assert capture(sandbox, 60, "c1").succeeded
    too_much = capture(sandbox, 41, "c2")
    assert (too_much.succeeded, too_much.reason) == (
        False,
        "Of what was authorised, 40 minor units are left.",
    )
    assert capture(sandbox, 40, "c3").succeeded

    assert books.charges["k"].captured == 100
    assert authorize(sandbox) == first
    # What was refused has changed nothing.
    assert [(event.kind, event.operation_key) for event in books.told] == [
        (ProviderEventKind.AUTHORIZED, None),
        (ProviderEventKind.CAPTURED, "c1"),
        (ProviderEventKind.CAPTURED, "c3"),
    ]


def test_the_first_outcome_of_an_operation_is_that_of_every_repeat(
    sandbox: SandboxProvider, books: FakeBooks
) -> None:
    authorize(sandbox, capture=False)
    early = refund(sandbox, 60, "early")
    done = capture(sandbox, 60)

    assert not early.succeeded
    assert refund(sandbox, 60, "early") == early
    assert capture(sandbox, 40) == done
    assert books.charges["k"].captured == 60


def test_no_more_is_refunded_than_was_captured(sandbox: SandboxProvider, books: FakeBooks) -> None:
    authorize(sandbox, capture=False)
    capture(sandbox, 60)

    assert refund(sandbox, 50, "r1").succeeded
    assert not refund(sandbox, 11, "r2").succeeded
    assert refund(sandbox, 10, "r3").succeeded

    assert books.charges["k"].refunded == 60
    assert [(event.kind, event.operation_key) for event in books.told[2:]] == [
        (ProviderEventKind.REFUNDED, "r1"),
        (ProviderEventKind.REFUND_FAILED, "r2"),
        (ProviderEventKind.REFUNDED, "r3"),
    ]


def test_a_token_makes_refunds_fail(sandbox: SandboxProvider, books: FakeBooks) -> None:
    authorize(sandbox, "tok_refund_fails")

    failed = refund(sandbox, 10)

    assert not failed.succeeded
    assert failed.reason == books.told[-1].reason is not None
    assert kinds(books) == [ProviderEventKind.CAPTURED, ProviderEventKind.REFUND_FAILED]


@pytest.mark.parametrize(
    ("token", "amount"),
    [
        ("tok_declined", eur(1)),
        ("tok_pending", eur(1)),
        ("tok_ok", eur(0)),
        ("tok_ok", eur(-1)),
        ("tok_ok", Money(1, "USD")),
    ],
)
def test_what_cannot_be_captured(sandbox: SandboxProvider, token: str, amount: Money) -> None:
    authorize(sandbox, token, capture=False)

    outcome = sandbox.capture(key="c", payment_key="k", reference="", amount=amount)

    assert not outcome.succeeded
    assert outcome.reason is not None


def test_operations_need_a_payment(sandbox: SandboxProvider, books: FakeBooks) -> None:
    assert not capture(sandbox, 1).succeeded
    assert not refund(sandbox, 1).succeeded
    assert books == FakeBooks()


@pytest.mark.parametrize("captured", [0, 60])
def test_a_void_undoes_what_was_done(
    sandbox: SandboxProvider, books: FakeBooks, captured: int
) -> None:
    authorize(sandbox, capture=False)
    if captured:
        capture(sandbox, captured)

    sandbox.void(key="k")
    sandbox.void(key="k")

    assert books.charges["k"].refunded == captured
    assert kinds(books).count(ProviderEventKind.VOIDED) == 1
    assert authorize(sandbox).status is ProviderStatus.DECLINED
    assert not capture(sandbox, 1, "late").succeeded
    assert not refund(sandbox, 1, "late too").succeeded


def test_a_void_bars_a_key_that_was_never_used(sandbox: SandboxProvider, books: FakeBooks) -> None:
    sandbox.void(key="k")

    outcome = authorize(sandbox)

    assert (outcome.status, outcome.reason) == (ProviderStatus.DECLINED, "The payment was voided.")
    assert books.told == []


def test_what_was_declined_has_nothing_to_void(sandbox: SandboxProvider, books: FakeBooks) -> None:
    declined = authorize(sandbox, "tok_declined")

    sandbox.void(key="k")

    assert authorize(sandbox) == declined
    assert kinds(books) == [ProviderEventKind.FAILED]


def test_references_tell_nothing(sandbox: SandboxProvider) -> None:
    references = {
        sandbox.authorize(key=f"k{number}", amount=eur(1), token="tok_ok", capture=True).reference
        for number in range(100)
    }
    assert len(references) == 100
    assert all(len(reference) == len("sbx_") + 32 for reference in references)


def test_every_event_has_an_id_of_its_own(sandbox: SandboxProvider, books: FakeBooks) -> None:
    authorize(sandbox)
    refund(sandbox, 1, "r1")
    refund(sandbox, 1, "r2")

    first, second, third = books.told
    assert len({first.id, second.id, third.id}) == 3
    assert replace(third, id=second.id, operation_key="r1", reference=second.reference) == second
