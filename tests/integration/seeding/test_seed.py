"""`marketplace seed`, on a database of its own."""

from contextlib import closing

import httpx
import psycopg2
import pytest
from sqlalchemy import make_url

from marketplace.infrastructure.seeding import loading, tree
from marketplace.main import create_app
from tests.integration.conftest import settings_for
from tests.processes import CLI, environment, run

PRODUCTS, SELLERS = 600, 7
_TABLES = ("products", "variants", "offers", "stock_items", "stock_movements", "product_listings")


def seed(url: str, *arguments: str) -> str:
    given = ("--products", str(PRODUCTS), "--sellers", str(SELLERS), "--seed", "4", *arguments)
    done = run(*CLI, "seed", *given, env=environment(url), timeout=120)
    return "" if done.returncode == 0 else done.stderr


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg2.connect(plain)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def contents(url: str) -> list[list[tuple[object, ...]]]:
    left_out = {"stock_movements": "id, offer_id, kind, quantity, on_hand, allocated, occurred_at"}
    return [
        rows(url, f"SELECT {left_out.get(table, '*')} FROM {table} ORDER BY 1")  # noqa: S608
        for table in _TABLES
    ]


def scaffold(url: str) -> set[tuple[object, ...]]:
    """All indexes and constraints."""
    return {
        *rows(url, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"),
        *rows(
            url,
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated"
            " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        ),
    }


@pytest.fixture(scope="module")
def before(module_database_url: str) -> set[tuple[object, ...]]:
    return scaffold(module_database_url)


@pytest.fixture(scope="module")
def seeded(module_database_url: str, before: set[tuple[object, ...]]) -> str:
    assert seed(module_database_url) == ""
    return module_database_url


def test_it_makes_what_was_asked_for(seeded: str) -> None:
    counts = rows(
        seeded,
        "SELECT (SELECT count(*) FROM products), (SELECT count(*) FROM sellers),"
        " (SELECT count(*) FROM categories), (SELECT count(*) FROM product_listings)",
    )
    [(products, sellers, categories, listings)] = counts
    assert (products, sellers) == (PRODUCTS, SELLERS)
    assert categories == len(tree.built_in())
    assert rows(seeded, "SELECT count(*) FROM products WHERE status = 'published'") == [(listings,)]


def test_indexes_and_constraints_are_as_before(
    seeded: str, before: set[tuple[object, ...]]
) -> None:
    assert scaffold(seeded) == before


def test_stock_is_what_its_movements_come_to(seeded: str) -> None:
    assert (
        rows(
            seeded,
            "SELECT offer_id FROM stock_items LEFT JOIN ("
            "  SELECT offer_id, sum(quantity) AS moved FROM stock_movements GROUP BY offer_id"
            ") AS journal USING (offer_id) WHERE on_hand <> coalesce(moved, 0)",
        )
        == []
    )


def test_listings_are_those_that_the_application_makes(seeded: str) -> None:
    statement = """
        SELECT product_id, number, name, price_amount, price_currency, in_stock,
            ARRAY(SELECT unnest(terms) ORDER BY 1), choices -> 'a',
            ARRAY(SELECT jsonb_array_elements(choices -> 'v') ORDER BY 1),
            strip(ts_filter(search, '{a}'))::text, strip(ts_filter(search, '{b}'))::text,
            strip(ts_filter(search, '{c}'))::text
        FROM product_listings ORDER BY product_id
    """
    made = rows(seeded, statement)
    words = set(rows(seeded, "SELECT word FROM catalogue_words"))
    done = run(*CLI, "reindex", env=environment(seeded))
    assert done.returncode == 0, done.stderr
    for ours, theirs in zip(made, rows(seeded, statement), strict=True):
        assert ours == theirs
    assert words == set(rows(seeded, "SELECT word FROM catalogue_words"))


def test_what_is_seeded_can_be_listed_searched_and_read(seeded: str) -> None:
    app = create_app(settings_for(seeded))
    transport = httpx.WSGITransport(app=app)
    with httpx.Client(transport=transport, base_url="http://localhost/api/v1") as http:
        page = http.get("/products", params={"limit": 50}).json()
        assert len(page["result"]) == 50
        assert page["page"]["next"]
        name = page["result"][0]["name"]
        found = http.get("/products", params={"q": name, "include": "facets"}).json()
        assert page["result"][0]["id"] in [each["id"] for each in found["result"]]
        assert {"category", "seller", "attr:brand"} <= {each["name"] for each in found["facets"]}
        product = http.get(f"/products/{page['result'][0]['slug']}").json()["result"]
        assert product["variants"][0]["offers"]


def test_the_same_seed_makes_the_same(seeded: str, database_url: str) -> None:
    assert seed(database_url) == ""
    # Listings of the one may have been written anew; everything else is alike.
    assert contents(database_url)[:5] == contents(seeded)[:5]


def test_it_refuses_a_catalogue_unless_told_to_append(database_url: str) -> None:
    assert seed(database_url) == ""
    assert "--append" in seed(database_url)
    assert seed(database_url, "--append") == ""
    [(products, slugs)] = rows(database_url, "SELECT count(*), count(DISTINCT slug) FROM products")
    assert (products, slugs) == (2 * PRODUCTS, 2 * PRODUCTS)
    assert rows(database_url, "SELECT count(*) FROM categories") == [(len(tree.built_in()),)]


def test_what_is_broken_off_leaves_an_empty_database_with_its_indexes(database_url: str) -> None:
    before = scaffold(database_url)

    def interrupt(stage: str, more: int) -> None:
        if stage == "products":
            raise KeyboardInterrupt

    wanted = loading.Wanted(products=100, sellers=2, seed=1)
    with pytest.raises(KeyboardInterrupt):
        loading.load(database_url, "english", wanted, tree.built_in(), interrupt)
    assert scaffold(database_url) == before
    for table in (*_TABLES, "sellers", "users", "categories"):
        assert rows(database_url, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608
