"""The pages at /ops over the real thing: sessions, whose figures they show, what they cost."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from marketplace.config import Database, Environment, Http, Security, Settings
from marketplace.main import create_app
from tests.api import ADDRESS, BASE, Api, Shop
from tests.integration.test_query_counts import counted
from tests.processes import CLI, PASSWORD, SECRET, environment, run

Browse = Callable[[Api], httpx.Client]


def a_browser(app: Flask, address: str = "127.0.0.1", scheme: str = "http") -> httpx.Client:
    transport = httpx.WSGITransport(app=app, remote_addr=address)
    return httpx.Client(transport=transport, base_url=f"{scheme}://localhost")


def sign_in(browser: httpx.Client, login: str, password: str = PASSWORD) -> httpx.Response:
    page = browser.get("/ops/sign-in").text
    [token] = re.findall(r'name="form_token" value="([0-9a-f]+)"', page)
    form = {"login": login, "password": password, "form_token": token}
    return browser.post("/ops/sign-in", data=form)


@pytest.fixture
def browse(app: Flask) -> Browse:
    def browse(account: Api) -> httpx.Client:
        browser = a_browser(app)
        assert sign_in(browser, account.login).status_code == 303
        return browser

    return browse


@pytest.fixture(scope="module")
def product(shop: Shop) -> dict[str, Any]:
    """Three orders of it: five units sold, of one order one sent, and one order cancelled."""
    product = shop.publish("ops-oak", price=1999)
    offer = shop.offers(product)[0]
    sent, _, cancelled = (
        shop.customer.order((offer, quantity)).json()["result"] for quantity in (3, 2, 1)
    )
    part = sent["sellerOrders"][0]
    lines = [{"lineId": part["lines"][0]["id"], "quantity": 1}]
    shop.seller.result(
        "POST",
        f"/seller-orders/{part['id']}/shipments",
        {"carrier": "DHL", "lines": lines},
        key=str(uuid.uuid4()),
    )
    shop.customer.result("POST", f"/orders/{cancelled['id']}/cancel", key=str(uuid.uuid4()))
    return product


@pytest.fixture(scope="module")
def counts_are_made(product: dict[str, Any], module_database_url: str) -> None:
    done = run(*CLI, "rebuild-analytics", env=environment(module_database_url))
    assert done.returncode == 0, done.stdout + done.stderr


def plain(markup: str) -> str:
    """The text, each run of white space as one space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup)).strip()


def figure(page: httpx.Response, name: str) -> str:
    assert page.status_code == 200, page.text
    [found] = re.findall(rf'id="{name}">(.*?)</(?:dd|strong)>', page.text, re.DOTALL)
    return plain(found)


def listed(page: httpx.Response) -> list[list[str]]:
    """What stands in the cells of each row of a list."""
    assert page.status_code == 200, page.text
    rows = re.findall(r'<tr>(<th scope="row">.*?)</tr>', page.text, re.DOTALL)
    return [[plain(cell) for cell in re.split(r"</t[hd]>", row) if cell] for row in rows]


@pytest.mark.usefixtures("counts_are_made")
def test_a_product_shows_what_the_api_answers(
    shop: Shop, browse: Browse, product: dict[str, Any]
) -> None:
    for account in (shop.admin, shop.seller, shop.viewer):
        page = browse(account).get(f"/ops/products/{product['id']}")
        orders = account.result("GET", f"/analytics/products/{product['id']}/orders")
        path = f"/analytics/products/{product['id']}/shipping?status=inProgress"
        shipping = account.result("GET", path)

        assert figure(page, "current-orders") == str(orders["currentOrders"]) == "2"
        assert figure(page, "in-progress") == str(shipping["count"]) == "1"
        assert figure(page, "orders") == str(orders["orders"]) == "3"
        assert figure(page, "units") == str(orders["units"]) == "5"
        assert figure(page, "revenue") == "99.95 EUR"
        assert orders["revenue"] == [{"amount": 9995, "currency": "EUR"}]


@pytest.mark.usefixtures("counts_are_made")
def test_the_overview_shows_what_the_api_answers(shop: Shop, browse: Browse) -> None:
    days = {"from": "2026-01-01", "to": "2035-12-31"}
    instants = {"from": "2026-01-01T00:00:00Z", "to": "2036-01-01T00:00:00Z"}
    for account in (shop.admin, shop.seller):
        page = browse(account).get("/ops", params=days)
        told = account.result("GET", "/analytics/overview", params=instants)

        assert figure(page, "orders") == str(told["orders"]) == "3"
        assert figure(page, "units") == str(told["units"]) == "5"
        assert figure(page, "revenue") == "99.95 EUR"
        assert figure(page, "in-progress") == "1"


@pytest.mark.usefixtures("counts_are_made")
def test_nobody_sees_what_others_sell(shop: Shop, browse: Browse, product: dict[str, Any]) -> None:
    rival = browse(shop.other_seller)

    assert rival.get(f"/ops/products/{product['id']}").status_code == 404
    assert rival.get(f"/ops/products/{product['slug']}").status_code == 404
    page = rival.get("/ops")
    assert figure(page, "orders") == "0"
    assert product["name"] not in page.text
    for path in ("/ops", "/ops/products", "/ops/orders"):
        own = rival.get(path, params={"seller": shop.other_seller_id})
        assert own.status_code == 200
        foreign = rival.get(path, params={"seller": shop.seller_id})
        assert foreign.status_code == 422
        assert "There is no such seller." in foreign.text
        for page in (own, foreign):
            assert product["name"] not in page.text
            assert "ORD-" not in page.text
            assert "99.95" not in page.text


def test_orders_are_whole_for_administrators_and_parts_for_members(
    shop: Shop, browse: Browse, product: dict[str, Any]
) -> None:
    numbers = r'<th scope="row">(ORD-\d{4}-\d+(?:-\d+)?)<'
    whole = re.findall(numbers, browse(shop.admin).get("/ops/orders").text)
    parts = re.findall(numbers, browse(shop.viewer).get("/ops/orders").text)
    cancelled = re.findall(numbers, browse(shop.viewer).get("/ops/orders?status=cancelled").text)

    told = shop.admin.result("GET", "/orders")
    assert whole == [order["number"] for order in told]
    assert parts == [f"{number}-1" for number in whole]
    assert len(whole) == 3
    assert cancelled == parts[:1]
    assert re.findall(numbers, browse(shop.admin).get("/ops/orders?since=2199-01-01").text) == []


def test_the_list_of_orders_shows_what_is_left_of_them(
    shop: Shop, browse: Browse, product: dict[str, Any]
) -> None:
    """The last one is cancelled, the first one sent in part."""
    seller = shop.admin.result("GET", f"/sellers/{shop.seller_id}")["name"]
    states = [
        ["0", "19.99 EUR", "Cancelled", "Refunded", "Cancelled"],
        ["2", "39.98 EUR", "Placed", "Paid", "Unfulfilled"],
        ["3", "59.97 EUR", "Placed", "Paid", "Partially fulfilled"],
    ]
    buyer = shop.customer.result("GET", "/users/me")["name"]
    for account, name in ((shop.admin, ADDRESS["name"]), (shop.viewer, buyer)):
        rows = listed(browse(account).get("/ops/orders"))

        assert [row[3:] for row in rows] == states
        assert {row[1] for row in rows} == {f"{name} {shop.customer.login}"}
        assert {row[2] for row in rows} == {seller}


def test_pages_of_a_list_follow_each_other(shop: Shop, browse: Browse) -> None:
    made = {shop.draft("ops-page")["name"] for _ in range(26)}
    browser = browse(shop.seller)

    first = browser.get("/ops/products?status=draft")
    [following] = re.findall(r'rel="next" href="([^"]+)"', first.text)
    second = browser.get(following.replace("&amp;", "&"))
    [back] = re.findall(r'rel="prev" href="([^"]+)"', second.text)

    shown = [re.findall(r"Product ops-page-\w+", page.text) for page in (first, second)]
    assert [len(names) for names in shown] == [25, 1]
    assert {*shown[0], *shown[1]} == made
    again = browser.get(back.replace("&amp;", "&"))
    assert re.findall(r"Product ops-page-\w+", again.text) == shown[0]
    stale = browser.get("/ops/products?cursor=made-up")
    assert (stale.status_code, stale.headers["Content-Type"]) == (400, "text/html; charset=utf-8")


def test_a_hostile_name_is_text(shop: Shop, browse: Browse, product: dict[str, Any]) -> None:
    name = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    body = {
        "name": name,
        "categoryId": shop.category_id,
        "sellerId": shop.seller_id,
        "variants": [{"sku": "<b>sku</b>", "price": {"amount": 100, "currency": "EUR"}}],
    }
    made = shop.seller.result("POST", "/products", body)
    bought = (shop.offers(product)[0], 1)
    ordered = shop.customer.order(bought, shippingAddress=ADDRESS | {"name": name})
    assert ordered.status_code == 201, ordered.text
    for account, path in (
        (shop.seller, "/ops/products?status=draft"),
        (shop.seller, f"/ops/products/{made['id']}"),
        # Parcels go to a name that buyers choose anew each time.
        (shop.admin, "/ops/orders"),
    ):
        page = browse(account).get(path)
        assert page.status_code == 200
        assert not re.search(r"<script>|<img|<b>", page.text)
        assert "&lt;script&gt;alert(1)" in page.text


def test_what_ends_a_session(shop: Shop, browse: Browse, module_database_url: str) -> None:
    account = shop.anonymous.register("leaving")
    shop.seller.result(
        "POST", f"/sellers/{shop.seller_id}/members", {"email": account.login, "role": "viewer"}
    )
    browser = browse(account)
    assert browser.get("/ops").status_code == 200

    # Suspending an account and changing its password raise this.
    engine = create_engine(module_database_url)
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE users SET session_version = session_version + 1 WHERE email = :login"),
            {"login": account.login},
        )
    engine.dispose()
    assert browser.get("/ops").status_code == 303

    browser = browse(account)
    assert browser.get("/ops").status_code == 200
    path = f"/sellers/{shop.seller_id}/members/{account.user}"
    assert shop.seller.request("DELETE", path).status_code == 204
    assert browser.get("/ops").status_code == 403


def test_signing_out_ends_the_session_on_the_server(shop: Shop, browse: Browse, app: Flask) -> None:
    browser, copied = browse(shop.admin), a_browser(app)
    copied.cookies = httpx.Cookies(browser.cookies)
    assert copied.get("/ops").status_code == 200
    [token] = re.findall(r'name="form_token" value="(\w+)"', browser.get("/ops").text)

    refused = copied.post("/ops/sign-out")
    assert refused.status_code == 403
    assert browser.post("/ops/sign-out", data={"form_token": token}).status_code == 303

    assert copied.get("/ops").status_code == 303


def test_neither_door_takes_the_tokens_of_the_other(shop: Shop, browse: Browse, app: Flask) -> None:
    cookie = browse(shop.admin).cookies["marketplace_ops"]
    answer = shop.anonymous.get("/users/me", headers={"Authorization": f"Bearer {cookie}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")

    for value in (shop.admin.token or "", cookie[:-2] + "AA", "a.b.c"):
        browser = a_browser(app)
        answer = browser.get("/ops", headers={"Cookie": f"marketplace_ops={value}"})
        assert answer.status_code == 303
    # The session of the pages is no login of the API.
    browser = browse(shop.admin)
    assert browser.get(f"{BASE}/users/me").status_code == 401


def test_failures_count_with_those_of_the_api(shop: Shop, app: Flask) -> None:
    login = shop.anonymous.register("forgetful").login
    browser = a_browser(app, address="10.9.8.7")

    statuses = [sign_in(browser, login, "wrong").status_code for _ in range(10)]
    answer = sign_in(browser, login)

    assert statuses == [401] * 10
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert browser.get("/ops").status_code == 303
    through_api = shop.anonymous.post("/auth/token", {"login": login, "password": PASSWORD})
    assert through_api.status_code == 429


def test_cookies_travel_by_tls_only_in_production(module_database_url: str, shop: Shop) -> None:
    app = create_app(
        Settings(
            environment=Environment.PRODUCTION,
            database=Database(url=module_database_url),
            security=Security(secret_key=SECRET),
            http=Http(trusted_hosts=("localhost",)),
        )
    )
    browser = a_browser(app, scheme="https")

    answer = sign_in(browser, shop.viewer.login)

    assert answer.status_code == 303
    cookies = [
        cookie
        for cookie in answer.headers.get_list("Set-Cookie")
        if cookie.startswith("marketplace_ops=")
    ]
    assert len(cookies) == 1
    assert {"HttpOnly", "Path=/ops", "SameSite=Lax", "Secure"} == set(cookies[0].split("; ")[1:])
    page = browser.get("/ops")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_other_origins_read_nothing(shop: Shop, browse: Browse) -> None:
    answer = browse(shop.admin).get("/ops", headers={"Origin": "http://localhost:5173"})

    assert "Access-Control-Allow-Credentials" not in answer.headers


# The actor, the sellers to choose from, the one that was chosen and the list are a statement each;
# the reader of the list looks an administrator's seller up too.
READS = [
    ("admin", "/ops/products", 3),
    ("admin", "/ops/products?q=product", 3),
    ("admin", "/ops/products?status=draft", 3),
    ("admin", "/ops/products?seller={seller}", 5),
    ("admin", "/ops/orders", 3),
    ("admin", "/ops/orders?seller={seller}", 5),
    ("seller", "/ops/products", 3),
    ("seller", "/ops/products?seller={seller}", 4),
    ("seller", "/ops/orders", 3),
    ("admin", "/ops", 16),
    ("seller", "/ops", 14),
    ("seller", "/ops?seller={seller}", 15),
    ("admin", "/ops/products/{product}", 4),
    ("seller", "/ops/products/{product}", 4),
]


@pytest.mark.parametrize(("actor", "path", "expected"), READS)
def test_pages_cost_so_many_statements(
    actor: str, path: str, expected: int, shop: Shop, browse: Browse, product: dict[str, Any]
) -> None:
    browser = browse(getattr(shop, actor))
    filled = path.format(seller=shop.seller_id, product=product["id"])
    assert browser.get(filled).status_code == 200

    with counted() as statements:
        assert browser.get(filled).status_code == 200

    assert len(statements) == expected, "\n\n".join(statements)
