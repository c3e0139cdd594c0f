"""Somebody looks at /ops in a browser, by mouse, by keyboard, in the dark and on a phone."""

import re
import uuid
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.api import Shop
from tests.e2e.browser import chromium_page
from tests.processes import ADMIN, CLI, PASSWORD, run

DESKTOP = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
DAYS = {"from": "2026-01-01", "to": "2035-12-31"}
INSTANTS = {"from": "2026-01-01T00:00:00Z", "to": "2036-01-01T00:00:00Z"}

# The least contrast of any text that is shown to what lies behind it, by WCAG 2's formula.
LEAST_CONTRAST = """() => {
  const numbers = (colour) => [...colour.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const light = (colour) => colour.slice(0, 3)
    .map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const found = numbers(getComputedStyle(each).backgroundColor);
      if (found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const isShown = (element) => element.checkVisibility()
    && !["SCRIPT", "TITLE", "OPTION"].includes(element.tagName.toUpperCase())
    && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  let least = [21, "nothing"];
  for (const element of [...document.body.querySelectorAll("*")].filter(isShown)) {
    const style = getComputedStyle(element);
    const text = light(numbers(element.closest("svg") ? style.fill : style.color));
    const ground = light(behind(element));
    const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (contrast < least[0]) least = [contrast, element.outerHTML.slice(0, 120)];
  }
  return least;
}"""


@pytest.fixture(scope="module")
def product(shop: Shop, server_environment: dict[str, str]) -> dict[str, Any]:
    """Three orders of it, one of them partly sent; all of them counted."""
    product = shop.publish("ops-browser", price=2500)
    offer = shop.offers(product)[0]
    orders = [shop.customer.order((offer, quantity)).json()["result"] for quantity in (3, 2, 1)]
    part = orders[0]["sellerOrders"][0]
    lines = [{"lineId": part["lines"][0]["id"], "quantity": 1}]
    path = f"/seller-orders/{part['id']}/shipments"
    shop.seller.result("POST", path, {"carrier": "DHL", "lines": lines}, key=str(uuid.uuid4()))
    done = run(*CLI, "rebuild-analytics", env=server_environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return product


def sign_in(page: Page, base: str, login: str, path: str = "/ops") -> None:
    page.set_viewport_size(DESKTOP)
    page.goto(f"{base}{path}")
    page.get_by_label("E-mail address").fill(login)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def number(found: Locator) -> str:
    return (found.text_content() or "").strip().replace(",", "")


def test_signing_in_filtering_and_reading_what_the_api_answers(
    live_server: str, shop: Shop, product: dict[str, Any]
) -> None:
    requested: list[str] = []
    with chromium_page(expected_errors="status of (401|422)") as page:
        page.on("request", lambda request: requested.append(request.url))
        page.goto(f"{live_server}/ops/products")
        page.get_by_label("E-mail address").fill(ADMIN)
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_have_text("The login or the password is wrong.")
        expect(page.get_by_label("E-mail address")).to_have_value(ADMIN)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{live_server}/ops/products")

        page.get_by_role("link", name="Overview").click()
        page.get_by_label("First day").fill(DAYS["from"])
        page.get_by_label("Last day").fill(DAYS["to"])
        page.get_by_label("Seller", exact=True).fill("nobody-at-all")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("#seller-fault")).to_have_text("There is no such seller.")
        slug = shop.admin.result("GET", f"/sellers/{shop.seller_id}")["slug"]
        page.get_by_label("Seller", exact=True).fill(slug)
        page.get_by_role("button", name="Show").click()

        told = shop.admin.result(
            "GET", "/analytics/overview", params=INSTANTS | {"sellerId": shop.seller_id}
        )
        assert number(page.locator("#orders")) == str(told["orders"]) == "3"
        assert number(page.locator("#units")) == str(told["units"]) == "6"
        assert number(page.locator("#revenue")) == "150.00\N{NO-BREAK SPACE}EUR"
        assert number(page.locator("#in-progress")) == "1"

        page.get_by_role("link", name="Products").click()
        page.get_by_label("Name").fill(product["name"])
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name=product["name"]).click()
        path = f"/analytics/products/{product['id']}"
        orders = shop.admin.result("GET", f"{path}/orders")
        shipping = shop.admin.result("GET", f"{path}/shipping?status=inProgress")
        assert number(page.locator("#current-orders")) == str(orders["currentOrders"]) == "3"
        assert number(page.locator("#in-progress")) == str(shipping["count"]) == "1"

        page.get_by_role("link", name="Orders").click()
        page.get_by_label("Payment").select_option("paid")
        page.get_by_role("button", name="Show").click()
        expect(page.locator("tbody tr")).to_have_count(3)
        page.get_by_label("Status").select_option("cancelled")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("There are no such orders.")).to_be_visible()

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert {httpx.URL(url).netloc for url in requested} == {httpx.URL(live_server).netloc}


def test_charts_tell_their_figures_by_keyboard_and_pointer(
    live_server: str, shop: Shop, product: dict[str, Any]
) -> None:
    assert shop.seller.login
    with chromium_page() as page:
        sign_in(page, live_server, shop.seller.login)
        chart = page.locator("figure.chart").first
        readout = chart.locator(".readout")

        chart.focus()
        page.keyboard.press("End")
        expect(readout).to_have_text(re.compile(r"^\w{3} \d+.*: 3 orders$"))
        last = readout.text_content()
        page.keyboard.press("ArrowLeft")
        expect(readout).not_to_have_text(last or "")
        page.keyboard.press("ArrowRight")
        expect(readout).to_have_text(last or "")
        page.keyboard.press("Tab")
        expect(readout).to_have_text("")

        chart.locator("svg.wide .column").nth(3).hover()
        expect(readout).to_have_text(re.compile(r": 0 orders$"))
        page.get_by_text("As a table").click()
        expect(page.locator("details tbody tr")).to_have_count(30)


def test_the_keyboard_is_enough(live_server: str, shop: Shop) -> None:
    with chromium_page() as page:
        sign_in(page, live_server, shop.seller.login)
        page.goto(f"{live_server}/ops/orders")

        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.get_by_role("main")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_label("Status")).to_be_focused()
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) == "solid"
        page.keyboard.press("Shift+Tab")
        expect(page.get_by_role("button", name="Sign out")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        expect(page.get_by_label("E-mail address")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_well_on_every_screen(
    scheme: Any, live_server: str, shop: Shop, product: dict[str, Any]
) -> None:
    grounds: dict[str, str] = {}
    with chromium_page(expected_errors="status of 4[02][42]") as page:
        page.emulate_media(color_scheme=scheme)
        sign_in(page, live_server, ADMIN)
        for path in (
            "",
            "/products",
            f"/products/{product['id']}",
            "/orders",
            "?from=never",
            "/nowhere",
        ):
            for size in (DESKTOP, PHONE):
                page.set_viewport_size(size)
                page.goto(f"{live_server}/ops{path}")
                contrast, where = page.evaluate(LEAST_CONTRAST)
                assert contrast >= 4.5, (path, where)
                wide, shown = page.evaluate(
                    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
                )
                assert wide <= shown, (path, size)
                expect(page.locator("h1")).to_have_count(1)
        grounds[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
    bright = sum(int(part) for part in re.findall(r"\d+", grounds[scheme])[:3]) > 3 * 128
    assert bright == (scheme == "light")


def test_a_member_has_its_own_sellers_to_choose_from(live_server: str, shop: Shop) -> None:
    member = shop.anonymous.register("two-sellers")
    for owner, seller_id in (
        (shop.seller, shop.seller_id),
        (shop.other_seller, shop.other_seller_id),
    ):
        body = {"email": member.login, "role": "viewer"}
        owner.result("POST", f"/sellers/{seller_id}/members", body)
    with chromium_page() as page:
        sign_in(page, live_server, member.login)
        expect(page.get_by_label("Seller", exact=True).locator("option")).to_have_count(3)
        page.get_by_label("Seller", exact=True).select_option(shop.other_seller_id)
        page.get_by_role("button", name="Show").click()
        assert number(page.locator("#orders")) == "0"
        page.get_by_label("Seller", exact=True).select_option("")
        page.get_by_role("button", name="Show").click()
        assert number(page.locator("#orders")) == "3"
