"""Listings of what is unusual, and what is in stock."""

import random
from typing import Any

from sqlalchemy import text

from marketplace.infrastructure.database.engine import Engines
from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import stored_goods
from tests.integration.database.search.catalogues import random_catalogue


def test_words_beyond_what_can_be_indexed_are_left_out(new_uow: NewUow) -> None:
    goods = stored_goods(new_uow)
    long = {f"a{each}": " ".join(f"{each}w{n}" for n in range(20_000)) for each in range(10)}

    with new_uow() as uow:
        uow.products.get(goods.product.id).attributes = long
        uow.listings.refresh([goods.product.id])
        uow.commit()


def test_what_is_restocked_is_what_would_be_listed_anew(
    chance: random.Random, engines: Engines, new_uow: NewUow
) -> None:
    catalogue = random_catalogue(chance)
    catalogue.store(new_uow)
    before = _prices(engines)

    with new_uow() as uow:
        uow._open.write(text("UPDATE stock_items SET on_hand = greatest(2 - on_hand, 0)"))
        uow.listings.restock([each.id for each in catalogue.offers])
        uow.commit()
    restocked = _prices(engines)

    with new_uow() as uow:
        uow.listings.refresh([each.id for each in catalogue.products])
        uow.commit()
    assert restocked == _prices(engines) != before


def _prices(engines: Engines) -> list[Any]:
    statement = text(
        "SELECT product_id, price_amount, price_currency, in_stock FROM product_listings ORDER BY 1"
    )
    with engines.read.connect() as connection:
        return list(connection.execute(statement))
