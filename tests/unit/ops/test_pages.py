"""What the pages show and refuse, over figures that the tests make up."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from marketplace.application.analytics.queries import OutboxView, Range
from marketplace.application.catalogue.search import ProductSearchFilter
from marketplace.application.orders.queries import OrderFilter
from marketplace.domain.catalogue.product import ProductStatus
from marketplace.domain.errors import RuleViolated, Unavailable
from marketplace.domain.orders.statuses import OrderStatus, PaymentStatus
from marketplace.presentation.ops import orders, pages
from tests.factories import NOW
from tests.unit.ops.figures import PRODUCT, a_product, a_summary
from tests.unit.ops.world import World

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.fixture
def world() -> World:
    world = World()
    world.account("admin@example.com", admin=True)
    return world


def plain(page: str) -> str:
    """The text, each run of white space as one space."""
    text = re.sub(r"<[^>]+>", " ", page).replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"\s+", " ", text)


def test_the_overview_shows_the_figures(world: World) -> None:
    world.analytics.outbox = OutboxView(waiting=17, oldest_at=NOW - timedelta(minutes=3))

    answer = world.browser("admin@example.com").get("/ops?from=2026-01-01&to=2026-01-31")

    assert answer.status_code == 200
    text = plain(answer.text)
    for expected in (
        "Orders 4,321 4,300 not cancelled",
        "Cancelled orders 21 0.5 % of orders",
        "Units 9,876",
        "Revenue 1,234,567.89 EUR 5,000 JPY",
        "Average order 28.71 EUR 2,500 JPY",
        "Cart conversion 25.0 % 50 of 200 carts",
        "Days to ship 1.2 median of 10; 90&nbsp;% within 3.0",
        "Days to deliver \N{EN DASH} none were delivered",
        "34 in progress",
        "17 events wait",
        "3 min before this was read",
        "As of 1 Mar 2026, 12:30:15 UTC",
        "1 Jan 2026 to 31 Jan 2026",
    ):
        assert expected in text, expected
    january = Range(start=datetime(2026, 1, 1, tzinfo=UTC), end=datetime(2026, 2, 1, tzinfo=UTC))
    assert world.analytics.asked == [
        ("overview", january, None),
        ("sales by day", january, None),
        ("situation", None, None),
    ]


def test_charts_say_what_they_show(world: World) -> None:
    page = world.browser("admin@example.com").get("/ops?from=2026-01-01&to=2026-01-08").text

    titles = [
        title.replace("\N{NO-BREAK SPACE}", " ") for title in re.findall("<title>(.*?)<", page)
    ]
    # The page's own; eight days of orders and of revenue, each for two sizes of screen.
    assert len(titles) == 1 + 8 * 2 * 2
    assert titles.count("Sun 4 Jan 2026: 3 orders, 1 of them cancelled") == 2
    assert titles.count("Sun 4 Jan 2026: 59.97 EUR") == 2
    assert titles.count("Thu 1 Jan 2026: nothing in EUR") == 2
    assert '<th scope="row">Sun 4' in page


def test_a_product_shows_both_figures_of_it(world: World) -> None:
    answer = world.browser("admin@example.com").get("/ops/products/oak-table?range=7")

    text = plain(answer.text)
    for expected in (
        "Current orders 1,234",
        "Deliveries in progress 28",
        "In transit 20",
        "Delivered 800",
        "Orders 40",
        "Units 55",
        "9,876.50 EUR 5,000 JPY",
        "Cancelled 2",
        # The older one of both answers.
        "As of 1 Mar 2026, 12:30:13 UTC",
    ):
        assert expected in text, expected


@pytest.mark.parametrize("path", ["/ops/products/elm-table", "/ops/products/No%20Slug!", "/ops/no"])
def test_what_is_not_there(world: World, path: str) -> None:
    answer = world.browser("admin@example.com").get(path)

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "<h1>Nothing here</h1>" in answer.text


@pytest.mark.parametrize(
    ("path", "field", "message"),
    [
        ("/ops?from=nonsense&to=2026-01-01", "from", "This is not a day"),
        ("/ops?from=2026-02-01&to=2026-01-01", "to", "before the first"),
        ("/ops?seller=nobody", "seller", "There is no such seller."),
        ("/ops?seller=%ff%fe", None, "This is not UTF-8."),
        ("/ops?range=8", None, "range: This must be one of"),
        ("/ops/products?status=lost", "status", "This must be one of"),
        ("/ops/products?q=oak&status=draft", "status", "in published products only"),
        ("/ops/products?q=%00", "q", "control character"),
        (f"/ops/products?cursor={'x' * 4001}", None, "cursor: This must have at most"),
        ("/ops/orders?since=2026-13-01", "since", "This is not a day"),
        ("/ops/orders?payment=gold", "payment", "This must be one of"),
        (f"/ops/products/{PRODUCT}?from=2026-02-01&to=2026-01-01", "to", "before the first"),
    ],
)
def test_a_value_that_is_none_is_told_at_its_field(
    world: World, path: str, field: str | None, message: str
) -> None:
    answer = world.browser("admin@example.com").get(path)

    assert answer.status_code == (400 if "%ff" in path else 422)
    assert message in plain(answer.text)
    if field is not None:
        assert f'aria-describedby="{field}-fault"' in answer.text
        assert re.search(rf'id="{field}-fault">[^<]*{re.escape(message)}', answer.text)
    assert "4,321" not in answer.text


def test_nothing_that_is_stored_becomes_markup(world: World) -> None:
    world.analytics.name = HOSTILE
    world.products = [a_summary(name=HOSTILE)]
    world.product = a_product(name=HOSTILE)
    seller = world.sellers.add("evil")
    world.sellers.stored[seller.id] = type(seller)(**vars(seller) | {"name": HOSTILE})
    browser = world.browser("admin@example.com")

    for path in (
        "/ops?seller=evil",
        "/ops/products?q=<script>alert(1)</script>",
        "/ops/products/oak-table",
        '/ops/orders?since="><script>alert(1)</script>',
    ):
        page = browser.get(path).text
        assert "alert(1)" in page, path
        assert not re.search(r"<script>|<img", page), path


def test_pages_link_to_each_other_with_what_was_asked(world: World) -> None:
    browser = world.browser("admin@example.com")

    page = browser.get("/ops/products?q=oak+%26+elm&status=published&cursor=old").text
    assert 'href="/ops/products?q=oak+%26+elm&amp;status=published&amp;cursor=N%2B%2F%3D"' in page

    world.sellers.add("papyrus")
    page = browser.get("/ops?seller=papyrus&from=2026-01-01&to=2026-01-31").text
    assert 'href="/ops?seller=papyrus&amp;range=7"' in page


def test_products_are_found_in_the_way_that_can(world: World) -> None:
    seller = world.sellers.add("papyrus")
    browser = world.browser("admin@example.com")

    for query in ("", "?q=oak", "?status=draft", "?seller=papyrus", "?seller=papyrus&q=oak"):
        assert browser.get(f"/ops/products{query}").status_code == 200

    assert [(how, wanted) for how, _, wanted in world.listed] == [
        ("search", ProductSearchFilter()),
        ("search", ProductSearchFilter(q="oak")),
        ("for moderation", ProductStatus.DRAFT),
        ("of seller", (seller.id, None)),
        ("search", ProductSearchFilter(q="oak", seller=seller.id)),
    ]


def test_orders_are_filtered(world: World) -> None:
    seller = world.sellers.add("papyrus")
    browser = world.browser("admin@example.com")

    browser.get("/ops/orders?status=placed&payment=paid&since=2026-01-01&cursor=c")
    browser.get(f"/ops/orders?seller={seller.id}")

    first, second = world.listed
    assert (first[1].cursor, first[1].limit) == ("c", orders.ROWS)
    assert first[2] == (
        OrderFilter(
            status=OrderStatus.PLACED,
            payment_status=PaymentStatus.PAID,
            placed_after=datetime(2025, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        ),
        None,
    )
    assert second[2] == (OrderFilter(), seller.id)


def test_a_member_sees_its_own_sellers(world: World) -> None:
    mine, other, foreign = (world.sellers.add(name) for name in ("mine", "other", "foreign"))
    world.account("member@example.com", sellers=[mine, other])
    browser = world.browser("member@example.com")

    page = browser.get("/ops").text
    assert {"mine", "other"} <= set(re.findall(r"<option[^>]*>([^<]*)<", page))
    assert "foreign" not in page
    assert browser.get(f"/ops?seller={other.id}").status_code == 200
    assert [seller for _, _, seller in world.analytics.asked] == [None] * 3 + [other.id] * 3

    for path in ("/ops", "/ops/products", "/ops/orders"):
        for wanted in (foreign.id, foreign.slug):
            answer = browser.get(f"{path}?seller={wanted}")
            assert answer.status_code == 422
            assert "There is no such seller." in answer.text
    assert len(world.analytics.asked) == 6
    assert world.listed == []

    browser.get("/ops/orders")
    browser.get("/ops/products")
    assert [wanted for _, _, wanted in world.listed] == [
        (OrderFilter(), mine.id),
        (mine.id, None),
    ]


def test_the_outbox_is_for_administrators(world: World) -> None:
    world.analytics.outbox = OutboxView(waiting=0, oldest_at=None)
    world.account("member@example.com", sellers=[world.sellers.add("mine")])

    assert "All are delivered." in world.browser("admin@example.com").get("/ops").text
    assert "Outbox" not in world.browser("member@example.com").get("/ops").text


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (Unavailable("unavailable", "The database does not answer.", 7), 503, "does not answer"),
        (RuleViolated("too_many_buckets", "Choose fewer."), 422, "Choose fewer."),
        (RuntimeError("secret of the database"), 500, "Something went wrong on our side."),
    ],
)
def test_what_goes_wrong_is_a_page_too(
    world: World, fault: Exception, status: int, text: str
) -> None:
    browser = world.browser("admin@example.com")
    world.analytics.fault = fault

    answer = browser.get("/ops")

    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert text in answer.text
    assert "secret" not in answer.text
    assert answer.headers.get("Retry-After") == ("7" if status == 503 else None)
    assert answer.headers["Content-Security-Policy"] == pages.CONTENT_SECURITY_POLICY


def test_a_database_that_does_not_answer_is_a_page_too(world: World) -> None:
    browser = world.browser("admin@example.com")
    world.fault = Unavailable("unavailable", "The database does not answer.", 7)

    for path in ("/ops", "/ops/orders", "/ops/no", "/ops/sign-in"):
        answer = browser.get(path)

        assert (answer.status_code, answer.mimetype) == (503, "text/html"), path
        assert "does not answer" in answer.text
        assert answer.headers["Retry-After"] == "7"


def test_every_page_is_protected(world: World) -> None:
    browser = world.browser("admin@example.com")

    for path in ("/ops", "/ops/products", "/ops/products/oak-table", "/ops/orders", "/ops/no"):
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        # Landmarks, a way past the head, a name; nothing from elsewhere and nothing in the page.
        assert answer.text.startswith("<!doctype html>")
        for mark in ('<html lang="en">', '<a class="skip" href="#content">', '<main id="content"'):
            assert mark in answer.text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", answer.text)
        assert all(
            url.startswith(("/ops", "#"))
            for url in re.findall(r'(?:href|src)="([^"]+)"', answer.text)
        )


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [("ops.css", "text/css"), ("ops.js", "text/javascript"), ("ops.svg", "image/svg+xml")],
)
def test_assets_need_no_session(world: World, name: str, mimetype: str) -> None:
    with world.browser().get(f"/ops/static/{name}") as asset:
        assert (asset.status_code, asset.mimetype) == (200, mimetype)


def test_every_field_has_a_label(world: World) -> None:
    browser = world.browser("admin@example.com")

    for path in ("/ops", "/ops/products", "/ops/orders"):
        page = browser.get(path).text
        fields = re.findall(r'<(?:input|select)\b(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', page)
        assert fields
        assert set(fields) == set(re.findall(r'<label for="([^"]+)"', page))
        assert len(set(fields)) == len(fields)
