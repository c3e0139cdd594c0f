"""Every request of http/ does what the file says, on a live server."""

import uuid
from pathlib import Path

import httpx
import pytest

from tests.api import Shop
from tests.http_files import Run, read
from tests.processes import PASSWORD, ROOT

FILES = sorted((ROOT / "http").glob("*.http"))


@pytest.fixture(scope="module")
def given(live_server: str, shop: Shop) -> dict[str, str]:
    """The variables of the files, for this server: logins, and what the demo has by name."""
    logins = {"admin": shop.admin, "seller": shop.seller, "buyer": shop.customer}
    product = shop.publish(f"HTTP-{uuid.uuid4().hex[:8]}", on_hand=100)
    return {
        "baseUrl": live_server,
        **{f"{role}Login": str(account.login) for role, account in logins.items()},
        **{f"{role}Password": PASSWORD for role in logins},
        "category": shop.category_id,
        "seller": shop.seller_id,
        "product": product["slug"],
    }


# Twice: what one run leaves behind must not be in the way of the next.
@pytest.mark.parametrize("run", [1, 2])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_requests_run(path: Path, run: int, given: dict[str, str], shop: Shop) -> None:
    with httpx.Client(timeout=30) as http:
        for request, answer in Run(read(path), http, given):
            expected = answer.is_success if request.expect is None else None
            assert expected or answer.status_code == request.expect, (
                f"{request.title}: {answer.status_code} {answer.text}"
            )
