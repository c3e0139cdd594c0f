"""Imports, their files, and what their rows are found by."""

import pytest

from marketplace.domain.errors import Conflict, NotFound
from marketplace.domain.imports.product_import import (
    LEASE,
    ImportStatus,
    ProductImport,
    Progress,
    RowError,
)
from marketplace.domain.shared.ids import ImportId
from tests.factories import NOW, a_category, a_product, an_offer, new_id, word
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods


def requested(goods: Goods, **values: object) -> ProductImport:
    return ProductImport.request(
        **{
            "id": ImportId(new_id()),
            "seller_id": goods.seller.id,
            "requested_by": goods.user.id,
            "currency": "EUR",
            "decimals": 2,
            "dry_run": False,
            "columns": ("Handle", "Title"),
            "size": 100,
            "rows": 3,
            "superseded": (2,),
            "offset": 13,
            "now": NOW,
            **values,
        }  # type: ignore[arg-type]
    )


class TestWaiting:
    def test_the_oldest_is_found_until_it_is_over(self, world: World, goods: Goods) -> None:
        wanted = requested(goods)
        world.store(("imports", wanted))

        with world.new_uow() as uow:
            found = uow.imports.find_waiting()
            while found is not None and found.id != wanted.id:
                # Others are left of other tests.
                found.take_up(uow.now)
                found = uow.imports.find_waiting()
            assert found is not None
            found.take_up(uow.now)
            uow.commit()

        with world.new_uow() as uow:
            assert uow.imports.find_waiting() is None
        world.clock.advance(seconds=LEASE.total_seconds())
        with world.new_uow() as uow:
            taken = uow.imports.get(wanted.id)
            taken.take_up(uow.now)
            taken.advance(Progress(offset=100, created=1, failed=2), uow.now)
            taken.complete(uow.now)
            uow.commit()
        with world.new_uow() as uow:
            over = uow.imports.get(wanted.id)
        assert (over.status, over.done, over.offset) == (ImportStatus.COMPLETED, 3, 100)
        assert over.superseded == (2,)
        assert over.columns == ("Handle", "Title")

    def test_an_unknown_one_is_not_found(self, world: World) -> None:
        with world.new_uow() as uow, pytest.raises(NotFound):
            uow.imports.get(ImportId(new_id()))


class TestFiles:
    def test_are_kept_in_pieces(self, world: World, goods: Goods) -> None:
        wanted = requested(goods)
        world.store(("imports", wanted))
        with world.new_uow() as uow:
            uow.imports.add_chunk(wanted.id, 0, b"Handle\x00")
            uow.imports.add_chunk(wanted.id, 1, b"\xff")
            uow.imports.add_errors(wanted.id, [])
            uow.imports.add_errors(
                wanted.id, [RowError(row=2, pointer="/Title", code="c", message="m")]
            )
            uow.commit()

        with world.new_uow() as uow:
            pieces = [uow.imports.chunk(wanted.id, number) for number in range(3)]
            uow.imports.drop_file(wanted.id)
            uow.commit()

        assert pieces == [b"Handle\x00", b"\xff", b""]
        with world.new_uow() as uow:
            assert uow.imports.chunk(wanted.id, 0) == b""


class TestHandles:
    def test_find_products(self, world: World, goods: Goods) -> None:
        handle, product, seller = word(), goods.product, goods.seller.id
        with world.new_uow() as uow:
            assert uow.imports.find_products(seller, [handle]) == {}
            uow.imports.name_products(seller, {handle: product.id})
            uow.commit()
        former, present = product.slug, word()
        with world.new_uow() as uow:
            uow.products.move(uow.products.get(product.id), present)
            uow.commit()

        with world.new_uow() as uow:
            found = uow.imports.find_products(seller, [handle, word(), former, present])
            assert found == dict.fromkeys((handle, former, present), product.id)
            assert uow.imports.find_products(new_id(), [former]) == {}  # type: ignore[arg-type]
            assert uow.imports.find_products(seller, []) == {}

    def test_stand_for_one_product(self, world: World, goods: Goods) -> None:
        twin = a_product(goods.seller, goods.category)
        world.store(("products", twin))
        handle = word()
        with world.new_uow() as uow:
            uow.imports.name_products(goods.seller.id, {handle: goods.product.id})
            uow.commit()

        with pytest.raises(Conflict), world.new_uow() as uow:
            uow.imports.name_products(goods.seller.id, {word(): twin.id, handle: twin.id})

    def test_slugs_are_free_all_at_once(self, world: World, goods: Goods) -> None:
        product, free = goods.product, word()
        former, present = product.slug, word()
        with world.new_uow() as uow:
            uow.products.move(uow.products.get(product.id), present)
            uow.commit()

        with world.new_uow() as uow:
            given = uow.products.free_slugs([free, former, free, present, f"{free}-2"])
            assert given == [free, f"{former}-2", f"{free}-2", f"{present}-2", f"{free}-2-2"]
            many = uow.products.free_slugs([free] * 15)
            assert len(set(many)) == 15
            assert uow.products.free_slugs([]) == []

    def test_products_are_found_at_once(self, world: World, goods: Goods) -> None:
        twin = a_product(goods.seller, goods.category)
        world.store(("products", twin))
        wanted = [twin.id, goods.product.id, new_id()]

        with world.new_uow() as uow:
            found = uow.products.all_for_update(wanted)  # type: ignore[arg-type]
            assert [each.id for each in found] == sorted([twin.id, goods.product.id])
            assert uow.products.all_for_update([]) == []


def test_categories_are_found_by_names(world: World) -> None:
    first, second = word(), word()
    root = a_category(name=first)
    below = a_category(root, name=second)
    twin = a_category(root, name=second)
    world.store(("categories", root), ("categories", below), ("categories", twin))

    with world.new_uow() as uow:
        assert list(uow.categories.named([first])) == [root.id]
        assert set(uow.categories.named([first, second])) == {below.id, twin.id}
        assert list(uow.categories.named([second])) == []
        assert list(uow.categories.named([first] * 9)) == []


def test_offers_of_a_seller_are_found_by_product_or_sku(world: World, goods: Goods) -> None:
    other = a_product(goods.seller, goods.category)
    offer = an_offer(other)
    world.store(("products", other), ("offers", offer))

    with world.new_uow() as uow:
        seller, product = goods.seller.id, goods.product.id
        of_product = uow.offers.live_of_seller(seller, [product], set())
        both = uow.offers.live_of_seller(seller, [product], {offer.sku})
    assert [each.id for each in of_product] == [goods.offer.id]
    assert {each.id for each in both} == {goods.offer.id, offer.id}
