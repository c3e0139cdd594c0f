"""Listings of what is unusual."""

from tests.integration.database.conftest import NewUow
from tests.integration.database.goods import stored_goods


def test_words_beyond_what_can_be_indexed_are_left_out(new_uow: NewUow) -> None:
    goods = stored_goods(new_uow)
    long = {f"a{each}": " ".join(f"{each}w{n}" for n in range(20_000)) for each in range(10)}

    with new_uow() as uow:
        uow.products.get(goods.product.id).attributes = long
        uow.listings.refresh([goods.product.id])
        uow.commit()
