"""Products that move to another slug, variants and offers that go."""

import pytest

from marketplace.domain.catalogue.changes import ProductChanges
from marketplace.domain.errors import Conflict
from marketplace.domain.inventory.stock import StockItem
from marketplace.domain.shared.ids import VariantId
from tests.factories import a_product, a_seller, a_variant, an_offer, new_id, word
from tests.integration.database.contract.worlds import World
from tests.integration.database.goods import Goods


def move(world: World, goods: Goods, slug: str) -> None:
    with world.new_uow() as uow:
        product = uow.products.get(goods.product.id)
        product.revise(ProductChanges(description=slug), uow.now, moderated=False)
        uow.products.move(product, slug)
        uow.commit()


class TestFormerSlugs:
    def test_are_never_given_to_others(self, world: World, goods: Goods) -> None:
        first, second = goods.product.slug, word()
        move(world, goods, second)

        with world.new_uow() as uow:
            assert uow.products.free_slug(first) == f"{first}-2"
            assert uow.products.free_slug(second) == f"{second}-2"
            assert uow.products.free_slug(first, holder=goods.product.id) == first
            assert uow.products.free_slug(second, holder=goods.product.id) == second

    def test_may_come_home(self, world: World, goods: Goods) -> None:
        first, second = goods.product.slug, word()
        for slug in (second, first, second):
            move(world, goods, slug)

        with world.new_uow() as uow:
            assert uow.products.get(second).id == goods.product.id
            assert uow.products.free_slug(first) == f"{first}-2"

    def test_a_number_that_is_its_own_is_kept(self, world: World, goods: Goods) -> None:
        slug = f"{goods.product.slug}-2"
        twin = a_product(goods.seller, goods.category, slug=slug)
        world.store(("products", twin))

        with world.new_uow() as uow:
            assert uow.products.free_slug(goods.product.slug, holder=twin.id) == slug


class TestVariants:
    def test_lead_to_their_product(self, world: World, goods: Goods) -> None:
        variant = goods.product.variants[0]

        with world.new_uow() as uow:
            found = uow.products.find_of_variant(variant.id)
            assert found is not None
            assert found.id == goods.product.id
            assert uow.products.find_for_update(goods.product.id) is found
            assert uow.products.find_of_variant(VariantId(new_id())) is None

    def test_are_kept_when_they_go(self, world: World, goods: Goods) -> None:
        with world.new_uow() as uow:
            product = uow.products.get(goods.product.id)
            product.change_variant(
                product.variants[0].id,
                options={"size": "S"},
                barcode=None,
                weight=250,
                now=uow.now,
            )
            product.add_variant(a_variant(position=2, options={"size": "M"}), uow.now)
            product.remove_variant(product.variants[0].id, uow.now)
            uow.commit()

        with world.new_uow() as uow:
            product = uow.products.get(goods.product.id)
            assert [each.options["size"] for each in product.variants] == ["S", "M"]
            assert [each.weight for each in product.variants] == [250, None]
            assert [each.options["size"] for each in product.live_variants] == ["M"]


class TestWithdrawnOffers:
    def test_make_room(self, world: World, goods: Goods) -> None:
        with world.new_uow() as uow:
            uow.offers.get(goods.offer.id).withdraw(uow.now)
            uow.commit()
        again = an_offer(goods.product, sku=goods.offer.sku)
        world.store(("offers", again))

        with pytest.raises(Conflict) as refused:
            world.store(("offers", an_offer(goods.product)))

        assert refused.value.code == "offer_exists"

    def test_cannot_be_bought(self, world: World, goods: Goods) -> None:
        rival = a_seller()
        dearer = an_offer(goods.product, seller_id=rival.id, price=goods.offer.price * 2)
        world.store(
            ("sellers", rival),
            ("offers", dearer),
            ("stock", StockItem(offer_id=dearer.id, on_hand=1)),
        )
        with world.new_uow() as uow:
            uow.offers.get(goods.offer.id).withdraw(uow.now)
            uow.commit()

        with world.new_uow() as uow:
            prices = uow.price_list.look_up([goods.offer.id], [goods.product.id])

        assert not prices.by_offer[goods.offer.id].purchasable
        assert prices.by_product[goods.product.id].offer_id == dearer.id

    def test_are_no_live_ones(self, world: World, goods: Goods) -> None:
        rival = a_seller()
        other = an_offer(goods.product, seller_id=rival.id)
        world.store(("sellers", rival), ("offers", other))

        with world.new_uow() as uow:
            live = uow.offers.live_of_variant(goods.offer.variant_id)
            assert {each.id for each in live} == {goods.offer.id, other.id}
            live[0].withdraw(uow.now)
            uow.commit()

        with world.new_uow() as uow:
            left = uow.offers.live_of_variant(goods.offer.variant_id)
        assert [each.id for each in left] == [live[1].id]
