"""Schemathesis against a live server: whatever it sends, a documented answer and no 500.

Once for nobody and once for each role, because behind a policy only the role's token gets anywhere.
"""

import json
import sys
from pathlib import Path

import pytest

from tests.api import Shop
from tests.processes import environment, run

CONFIG = Path(__file__).with_name("schemathesis.toml")
ROLES = ["anonymous", "customer", "seller", "admin"]


def known_ids(shop: Shop, role: str) -> str:
    """Configuration by which half of the path parameters name something that exists."""
    product = shop.publish(f"fuzz-{role}")
    placed = shop.customer.order((shop.offers(product)[0], 1)).json()["result"]
    known = {
        "category": [shop.category_id],
        "order": [placed["id"], placed["number"]],
        "product": [product["id"], product["slug"]],
        "seller": [shop.seller_id],
    }
    return (
        "".join(
            f"\n[dictionaries.{name}]\nvalues = {json.dumps(values)}\n"
            for name, values in known.items()
        )
        + "\n[parameters]\n"
        + "".join(
            f'"path.{name}" = {{ dictionary = "{name}", probability = 0.5 }}\n' for name in known
        )
    )


def fuzz(live_server: str, shop: Shop, role: str, folder: Path, *options: str) -> None:
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG.read_text("utf-8") + known_ids(shop, role), encoding="utf-8")
    token = getattr(shop, role).token
    done = run(
        sys.executable,
        "-c",
        "from schemathesis.cli import schemathesis; schemathesis()",
        "--config-file",
        str(config),
        "run",
        f"{live_server}/openapi.json",
        "--checks=all",
        "--no-color",
        "--continue-on-failure",
        *(("--header", f"Authorization: Bearer {token}") if token else ()),
        *options,
        env=environment("unused", SCHEMATHESIS_HOOKS="tests.e2e.fuzz_checks"),
        cwd=folder,
        timeout=3600,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr


@pytest.mark.parametrize("role", ROLES)
def test_in_short(live_server: str, shop: Shop, role: str, tmp_path: Path) -> None:
    fuzz(live_server, shop, role, tmp_path, "--phases=examples,coverage", "--max-examples=2")


@pytest.mark.fuzz
@pytest.mark.parametrize("role", ROLES)
def test_at_length(live_server: str, shop: Shop, role: str, tmp_path: Path) -> None:
    fuzz(live_server, shop, role, tmp_path, "--max-examples=200")
