"""A Python client, generated from the committed document, goes shopping."""

import json
import sys
import uuid
from pathlib import Path

import pytest

from tests.api import Shop
from tests.processes import PASSWORD, ROOT, run

SCRIPT = Path(__file__).with_name("python_client.py")


@pytest.fixture
def client(tmp_path: Path) -> Path:
    """The folder that holds the generated package."""
    config = tmp_path / "config.yml"
    config.write_text("post_hooks: []\npackage_name_override: marketplace_client\n", "utf-8")
    target = tmp_path / "client"
    generated = run(
        str(Path(sys.executable).parent / "openapi-python-client"),
        "generate",
        "--path",
        str(ROOT / "docs" / "openapi.json"),
        "--config",
        str(config),
        "--output-path",
        str(target),
        "--fail-on-warning",
        env={"PATH": "/usr/bin:/bin"},
    )
    assert generated.returncode == 0, generated.stdout + generated.stderr
    return target


def test_it_signs_in_pages_and_orders(client: Path, live_server: str, shop: Shop) -> None:
    for number in range(3):
        shop.publish(f"python-{number}")
    shopper = {
        "base_url": live_server,
        "login": shop.customer.login,
        "password": PASSWORD,
        "key": str(uuid.uuid4()),
    }

    done = run(sys.executable, str(SCRIPT), json.dumps(shopper), env={"PYTHONPATH": str(client)})

    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    assert len(set(outcome["seen"])) == len(outcome["seen"]) >= 3
    assert outcome["pages"] >= 2
    [order] = shop.customer.result("GET", "/orders")
    assert outcome["orders"] == [outcome["number"]] == [order["number"]]
    assert outcome["total"] == order["total"]["amount"]
    assert outcome["paymentStatus"] == "paid"
    assert outcome["location"].endswith(f"/api/v1/orders/{order['id']}")
    assert (outcome["replayed"], outcome["sameBytes"]) == ("true", True)
    assert outcome["refusal"] == "not_found"
