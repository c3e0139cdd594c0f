"""How the demo looks after its processes, with small programs in the place of the real ones."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, free_port, wait_until

# A web process that is ready at once, signs everybody in, and a worker that only waits.
WEB = """
import http.server, json, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"status": "ready"})
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer({"result": {"access": "the-token"}})
    def answer(self, body):
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
address = os.environ["MARKETPLACE__SERVER__HOST"], int(os.environ["MARKETPLACE__SERVER__PORT"])
http.server.ThreadingHTTPServer(address, Handler).serve_forever()
"""
DEMO = """
import contextlib, os, sys, types
import click
from marketplace.presentation.cli import demo
from marketplace.presentation.cli.program import Demo

web, worker, *options = sys.argv[1:]

@contextlib.contextmanager
def database(directory, reset):
    try:
        yield "postgresql://nowhere"
    finally:
        print("database closed", flush=True)

account = types.SimpleNamespace(login="buyer@example.com", password="buyer's")
made = Demo(
    database=database,
    prepare=lambda url, directory: None,
    environment=lambda url, directory, host: dict(os.environ),
    processes={
        "web": [sys.executable, "-c", web],
        "worker": [sys.executable, "-c", worker],
    },
    accounts={"buyer": account},
    order={"items": ["it's one"]},
)
demo.demo_command(types.SimpleNamespace(demo=made)).main(options)
"""
WAIT = "import time; time.sleep(600)"


class Running:
    """A demo of these programs, in a directory."""

    def __init__(self, directory: Path, *options: str, web: str = WEB, worker: str = WAIT) -> None:
        self.directory = directory
        self.process = subprocess.Popen(
            [sys.executable, "-c", DEMO, web, worker, "--data-dir", str(directory), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(
            (self.directory / "demo.json").read_text(encoding="utf-8")
        )
        return facts

    def await_ready(self) -> None:
        wait_until(
            lambda: (self.directory / "demo.json").exists() or self.process.poll() is not None,
            timeout=20,
            what="demo.json",
        )

    def end(self, number: signal.Signals = signal.SIGINT) -> str:
        self.process.send_signal(number)
        return self.process.communicate(timeout=20)[0]

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(
            encoding="utf-8"
        )
        return [int(pid) for pid in listed.split()]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def demo(tmp_path: Path, port: int) -> Iterator[Running]:
    running = Running(tmp_path, "--port", str(port))
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_notes_its_facts_and_leaves_nothing_running(
    demo: Running, port: int, number: signal.Signals
) -> None:
    demo.await_ready()
    base = f"http://127.0.0.1:{port}"
    assert demo.facts == {
        "baseUrl": base,
        "docsUrl": f"{base}/docs",
        "openapiUrl": f"{base}/openapi.json",
        "databaseUrl": "postgresql://nowhere",
        "users": {"buyer": {"login": "buyer@example.com", "password": "buyer's"}},
    }
    children = demo.children()
    assert len(children) == 2
    said = demo.end(number)
    assert demo.process.returncode == 0
    assert not any(alive(pid) for pid in children)
    assert not (demo.directory / "demo.json").exists()
    assert said.index("database closed") < said.index("nothing is left running")
    assert len(said.splitlines()) <= 15
    assert "buyer@example.com" in said


def test_the_curl_can_be_pasted(demo: Running) -> None:
    demo.await_ready()
    said = demo.end()
    [curl] = [line for line in said.splitlines() if line.startswith("curl ")]
    shown = subprocess.run(
        ["sh", "-c", curl.replace("curl ", "printf '%s\\n' ", 1)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.splitlines()
    assert shown[-1] == '{"items":["it\'s one"]}'
    assert "Authorization: Bearer the-token" in shown
    [key] = [part for part in shown if part.startswith("Idempotency-Key:")]
    assert "$" not in key


def test_a_busy_default_port_moves_on_and_says_so(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            # Somebody else's server makes it just as busy.
            taken.close()
        running = Running(tmp_path)
        running.await_ready()
        assert running.facts["baseUrl"] != "http://127.0.0.1:8000"
        assert "Port 8000 is busy" in running.end()


def test_a_busy_port_that_was_asked_for_is_refused(tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        running = Running(tmp_path, "--port", str(port))
        said = running.process.communicate(timeout=20)[0]
    assert running.process.returncode == 1
    assert "--port" in said
    assert "database closed" in said


def test_a_process_that_ends_takes_the_demo_with_it(tmp_path: Path, port: int) -> None:
    running = Running(tmp_path, "--port", str(port), worker="raise SystemExit('no such luck')")
    said = running.process.communicate(timeout=20)[0]
    assert running.process.returncode == 1
    assert "no such luck" in said
    assert "worker" in said
    assert "database closed" in said


def test_a_killed_demo_takes_its_processes_along(demo: Running) -> None:
    demo.await_ready()
    children = demo.children()
    demo.process.kill()
    demo.process.communicate(timeout=20)
    wait_until(lambda: not any(alive(pid) for pid in children), timeout=10, what="their end")
