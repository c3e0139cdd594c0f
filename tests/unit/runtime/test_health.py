"""Probes get an answer in time, whatever hangs."""

from threading import Event, Thread
from time import monotonic

import pytest
from flask import Flask

from marketplace.infrastructure.application import health


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.2)


def test_a_check_that_hangs_is_asked_once_and_not_waited_for() -> None:
    app, go_on, asked = Flask("probed"), Event(), []

    def hang() -> list[str]:
        asked.append(True)
        go_on.wait(10)
        return []

    health.serve(app, [hang])
    statuses: list[int] = []

    def probe() -> None:
        statuses.append(app.test_client().get("/health/ready").status_code)

    began = monotonic()
    probes = [Thread(target=probe) for _ in range(5)]
    for each in probes:
        each.start()
    for each in probes:
        each.join()
    assert statuses == [503] * 5
    assert monotonic() - began < 1
    assert app.test_client().get("/health/live").status_code == 200
    assert len(asked) == 1
    go_on.set()
    probe()
    assert statuses[-1] == 200


def test_a_check_that_raises_is_a_fault() -> None:
    app = Flask("probed")

    def fail() -> list[str]:
        raise ValueError("broken")

    health.serve(app, [fail])
    for _ in range(2):
        assert app.test_client().get("/health/ready").status_code == 503
