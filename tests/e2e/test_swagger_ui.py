"""Somebody opens /docs in a browser without a network, signs in and orders."""

import json
import re
import uuid

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.api import ADDRESS, Shop
from tests.e2e.browser import chromium_page
from tests.processes import PASSWORD


def operation(page: Page, method: str, path: str) -> Locator:
    """The opened block of one operation, ready to be tried out."""
    block = page.locator(f".opblock-{method}").filter(
        has=page.locator(f'.opblock-summary-path[data-path="{path}"]')
    )
    block.locator(".opblock-summary-control").click()
    block.locator(".try-out__btn").click()
    return block


def status(block: Locator) -> Locator:
    return block.locator(".live-responses-table tr.response .response-col_status").first


def documented_key(live_server: str) -> str:
    document = httpx.get(f"{live_server}/openapi.json").json()
    [key] = [
        str(parameter["example"])
        for parameter in document["paths"]["/api/v1/orders"]["post"]["parameters"]
        if parameter.get("name") == "Idempotency-Key"
    ]
    return key


def test_authorize_run_an_operation_and_order(live_server: str, shop: Shop) -> None:
    offer = shop.offers(shop.publish("swagger"))[0]
    login = shop.customer.login
    requested: list[str] = []

    with chromium_page() as page:
        page.on("request", lambda request: requested.append(request.url))
        page.goto(f"{live_server}/")
        expect(page).to_have_url(re.compile(r"/docs/?$"))

        page.locator(".scheme-container .btn.authorize").click()
        page.locator("#oauth_username").fill(login)
        page.locator("#oauth_password").fill(PASSWORD)
        page.get_by_role("button", name="Apply given OAuth2 credentials").click()
        expect(page.locator(".modal-ux")).to_contain_text("Logout")
        page.locator(".modal-ux .close-modal").click()

        block = operation(page, "get", "/api/v1/users/me")
        block.locator(".btn.execute").click()
        expect(status(block)).to_have_text("200")
        expect(
            block.locator(".live-responses-table tr.response .response-col_description")
        ).to_contain_text(login)

        block = operation(page, "post", "/api/v1/orders")
        key = block.locator('tr[data-param-name="Idempotency-Key"] input')
        expect(key).not_to_have_value("")
        # Nor the key of the documentation, which is good once.
        expect(key).not_to_have_value(documented_key(live_server))
        uuid.UUID(key.input_value())
        body = {
            "items": [{"offerId": offer, "quantity": 2}],
            "shippingAddress": ADDRESS,
            "payment": {"method": "sandbox", "token": "tok_ok"},
        }
        block.locator("textarea.body-param__text").fill(json.dumps(body))
        block.locator(".btn.execute").click()
        expect(status(block)).to_have_text("201")

    assert {
        httpx.URL(url).copy_with(path="/", query=None, fragment=None)
        for url in requested
        if not url.startswith("data:")
    } == {httpx.URL(live_server).copy_with(path="/")}
    [order] = shop.customer.result("GET", "/orders")
    assert [line["quantity"] for part in order["sellerOrders"] for line in part["lines"]] == [2]
