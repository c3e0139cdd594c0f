"""Numbers of listings that an earlier release made are found by the index of searches."""

import pytest
from alembic import command
from sqlalchemy import text

from marketplace.infrastructure.database import mappings, migrations
from marketplace.infrastructure.database.engine import Engines
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.factories import a_category, a_product, a_seller, a_variant, new_id
from tests.fakes import FakeClock
from tests.integration.migrations.test_home_currencies import engines as engines

BEFORE = "0013"
INDEX = "ix_product_listings_search"
# What an interrupted migration leaves.
LEFT = f"CREATE INDEX {INDEX}_next ON product_listings USING gin (terms)"
FIND = text("SELECT product_id FROM product_listings WHERE listing_numbers(choices) && :keys")
INDEXES = text(
    "SELECT relname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
    " WHERE indisvalid AND starts_with(relname, :name)"
)


@pytest.mark.parametrize("interrupted", [False, True])
def test_they_are_found_after_migrating(interrupted: bool, engines: Engines) -> None:
    mappings.configure()
    seller, category = a_seller(), a_category()
    wide = a_product(
        seller,
        category,
        attributes={"width": 10},
        variants=[a_variant(options={"height": "2.5"})],
    )
    plain = a_product(seller, category, attributes={"width": "ten"})
    with SqlUnitOfWork(engines.write, clock=FakeClock(), new_id=new_id) as uow:
        uow.sellers.add(seller)
        uow.categories.add(category)
        uow.products.add(wide)
        uow.products.add(plain)
        uow.listings.refresh([wide.id, plain.id])
        uow.commit()
    with engines.write.connect() as connection:
        command.downgrade(migrations.config(connection), BEFORE)
    if interrupted:
        with engines.write.begin() as connection:
            connection.execute(text(LEFT))

    migrations.upgrade(engines.write)

    with engines.write.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        for keys in (["width:40240000"], ["height:4004"]):
            assert connection.execute(FIND, {"keys": keys}).scalars().all() == [wide.id]
        plan = connection.execute(text(f"EXPLAIN {FIND.text}"), {"keys": keys}).scalars()
        assert any(f"Index Scan on {INDEX}" in line for line in plan)
        names = connection.execute(INDEXES, {"name": INDEX}).scalars()
        assert list(names) == [INDEX]
