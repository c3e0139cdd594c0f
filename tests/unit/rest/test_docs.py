import re

from flask.testing import FlaskClient

from marketplace.presentation.rest.codes import BY_STATUS, CODES


def test_the_root_leads_to_swagger_ui(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/docs")


def test_swagger_ui_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs")
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:")
    assert "unsafe" not in policy
    assert '<meta charset="utf-8">' in page.text
    addresses = re.findall(r'(?:src|href|data-document)="([^"]+)"', page.text)
    assert len(addresses) == 6
    for address in addresses:
        assert address.startswith("/")
        with client.get(address) as asset:
            assert asset.status_code == 200, address
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page.text)


def test_only_listed_assets_are_served(client: FlaskClient) -> None:
    for name in ("oauth2-redirect.html", "..%2f__init__.py", "nope.js"):
        answer = client.get(f"/docs/assets/{name}")
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_every_code_is_explained(client: FlaskClient) -> None:
    page = client.get("/docs/problems").text
    for code in CODES:
        assert f'id="{code}"' in page
    assert set(BY_STATUS.values()) <= set(CODES)
    assert all(CODES[code].status == status for status, code in BY_STATUS.items())
