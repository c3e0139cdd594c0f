"""A TypeScript client, typed by openapi-typescript from the committed document, goes shopping.

The same compiled client runs in Node.js and, where the browser enforces what CORS allows and
exposes, on a page of another origin in Chromium.
"""

import functools
import json
import shutil
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.api import Shop
from tests.e2e.browser import chromium_page
from tests.processes import PASSWORD, ROOT
from tests.tools import require

SOURCES = Path(__file__).parent / "typescript"
PAGE = """<!doctype html><meta charset="utf-8"><title>shop front</title>
<link rel="icon" href="data:,">
<script type="importmap">
{"imports": {"openapi-fetch": "/node_modules/openapi-fetch/dist/index.mjs"}}
</script>
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the generated and compiled client."""
    npm = require("npm")
    folder = tmp_path_factory.mktemp("typescript")
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    shutil.copy(ROOT / "docs" / "openapi.json", folder)
    for command in (
        ("ci", "--no-audit", "--no-fund", "--ignore-scripts"),
        ("run", "generate"),
        ("run", "build"),
    ):
        done = subprocess.run(
            [npm, *command],
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def shopper(live_server: str, shop: Shop) -> dict[str, str]:
    for number in range(3):
        shop.publish(f"typescript-{number}")
    return {
        "baseUrl": live_server,
        "login": shop.customer.login,
        "password": PASSWORD,
        "key": str(uuid.uuid4()),
    }


def check(outcome: dict[str, Any], shop: Shop) -> None:
    """What the client saw is what the API tells its shopper."""
    assert len(set(outcome["seen"])) == len(outcome["seen"]) >= 3
    assert outcome["pages"] >= 2
    assert outcome["etag"]
    order = shop.customer.result("GET", f"/orders/{outcome['order']['number']}")
    assert outcome["order"]["total"] == order["total"]["amount"]
    assert outcome["order"]["paymentStatus"] == "paid"
    assert outcome["order"]["location"].endswith(f"/api/v1/orders/{order['id']}")
    assert outcome["refusal"]["status"] == 404


def test_in_node(client: Path, shopper: dict[str, str], shop: Shop) -> None:
    done = subprocess.run(
        [
            require("node"),
            "node.mjs",
            json.dumps({**shopper, "origin": "http://localhost:5173"}),
        ],
        cwd=client,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    check(json.loads(done.stdout), shop)


@contextmanager
def static_site(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript"}

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_in_a_browser_from_another_origin(
    client: Path, shopper: dict[str, str], shop: Shop
) -> None:
    (client / "page.html").write_text(PAGE, encoding="utf-8")
    with static_site(client) as site, chromium_page(expected_errors=r"404 \(NOT FOUND\)") as page:
        page.goto(f"{site}/page.html")
        outcome = page.evaluate(
            "async (shopper) => (await import('/client.js')).shop(shopper)", shopper
        )
    check(outcome, shop)
