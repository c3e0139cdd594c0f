"""What gunicorn and our worker class owe to clients, whatever the application does."""

import http.client
import json
import os
import re
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import httpx
import pytest

from marketplace.presentation.rest.codes import CODES
from tests.processes import ROOT, environment, free_port, serving, wait_until

CONFIGURATION = "python:marketplace.infrastructure.application.gunicorn"


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "gunicorn.log"


@pytest.fixture
def server(port: int, log: Path) -> Iterator[Popen[bytes]]:
    with serving(
        *(sys.executable, "-m", "gunicorn", "--config", CONFIGURATION, "--workers", "2"),
        *("--bind", f"127.0.0.1:{port}", "tests.e2e.plain_app:app"),
        ready=f"http://127.0.0.1:{port}/health/ready",
        env=environment(""),
        log=log,
    ) as process:
        yield process


def ask_until_refused(port: int, outcomes: Counter[str], *, keep: bool) -> None:
    """One request after the other, each noted, until nobody listens any more."""
    connection: http.client.HTTPConnection | None = None
    for _ in range(10_000):
        try:
            if connection is None:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.connect()
        except ConnectionRefusedError:
            return
        try:
            connection.request("GET", "/slow", headers={} if keep else {"Connection": "close"})
            answer = connection.getresponse()
            outcomes[answer.read().decode()] += 1
            if answer.will_close:
                connection.close()
                connection = None
        except (OSError, http.client.HTTPException) as error:
            outcomes[f"{type(error).__name__}: {error}"] += 1
            connection = None


@pytest.mark.parametrize("keep", [False, True], ids=["a connection each", "kept alive"])
def test_sigterm_under_load_breaks_no_request(server: Popen[bytes], port: int, keep: bool) -> None:
    counts: list[Counter[str]] = [Counter() for _ in range(40)]
    clients = [
        threading.Thread(target=ask_until_refused, args=(port, count), kwargs={"keep": keep})
        for count in counts
    ]
    for client in clients:
        client.start()
    wait_until(lambda: sum(c["served"] for c in counts) > 200, timeout=20, what="load")
    server.send_signal(signal.SIGTERM)
    for client in clients:
        client.join(timeout=30)
    assert server.wait(timeout=20) == 0
    outcomes = sum(counts, Counter())
    assert set(outcomes) == {"served"}


def test_a_worker_told_to_stop_while_it_boots_does(port: int, log: Path) -> None:
    with log.open("wb") as output:
        process = Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", "python:tests.e2e.slow_boot"),
                *("--workers", "1", "--bind", f"127.0.0.1:{port}", "tests.e2e.plain_app:app"),
            ],
            cwd=ROOT,
            env=environment(""),
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: b"Booting worker" in log.read_bytes(), timeout=20, what="a worker")
        process.terminate()
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("path", ["/read", "/unread"])
@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "chunked"])
@pytest.mark.parametrize("keep", [False, True], ids=["closing", "kept alive"])
@pytest.mark.usefixtures("server")
def test_a_refused_body_never_costs_the_answer(
    port: int, path: str, chunked: bool, keep: bool
) -> None:
    body = b"x" * 2_000_000
    headers = {} if keep else {"Connection": "close"}
    for _ in range(5):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        if chunked:
            parts = (body[start : start + 50_000] for start in range(0, len(body), 50_000))
            connection.request("POST", path, body=parts, headers=headers, encode_chunked=True)
        else:
            connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        assert answer.status == (413 if path == "/read" else 401)
        answer.read()
        connection.close()


@pytest.mark.usefixtures("server")
def test_a_chunked_body_of_exactly_the_limit_is_whole(port: int) -> None:
    body = (b"x" * 65_536 for _ in range(16))
    answer = httpx.post(f"http://127.0.0.1:{port}/read", content=body)
    assert (answer.status_code, answer.text) == (200, "1048576")


@pytest.mark.usefixtures("server")
def test_metrics_add_up_over_workers_and_outlive_them(port: int, log: Path) -> None:
    def served() -> float:
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
        found = re.search(r'http_requests_total{[^}]*operation="views.slow"[^}]*} (\S+)', text)
        return float(found[1]) if found else 0.0

    for _ in range(20):
        httpx.get(f"http://127.0.0.1:{port}/slow")
    assert served() == 20
    [pid, *_] = re.findall(r"Booting worker with pid: (\d+)", log.read_text(encoding="utf-8"))
    os.kill(int(pid), signal.SIGTERM)
    wait_until(
        lambda: len(re.findall("Booting worker", log.read_text(encoding="utf-8"))) == 3,
        timeout=10,
        what="a worker",
    )
    for _ in range(20):
        httpx.get(f"http://127.0.0.1:{port}/slow")
    assert served() == 40


@pytest.mark.usefixtures("server")
def test_everything_it_logs_is_json(log: Path) -> None:
    lines = log.read_text(encoding="utf-8").splitlines()
    assert lines
    assert all(line.startswith("{") for line in lines)


def test_a_stopped_server_leaves_nothing_behind(server: Popen[bytes], port: int, log: Path) -> None:
    directories = set(re.findall(r"PROMETHEUS_MULTIPROC_DIR=(\S+)\0", environ_of(server.pid)))
    server.send_signal(signal.SIGTERM)
    assert server.wait(timeout=20) == 0
    assert not any(Path(directory).exists() for directory in directories)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def environ_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text(encoding="utf-8")


REFUSED = {
    "a header without colon": (b"GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n", 400),
    "a bad method": (b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    "an unknown version": (b"GET / HTTP/9.1\r\nHost: a\r\n\r\n", 400),
    "two lengths": (
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        400,
    ),
    "an unknown coding": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: zip\r\n\r\n", 400),
    "two keys": (
        b"POST / HTTP/1.1\r\nHost: a\r\nIdempotency-Key: a\r\nIdempotency-Key: a\r\n\r\n",
        400,
    ),
    "a long address": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "a long header": (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.usefixtures("server")
def test_what_is_no_http_is_refused_with_a_problem(port: int, what: str) -> None:
    sent, status = REFUSED[what]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(sent)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = json.loads(answer.read())
    assert answer.status == body["status"] == status
    assert answer.getheader("Content-Type") == "application/problem+json"
    assert body["code"] in CODES
    assert CODES[body["code"]].status == status
    assert answer.getheader("X-Request-ID") == body["requestId"]


@pytest.mark.parametrize("path", ["/read", "/unread"])
@pytest.mark.usefixtures("server")
def test_a_bad_chunk_is_answered_once_and_ends_the_connection(port: int, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head.encode() + b"2\r\nab\r\nxyz\r\n")
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 400 " if path == "/read" else b"HTTP/1.1 401 ")
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.usefixtures("server")
def test_probes_are_answered_while_all_threads_are_taken(port: int) -> None:
    taken = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(30)]
    for connection in taken:
        # It waits for a body that does not come.
        connection.sendall(b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n")
    for path in ("live", "ready"):
        for _ in range(10):
            answer = httpx.get(f"http://127.0.0.1:{port}/health/{path}", timeout=2)
            assert answer.status_code == 200
    # To all first: which of them hold the threads, and which wait behind, is the workers' affair.
    for connection in taken:
        connection.sendall(b"123456789")
    for connection in taken:
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
        connection.close()


@pytest.mark.usefixtures("server")
def test_connections_that_say_nothing_keep_nobody_waiting(port: int) -> None:
    idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(30)]
    answer = httpx.get(f"http://127.0.0.1:{port}/slow", timeout=2)
    assert answer.text == "served"
    for connection in idle:
        connection.close()
