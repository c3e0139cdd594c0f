"""The page on which a buyer answers the sandbox."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.application.ports import ProviderStatus
from marketplace.domain.shared.money import Money
from marketplace.infrastructure.payments.sandbox import SandboxProvider
from marketplace.presentation.rest import problems
from marketplace.presentation.sandbox import pages
from tests.sandbox import a_sandbox


@pytest.fixture
def sandbox() -> SandboxProvider:
    return a_sandbox()


@pytest.fixture
def client(sandbox: SandboxProvider) -> FlaskClient:
    app = Flask("sandbox", static_folder=None)
    problems.register(app)
    pages.install(app, sandbox)
    return app.test_client()


def status(sandbox: SandboxProvider) -> ProviderStatus:
    return sandbox.authorize(
        key="k", amount=Money(1250, "EUR"), token="tok_action", capture=True
    ).status


def address(sandbox: SandboxProvider, amount: Money | None = None) -> str:
    outcome = sandbox.authorize(
        key="k", amount=amount or Money(1250, "EUR"), token="tok_action", capture=True
    )
    assert outcome.next_action is not None
    return outcome.next_action.url


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Money(1250, "EUR"), "12.50 EUR"),
        (Money(5, "EUR"), "0.05 EUR"),
        (Money(1250, "JPY"), "1250 JPY"),
        (Money(1, "KWD"), "0.001 KWD"),
        (Money(2**53 - 1, "EUR"), "90071992547409.91 EUR"),
    ],
)
def test_it_asks_for_the_amount(
    client: FlaskClient, sandbox: SandboxProvider, amount: Money, shown: str
) -> None:
    page = client.get(address(sandbox, amount))

    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert f"<strong>{shown}</strong>?" in page.text
    assert re.findall(r'value="(\w+)"', page.text) == ["approve", "decline"]


def test_it_runs_nothing_and_is_kept_nowhere(client: FlaskClient, sandbox: SandboxProvider) -> None:
    page = client.get(address(sandbox))

    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)
    (stylesheet,) = re.findall(r'href="([^"]+)"', page.text)
    with client.get(stylesheet) as found:
        assert (found.status_code, found.mimetype) == (200, "text/css")


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [
        ("approve", ProviderStatus.CAPTURED, "You approved"),
        ("decline", ProviderStatus.DECLINED, "Nothing is taken"),
    ],
)
def test_the_first_answer_counts(
    client: FlaskClient, sandbox: SandboxProvider, answer: str, outcome: ProviderStatus, said: str
) -> None:
    url = address(sandbox)
    for each in (answer, "approve", "decline"):
        answered = client.post(url, data={"answer": each})
        assert (answered.status_code, answered.headers["Location"]) == (303, url)

    page = client.get(url)

    assert status(sandbox) is outcome
    assert said in page.text
    assert "<form" not in page.text


def test_a_look_at_it_answers_nothing(client: FlaskClient, sandbox: SandboxProvider) -> None:
    url = address(sandbox)

    client.get(f"{url}?answer=approve")

    assert status(sandbox) is ProviderStatus.PENDING


@pytest.mark.parametrize("form", [{}, {"answer": ""}, {"answer": "yes"}])
def test_an_answer_that_is_none(
    client: FlaskClient, sandbox: SandboxProvider, form: dict[str, str]
) -> None:
    answered = client.post(address(sandbox), data=form)

    assert (answered.status_code, answered.mimetype) == (400, "application/problem+json")
    assert status(sandbox) is ProviderStatus.PENDING


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_that_nobody_was_sent_to(client: FlaskClient, method: str) -> None:
    answered = client.open(
        "/sandbox/actions/sbx_guessed", method=method, data={"answer": "approve"}
    )

    assert (answered.status_code, answered.mimetype) == (404, "application/problem+json")
