"""Signing in to the pages and out of them."""

import pytest

from marketplace.domain.shared.ids import UserId
from marketplace.presentation.ops.sessions import FORM_COOKIE, FORM_FIELD, SESSION_COOKIE
from tests.unit.ops.world import LIMITS, PASSWORD, World, form_token, sign_in

LOGIN = "admin@example.com"


@pytest.fixture
def world() -> World:
    world = World()
    world.account(LOGIN, admin=True)
    return world


def test_whoever_signs_in_gets_to_the_page_that_was_asked_for(world: World) -> None:
    browser = world.browser()

    asked = browser.get("/ops/orders?status=placed")
    assert asked.status_code == 303
    assert asked.headers["Location"] == "/ops/sign-in?next=%2Fops%2Forders%3Fstatus%3Dplaced"
    assert asked.headers["Cache-Control"] == "no-store"
    token = form_token(browser.get(asked.headers["Location"]).text)
    answer = browser.post(
        asked.headers["Location"], data={"login": LOGIN, "password": PASSWORD, FORM_FIELD: token}
    )

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/ops/orders?status=placed"
    page = browser.get("/ops/orders")
    assert page.status_code == 200
    assert f"Name of {LOGIN}" in page.text
    assert browser.get("/ops/sign-in").headers["Location"] == "/ops"


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/ops",
        "//evil.example/ops",
        "/\\evil.example",
        "/opsevil",
        "/docs",
        "/ops\r\nSet-Cookie: a=b",
        "/ops/\N{LATIN SMALL LETTER E WITH ACUTE}",
        "javascript:alert(1)",
        f"/ops/{'x' * 2001}",
    ],
)
def test_nobody_is_sent_anywhere_else(world: World, wanted: str) -> None:
    browser = world.browser()
    token = form_token(browser.get("/ops/sign-in").text)

    answer = browser.post(
        "/ops/sign-in",
        query_string={"next": wanted},
        data={"login": LOGIN, "password": PASSWORD, FORM_FIELD: token},
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/ops")


def test_the_cookies_are_kept_from_scripts_and_other_sites(world: World) -> None:
    browser = world.browser()
    [form_cookie] = browser.get("/ops/sign-in").headers.getlist("Set-Cookie")
    answer = sign_in(browser, LOGIN)
    [session_cookie] = [
        each
        for each in answer.headers.getlist("Set-Cookie")
        if each.startswith(SESSION_COOKIE + "=")
    ]

    for cookie, name in ((form_cookie, FORM_COOKIE), (session_cookie, SESSION_COOKIE)):
        attributes = cookie.split("; ")
        assert attributes[0].startswith(f"{name}=")
        assert sorted(attributes[1:]) == ["HttpOnly", "Path=/ops", "SameSite=Lax"]


@pytest.mark.parametrize(
    ("login", "password"), [(LOGIN, "not-the-one"), ("nobody@example.com", PASSWORD)]
)
def test_a_wrong_password_and_an_unknown_account_look_the_same(
    world: World, login: str, password: str
) -> None:
    browser = world.browser()

    answer = sign_in(browser, login, password)

    assert answer.status_code == 401
    assert "The login or the password is wrong." in answer.text
    assert f'value="{login}"' in answer.text
    assert password not in answer.text
    assert SESSION_COOKIE not in str(answer.headers)
    assert browser.get("/ops").status_code == 303


@pytest.mark.parametrize(
    ("login", "password", "field"),
    [
        ("", PASSWORD, "login"),
        (LOGIN, "", "password"),
        ("a\0b", PASSWORD, "login"),
        ("x" * 255, PASSWORD, "login"),
        (LOGIN, "x" * 257, "password"),
    ],
)
def test_what_cannot_be_an_account_is_told_at_its_field(
    world: World, login: str, password: str, field: str
) -> None:
    answer = sign_in(world.browser(), login, password)

    assert answer.status_code == 422
    assert f'aria-describedby="{field}-fault"' in answer.text


def test_too_many_failures_are_throttled_as_those_of_the_api(world: World) -> None:
    browser = world.browser()
    for _ in range(LIMITS.per_account):
        assert sign_in(browser, LOGIN, "wrong").status_code == 401

    answer = sign_in(browser, LOGIN)

    assert answer.status_code == 429
    assert "Too many failed sign-ins" in answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert browser.get("/ops").status_code == 303


def test_a_form_of_another_browser_is_refused(world: World) -> None:
    browser, other = world.browser(), world.browser()
    foreign = form_token(other.get("/ops/sign-in").text)
    data = {"login": LOGIN, "password": PASSWORD}

    # Without a form, without a token, with that of another browser, and without ASCII.
    assert browser.post("/ops/sign-in", data=data).status_code == 403
    browser.get("/ops/sign-in")
    for token in ("", foreign, "\N{SNOWMAN}"):
        answer = browser.post("/ops/sign-in", data=data | {FORM_FIELD: token})
        assert (answer.status_code, answer.mimetype) == (403, "text/html")
        assert "This form has expired" in answer.text
    assert browser.get("/ops").status_code == 303


def test_signing_out_needs_the_form_of_the_page(world: World) -> None:
    browser = world.browser(LOGIN)
    foreign = form_token(world.browser(LOGIN).get("/ops").text)

    for token in ("", foreign):
        assert browser.post("/ops/sign-out", data={FORM_FIELD: token}).status_code == 403
    assert browser.get("/ops").status_code == 200


def test_signing_out_ends_the_session_wherever_its_cookie_is(world: World) -> None:
    browser, thief = world.browser(LOGIN), world.browser()
    stolen = browser.get_cookie(SESSION_COOKIE, path="/ops")
    assert stolen is not None
    thief.set_cookie(SESSION_COOKIE, stolen.value, path="/ops")
    assert thief.get("/ops").status_code == 200

    token = form_token(browser.get("/ops").text)
    answer = browser.post("/ops/sign-out", data={FORM_FIELD: token})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/ops/sign-in")
    assert browser.get_cookie(SESSION_COOKIE, path="/ops") is None
    assert thief.get("/ops").status_code == 303
    # Once more is no fault.
    assert browser.post("/ops/sign-out").status_code == 303


def test_a_session_ends_with_the_session_version_of_its_account(world: World) -> None:
    browser = world.browser(LOGIN)
    assert browser.get("/ops").status_code == 200
    [user_id] = [UserId(user.id) for user in world.database.state.users.values()]

    world.database.state.users[user_id].session_version += 1

    assert browser.get("/ops").status_code == 303


@pytest.mark.parametrize("cookie", ["", "junk", "a/b/c", "x" * 4000])
def test_a_cookie_that_is_none_of_ours(world: World, cookie: str) -> None:
    browser = world.browser()
    browser.set_cookie(SESSION_COOKIE, cookie, path="/ops")

    assert browser.get("/ops").status_code == 303


def test_an_account_without_a_seller_is_told_so_and_can_leave(world: World) -> None:
    world.account("buyer@example.com")
    browser = world.browser("buyer@example.com")

    for path in ("/ops", "/ops/products", "/ops/orders", "/ops/products/oak-table"):
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "for administrators and for members of sellers" in answer.text
        assert 'aria-label="Pages"' not in answer.text
    assert world.analytics.asked == []
    token = form_token(browser.get("/ops").text)
    assert browser.post("/ops/sign-out", data={FORM_FIELD: token}).status_code == 303


@pytest.mark.parametrize("path", ["/ops", "/ops/products", "/ops/orders", "/ops/no/such"])
def test_there_is_nothing_to_post_to(world: World, path: str) -> None:
    browser = world.browser(LOGIN)
    token = form_token(browser.get("/ops").text)

    assert browser.post(path, data={FORM_FIELD: token}).status_code == 405
