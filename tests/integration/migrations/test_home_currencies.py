"""What is offered in several currencies is listed anew."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from marketplace.domain.shared.money import Money
from marketplace.infrastructure.database import mappings, migrations
from marketplace.infrastructure.database.engine import DatabaseSettings, Engines, create_engines
from marketplace.infrastructure.database.unit_of_work import SqlUnitOfWork
from tests.databases import Server
from tests.factories import a_category, a_product, a_seller, an_offer, eur, new_id
from tests.fakes import FakeClock

_LISTED = "SELECT product_id, price_amount, price_currency FROM product_listings ORDER BY 1"


@pytest.fixture
def engines(postgres: Server) -> Iterator[Engines]:
    with postgres.database() as url:
        engines = create_engines(DatabaseSettings(url=url.render_as_string(hide_password=False)))
        migrations.upgrade(engines.write)
        yield engines
        engines.dispose()


def test_no_listing_keeps_the_price_of_another_currency(engines: Engines) -> None:
    mappings.configure()
    seller, rival, category = a_seller(), a_seller(), a_category()
    plain, foreign = a_product(seller, category), a_product(seller, category)
    with SqlUnitOfWork(engines.write, clock=FakeClock(), new_id=new_id) as uow:
        uow.sellers.add(seller)
        uow.sellers.add(rival)
        uow.categories.add(category)
        for product in (plain, foreign):
            uow.products.add(product)
            uow.offers.add(an_offer(product, price=eur(1200)))
        uow.offers.add(an_offer(foreign, seller_id=rival.id, price=Money(900, "JPY")))
        uow.listings.refresh([plain.id, foreign.id])
        uow.commit()
    with engines.write.connect() as connection:
        command.downgrade(migrations.config(connection), "0006")
    with engines.write.begin() as connection:
        connection.execute(
            text(
                "UPDATE product_listings SET price_amount = 900, price_currency = 'JPY'"
                " WHERE product_id = :product"
            ),
            {"product": foreign.id},
        )

    migrations.upgrade(engines.write)
    kept = _listed(engines)
    with SqlUnitOfWork(engines.write, clock=FakeClock(), new_id=new_id) as uow:
        uow.listings.add_missing()
        uow.commit()

    assert kept == [(plain.id, 1200, "EUR")]
    assert _listed(engines) == [(plain.id, 1200, "EUR"), (foreign.id, 1200, "EUR")]


def _listed(engines: Engines) -> list[Any]:
    with engines.read.connect() as connection:
        return [tuple(row) for row in connection.execute(text(_LISTED))]
