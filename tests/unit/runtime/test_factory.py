import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, g, request
from flask.testing import FlaskClient
from werkzeug.exceptions import RequestEntityTooLarge

from marketplace.infrastructure.application import lifecycle
from marketplace.infrastructure.application.factory import ApplicationSettings, create
from marketplace.infrastructure.application.logging import configure
from marketplace.infrastructure.application.metrics import Gauge

things = Blueprint("things", __name__)


@things.get("/things")
def read_things() -> Response:
    return Response(g.request_id)


@things.post("/things")
def take_things() -> Response:
    return Response(str(len(request.get_data())))


@things.get("/page")
def page() -> Response:
    return Response("x", headers={"Content-Security-Policy": "default-src 'self'"})


@things.get("/where")
def where() -> Response:
    return Response(f"{request.remote_addr} {request.url}")


class PlainApi:
    def __init__(self, app: Flask) -> None:
        self.app = app

    def register_blueprint(self, blueprint: Any, /) -> None:
        self.app.register_blueprint(blueprint)


def build(**arguments: Any) -> Flask:
    configure(level="INFO")
    settings = ApplicationSettings(**arguments.pop("settings", {}))
    return create(settings=settings, api_class=PlainApi, blueprints=[things], **arguments)


@pytest.fixture
def client() -> FlaskClient:
    return build(
        settings={"cors_origins": ("https://shop.example", "http://localhost:*")}
    ).test_client()


@pytest.mark.parametrize("sent", ["abc-1.2:3", "a" * 128])
def test_a_sane_request_id_is_kept(client: FlaskClient, sent: str) -> None:
    answer = client.get("/things", headers={"X-Request-ID": sent})
    assert (answer.text, answer.headers["X-Request-ID"]) == (sent, sent)


@pytest.mark.parametrize("sent", ["", "two words", "a" * 129, "<script>"])
def test_any_other_request_id_is_replaced(client: FlaskClient, sent: str) -> None:
    answer = client.get("/things", headers={"X-Request-ID": sent})
    assert answer.headers["X-Request-ID"] not in ("", sent)
    assert answer.text == answer.headers["X-Request-ID"]


def test_a_traceparent_gives_the_request_its_id(client: FlaskClient) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = client.get("/things", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert answer.headers["X-Request-ID"] == trace


def test_every_request_is_one_line_of_json(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get("/things?email=a@b.example", headers={"X-Request-ID": "r1"})
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert line["request_id"] == "r1"
    assert (line["method"], line["path"], line["status"]) == ("GET", "/things", 200)
    assert "email" not in json.dumps(line)


def test_security_headers_everywhere_and_a_page_may_set_its_policy(client: FlaskClient) -> None:
    for path in ("/things", "/missing", "/health/live"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in headers
    assert client.get("/page").headers["Content-Security-Policy"] == "default-src 'self'"
    https = build(settings={"https": True}).test_client()
    assert "max-age" in https.get("/things").headers["Strict-Transport-Security"]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://shop.example", True),
        ("http://localhost:3000", True),
        ("http://localhost:3000.evil.example", False),
        ("http://localhost", False),
        ("https://evil.example", False),
    ],
)
def test_origins(client: FlaskClient, origin: str, allowed: bool) -> None:
    answer = client.get("/things", headers={"Origin": origin})
    assert answer.headers.get("Access-Control-Allow-Origin") == (origin if allowed else None)
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_preflight_allows_what_clients_send_and_exposes_what_they_read(
    client: FlaskClient,
) -> None:
    wanted = "authorization, content-type, idempotency-key, if-match, traceparent"
    answer = client.options(
        "/things",
        headers={
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": wanted,
        },
    )
    allowed = {
        name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")
    }
    assert {name.strip() for name in wanted.split(",")} <= allowed
    exposed = client.get("/things", headers={"Origin": "https://shop.example"}).headers[
        "Access-Control-Expose-Headers"
    ]
    assert {"ETag", "Idempotent-Replayed", "X-RateLimit-Reset"} <= set(exposed.split(", "))


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    assert client.post("/things", data=b"x" * 1_048_576).text == "1048576"
    assert client.post("/things", data=b"x" * 2_000_000).status_code == RequestEntityTooLarge.code


def test_an_untrusted_host_is_refused(client: FlaskClient) -> None:
    answer = client.get("/things", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.headers["X-Request-ID"]
    anyone = build(settings={"trusted_hosts": ("*",)}).test_client()
    assert anyone.get("/things", headers={"Host": "evil.example"}).status_code == 200


def test_only_the_configured_proxies_are_believed(client: FlaskClient) -> None:
    forged = {"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "https"}
    assert client.get("/where", headers=forged).text == "127.0.0.1 http://localhost/where"
    behind = build(settings={"proxy_hops": 1}).test_client()
    chain = forged | {"X-Forwarded-For": "1.1.1.1, 2.2.2.2"}
    assert behind.get("/where", headers=chain).text == "2.2.2.2 https://localhost/where"


def test_health(capsys: pytest.CaptureFixture[str]) -> None:
    faults: list[str] = []
    client = build(health_checks=[lambda: faults]).test_client()
    assert client.get("/health/ready").status_code == 200
    faults.append("No route to the host db1.internal.")
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "db1" not in answer.text
    assert faults[0] in capsys.readouterr().out
    assert client.get("/health/live").status_code == 200


def test_metrics_count_by_operation_and_survive_a_gauge_that_fails() -> None:
    def away() -> float:
        raise ConnectionError("away")

    gauges = [Gauge("outbox_lag_seconds", "Age.", lambda: 2.5), Gauge("lost", "Lost.", away)]
    client = build(gauges=gauges).test_client()
    client.get("/things")
    client.open("/nowhere/1", method="BREW")
    text = client.get("/metrics").text
    counted = 'http_requests_total{method="GET",operation="things.read_things",status="200"} 1.0'
    assert counted in text
    assert 'method="OTHER",operation="unknown",status="404"' in text
    assert "outbox_lag_seconds 2.5" in text
    assert "nowhere" not in text


def test_building_runs_no_task_and_serving_runs_each_once() -> None:
    ran: list[str] = []

    def note(name: str) -> Callable[[], None]:
        return lambda: ran.append(name)

    app = build(
        startup_tasks=[note("first"), note("second")],
        fork_tasks=[note("fork")],
        shutdown_tasks=[note("last"), note("next to last")],
        health_checks=[lambda: ran],
    )
    assert ran == []
    life = lifecycle.of(app)
    life.start()
    life.forked()
    life.stop()
    life.stop()
    assert ran == ["first", "second", "fork", "next to last", "last"]
