from uuid import UUID

import pytest

from marketplace.domain.catalogue.barcode import require_gtin
from marketplace.domain.shared.slug import is_slug, slugify
from marketplace.infrastructure.seeding import words
from marketplace.infrastructure.seeding.pieces import Piece
from marketplace.infrastructure.seeding.plan import Aisle, Plan, made_id, make_sellers
from marketplace.infrastructure.seeding.products import COLUMNS, NULL, ProductMaker


def pieces(*texts: str) -> list[Piece]:
    return [Piece(each, slugify(each, fallback="x"), 1, ((each.lower(), 1),)) for each in texts]


@pytest.fixture(scope="module")
def plan() -> Plan:
    aisle = Aisle(
        category=made_id(7, "4", 0).hex,
        terms=["category:lamps"],
        names=pieces("Lamps"),
        things=pieces("lamp", "lantern"),
        traits=pieces("brass", "paper"),
        materials=pieces("brass"),
        uses=pieces("reading"),
        prices=(10, 200),
        options=[("size", pieces("S", "M", "L")), ("colour", pieces("red", "blue"))],
    )
    return Plan(
        seed=7,
        sellers=make_sellers(7, 5, 0),
        aisles=[aisle],
        brands=pieces("Calder", "Marlow"),
        models=pieces("Mistral"),
        tags=pieces(*words.TAGS),
        sentences=pieces("Fine."),
        made_for=pieces("For")[0],
    )


def columns(maker: ProductMaker, table: str, name: str) -> list[str]:
    place = [each.strip() for each in COLUMNS[table].split(",")].index(name)
    return [line.split("\t")[place] for line in maker.lines[table]]


@pytest.fixture(scope="module")
def maker(plan: Plan) -> ProductMaker:
    return ProductMaker(plan, range(100, 600))


def test_the_same_numbers_make_the_same_products(plan: Plan, maker: ProductMaker) -> None:
    assert ProductMaker(plan, range(100, 600)).lines == maker.lines


def test_a_stretch_begins_as_a_longer_one(plan: Plan, maker: ProductMaker) -> None:
    shorter = ProductMaker(plan, range(100, 110)).lines
    assert shorter["products"] == maker.lines["products"][:10]


def test_every_line_has_all_columns(maker: ProductMaker) -> None:
    for table, names in COLUMNS.items():
        assert {line.count("\t") for line in maker.lines[table]} == {names.count(",")}


def test_ids_are_uuids_of_version_7_in_the_order_of_their_products(maker: ProductMaker) -> None:
    ids = [UUID(each) for each in columns(maker, "products", "id")]
    assert {each.version for each in ids} == {7}
    assert ids == sorted(ids)
    everything = [
        each
        for table, name in (
            ("products", "id"),
            ("variants", "id"),
            ("offers", "id"),
            ("stock_movements", "id"),
        )
        for each in columns(maker, table, name)
    ]
    assert len(set(everything)) == len(everything)


def test_slugs_and_barcodes_keep_the_rules_of_the_domain(maker: ProductMaker) -> None:
    slugs = columns(maker, "products", "slug")
    assert len(set(slugs)) == len(slugs) == 500
    assert all(map(is_slug, slugs))
    barcodes = [each for each in columns(maker, "variants", "barcode") if each != NULL]
    assert barcodes
    for barcode in barcodes:
        require_gtin(barcode, "/barcode")


def test_variants_of_a_product_differ_and_skus_are_unique(maker: ProductMaker) -> None:
    chosen = list(
        zip(
            columns(maker, "variants", "product_id"),
            columns(maker, "variants", "options"),
            strict=True,
        )
    )
    assert len(set(chosen)) == len(chosen) > 500
    skus = columns(maker, "offers", "sku")
    assert len(set(skus)) == len(skus)


def test_most_products_are_listed_at_their_lowest_price_in_stock(maker: ProductMaker) -> None:
    listed = columns(maker, "product_listings", "product_id")
    published = [
        key
        for key, status in zip(
            columns(maker, "products", "id"), columns(maker, "products", "status"), strict=True
        )
        if status == "published"
    ]
    assert listed == published
    assert 450 < len(listed) < 500
