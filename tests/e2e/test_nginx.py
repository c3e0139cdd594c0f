"""The shipped configuration of nginx, run by the real nginx in front of gunicorn."""

import http.client
import json
import os
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.nginx import NAMES, configure, running
from tests.processes import environment, free_port, run, serving
from tests.tools import require

LIMIT = 1_048_576
PICTURE_LIMIT = 10_551_296
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Proxy:
    """`port` is nginx's, `backend` is where it looks for the application."""

    port: int
    backend: int
    http: httpx.Client

    def sends(self, data: bytes) -> tuple[int, dict[str, str], bytes]:
        """The answer to bytes that no client library would send."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(data)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read()


@contextmanager
def proxying(folder: Path) -> Iterator[Proxy]:
    port, backend = free_port(), free_port()
    command = configure(
        require(*NAMES),
        folder,
        "plain.conf",
        {
            "web:8000": f"127.0.0.1:{backend}",
            "listen 8080": f"listen 127.0.0.1:{port}",
            "client_header_timeout 10s": "client_header_timeout 1s",
        },
    )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10)
    with running(command, port, folder / "log"), client:
        yield Proxy(port, backend, client)


@pytest.fixture(scope="module")
def lonely(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """nginx with nothing behind it."""
    with proxying(tmp_path_factory.mktemp("lonely")) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """nginx in front of gunicorn with an application that tells what it received."""
    folder = tmp_path_factory.mktemp("proxy")
    with (
        proxying(folder) as found,
        serving(
            *(sys.executable, "-m", "gunicorn", "--workers", "1", "--config"),
            "python:marketplace.infrastructure.application.gunicorn",
            *("--bind", f"127.0.0.1:{found.backend}", "tests.e2e.echo_app:app"),
            ready=f"http://127.0.0.1:{found.backend}/health/ready",
            env=environment(""),
            log=folder / "gunicorn.log",
        ),
    ):
        yield found


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, object]:
    """The body of an answer that has to be this problem, with what belongs around it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    body: dict[str, object] = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == f"/docs/problems#{code}"
    assert body["requestId"] == answer.headers["X-Request-ID"]
    assert {"title", "detail", "instance"} <= body.keys()
    return body


@pytest.mark.parametrize("listeners", ["plain.conf", "tls.conf"])
def test_the_configuration_is_valid(tmp_path: Path, listeners: str) -> None:
    changes = {"web:8000": "127.0.0.1:8000"}
    if listeners == "tls.conf":
        make_certificate(tmp_path / "tls")
    command = configure(require(*NAMES), tmp_path, listeners, changes)

    tested = run(*command, "-t", env=os.environ)

    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
    assert "[emerg]" not in tested.stderr


def make_certificate(folder: Path) -> None:
    folder.mkdir()
    made = run(
        require("openssl"),
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
        *("-days", "2", "-keyout", str(folder / "privkey.pem")),
        *("-out", str(folder / "fullchain.pem")),
        env=os.environ,
    )
    assert made.returncode == 0, made.stderr


def test_a_request_passes(proxy: Proxy) -> None:
    answer = proxy.http.post("/echo", content=b"x" * LIMIT, headers={"X-Request-ID": "mine-1"})

    assert answer.status_code == 200
    assert answer.json()["body"] == LIMIT
    assert answer.headers["X-Request-ID"] == "mine-1"


def test_the_application_learns_who_asks(proxy: Proxy) -> None:
    lies = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/evil",
        "Forwarded": "for=203.0.113.9",
        "Proxy": "http://evil.example",
        "X-Request-ID": 'not" sane',
    }
    seen = proxy.http.post("/echo", headers=lies).json()["headers"]

    assert seen["Host"] == f"127.0.0.1:{proxy.port}"
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Forwarded-Proto"] == "http"
    assert seen["X-Forwarded-Host"] == f"127.0.0.1:{proxy.port}"
    assert not {"X-Forwarded-Prefix", "Forwarded", "Proxy"} & seen.keys()
    assert len(seen["X-Request-Id"]) == 32


def test_a_trace_gives_the_request_its_id(proxy: Proxy) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = proxy.http.post("/echo", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})

    assert answer.headers["X-Request-ID"] == trace


def test_refusals_of_the_application_pass_unchanged(proxy: Proxy) -> None:
    answer = proxy.http.post("/refuse")

    assert answer.status_code == 503
    assert (answer.text, answer.headers["Retry-After"]) == ("no", "7")


@pytest.mark.parametrize("chunked", [False, True])
def test_an_oversize_body_is_413(proxy: Proxy, chunked: bool) -> None:
    body = b"x" * (LIMIT + 1)
    content = iter([body[:1000], body[1000:]]) if chunked else body

    answer = proxy.http.post("/echo?q=1", content=content, headers=JSON)

    assert problem(answer, 413, "body_too_large")["instance"] == "/echo"


def test_an_oversize_body_is_refused_before_it_is_sent(proxy: Proxy) -> None:
    head = f"POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: {10**12}\r\n\r\n"
    status, headers, body = proxy.sends(head.encode())

    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert json.loads(body)["code"] == "body_too_large"


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad_request"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "bad_request"),
        (b"NONSENSE\r\n\r\n", 400, "bad_request"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400, "bad_request"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: odd\r\n\r\n", 400, "bad_request"),
        (b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request"),
        (b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_allowed"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, "uri_too_long"),
        (
            b"GET / HTTP/1.1\r\nHost: a\r\nCookie: " + b"a" * 9000 + b"\r\n\r\n",
            431,
            "headers_too_large",
        ),
    ],
)
def test_a_malformed_request_is_a_problem(
    proxy: Proxy, request_bytes: bytes, status: int, code: str
) -> None:
    answered, headers, body = proxy.sends(request_bytes)

    assert (answered, headers["content-type"]) == (status, "application/problem+json")
    assert json.loads(body)["code"] == code
    assert ("allow" in headers) == (status == 405)


def test_metrics_stay_inside(proxy: Proxy) -> None:
    problem(proxy.http.get("/metrics"), 404, "not_found")


def test_problems_cannot_be_asked_for(proxy: Proxy) -> None:
    answer = proxy.http.get("/_problems/unavailable")

    problem(answer, 404, "not_found")
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("path", ["/api/v1/products", '/a"b', "/a%22b", "/a\\b", "/%F0%9F%93%9A"])
def test_without_the_application_it_is_503(lonely: Proxy, path: str) -> None:
    answer = lonely.http.get(path, headers={"X-Request-ID": "mine-2"})

    body = problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert body["requestId"] == "mine-2"


def test_a_slow_client_is_let_go(lonely: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", lonely.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")

        # An end or a reset, and no answer: there was no request.
        with suppress(ConnectionResetError):
            assert connection.recv(1) == b""


def test_tls_ends_here(tmp_path: Path) -> None:
    plain, secure = free_port(), free_port()
    make_certificate(tmp_path / "tls")
    command = configure(
        require(*NAMES),
        tmp_path,
        "tls.conf",
        {
            "web:8000": f"127.0.0.1:{free_port()}",
            "listen 8080": f"listen 127.0.0.1:{plain}",
            "listen 8443": f"listen 127.0.0.1:{secure}",
        },
    )
    trusted = ssl.create_default_context(cafile=tmp_path / "tls/fullchain.pem")
    with running(command, secure, tmp_path / "log"):
        redirected = httpx.post(f"http://localhost:{plain}/api/v1/orders?a=b")
        answer = httpx.get(f"https://localhost:{secure}/", verify=trusted)

    assert redirected.status_code == 308
    assert redirected.headers["Location"] == "https://localhost/api/v1/orders?a=b"
    problem(answer, 503, "unavailable")


def test_pictures_may_be_larger_than_other_bodies(proxy: Proxy) -> None:
    for path, size, refused in (
        ("/api/v1/products/oak-table/media", LIMIT + 1, False),
        ("/api/v1/products/oak-table/media", PICTURE_LIMIT + 1, True),
        ("/api/v1/products/oak-table/media/1", LIMIT + 1, True),
        ("/api/v1/products", LIMIT + 1, True),
    ):
        answer = proxy.http.post(path, content=b"x" * size, headers=JSON)

        # Nobody serves these paths behind this proxy.
        assert (answer.status_code == 413) is refused, path
